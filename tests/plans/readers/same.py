"""What must be equal when one plan comes in several formats: everything about its items but their places."""

from typing import Any

from plans.parser import Document, parse


def items(document: Document) -> list[dict[str, Any]]:
    return [_unplaced(item.as_json()) for item in parse(document).items]


def _unplaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unplaced(part) for key, part in value.items() if key not in ("start", "end")}
    return [_unplaced(part) for part in value] if isinstance(value, list) else value
