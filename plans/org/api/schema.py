"""What the contract says of every POST."""

from typing import Any

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Sent again within 24 hours with the same content, the request is not done again: its "
    "first answer comes back, with `Idempotent-Replayed: true`. Other content under the same key is 422.",
}


def with_idempotency_keys(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """For SPECTACULAR_SETTINGS' POSTPROCESSING_HOOKS."""
    result["components"].setdefault("parameters", {})["IdempotencyKey"] = IDEMPOTENCY_KEY
    for methods in result["paths"].values():
        if "post" in methods:
            reference = {"$ref": "#/components/parameters/IdempotencyKey"}
            methods["post"].setdefault("parameters", []).append(reference)
    return result
