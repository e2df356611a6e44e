"""The OpenAPI description of what every endpoint shares: refusals, headers, summaries.

What can be refused follows from the kind of an operation, so no view lists it; `tests/test_fuzzing.py` asks
every operation in earnest and fails on an answer that is not described.
"""

from collections.abc import Iterator
from typing import Any

from drf_spectacular import openapi
from drf_spectacular.plumbing import (
    ComponentRegistry,
    ResolvedComponent,
    build_media_type_object,
    force_instance,
)
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS

from config.api import errors

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    OpenApiParameter.HEADER,
    description="Sent again under its key within 24 hours, a request is answered again, not done again.",
)
HEADERS = {
    "RateLimit": ("What is left of this minute, and its seconds.", '"minute";r=29999;t=42'),
    "RateLimit-Policy": ("Requests in how many seconds.", '"minute";q=30000;w=60'),
    "Retry-After": ("Seconds until the next request is answered.", 42),
    "ETag": ("The task's version, for `If-Match`.", '"4"'),
    "Idempotent-Replayed": ("`true`: this was done before under the same `Idempotency-Key`.", "true"),
}
ALWAYS = frozenset({"ETag"})
# By status: the component's name, when it happens, and a `code` and `detail` as an example.
REFUSALS = {
    400: ("BadRequest", "The request's form or content.", "invalid", "due_on：日期格式错误。"),
    401: ("NotSignedIn", "No token, or not a valid one.", "not_authenticated", "身份认证信息未提供。"),
    403: ("NotAllowed", "Visible, but not the caller's to do.", "permission_denied", "您无权进行此操作。"),
    404: ("NotFound", "There is none, or none that the caller sees.", "not_found", "未找到。"),
    406: ("NotAcceptable", "`Accept` asks for another format.", "not_acceptable", "无法提供所要求的格式。"),
    409: ("Conflict", "The record's state or a limit.", "move_not_allowed", "任务为待签收，不能进行此操作。"),
    412: ("Changed", "It changed since it was seen.", "task_changed", "任务已被他人更新，请刷新后重试。"),
    413: ("TooLarge", "A body larger than any of ours.", "body_too_large", "请求内容过大。"),
    415: ("WrongType", "A body of another type.", "unsupported_media_type", "不支持的内容类型。"),
    422: (
        "KeyReused",
        "The key was used with other content.",
        "idempotency_key_reused",
        "此幂等键已用于其他请求。",
    ),
    428: (
        "NeedsVersion",
        "It needs `If-Match`.",
        "precondition_required",
        "请在 If-Match 中提供任务的版本。",
    ),
    429: (
        "TooMany",
        "This minute's requests are used up.",
        "too_many_requests",
        "请求过于频繁，请稍后再试。",
    ),
}


class FieldErrorSerializer(serializers.Serializer):
    field = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457, with a `code` for programs. Some codes bring further members (docs/api.md)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldErrorSerializer(many=True)


class AutoSchema(openapi.AutoSchema):
    """A serializer with `etag = True` is of answers that carry their version as ETag.

    A view says in `also_refused_with` what even a GET of it can be refused with.
    """

    def get_summary(self) -> str:
        """The description's first sentence."""
        paragraph = " ".join(self.get_description().split("\n\n")[0].split())
        return paragraph.partition(". ")[0].rstrip(".")

    def get_override_parameters(self) -> list[Any]:
        return [IDEMPOTENCY_KEY] if self.method == "POST" else []

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        return {**bodies, **{str(status): self.refusal(status) for status in sorted(self.refused_with())}}

    def refused_with(self) -> Iterator[int]:
        """The statuses an operation of this kind can be refused with."""
        writes = self.method not in SAFE_METHODS
        parameters = {(p["in"], p["name"]): p for p in self._get_parameters()}
        addressed = any(place == "path" and "enum" not in p["schema"] for (place, _), p in parameters.items())
        yield from (400, 406)
        if self.view.get_authenticators():  # an open route asks nobody who they are
            yield from (401, 429)
        if addressed:
            yield 404
        if writes:
            yield from (403, 409)
        yield from getattr(self.view, "also_refused_with", ())
        if self._get_request_body():
            yield from (413, 415)
        if self.method == "POST":
            yield 422
        if ("header", "If-Match") in parameters:
            yield 412
            if parameters["header", "If-Match"].get("required"):
                yield 428

    def refusal(self, status: int) -> dict[str, str]:
        name, description, code, detail = REFUSALS[status]
        entries = (
            [{"field": "due_on", "code": "invalid", "message": "日期格式错误。"}] if status == 400 else []
        )
        example = errors.body(status, code, detail, errors=entries)
        content = build_media_type_object(
            self.resolve_serializer(ProblemSerializer, "response").ref, {code: {"value": example}}
        )
        headers = {401: (), 429: ("RateLimit", "RateLimit-Policy", "Retry-After")}
        return self.component(
            ResolvedComponent.RESPONSE,
            name,
            {
                "description": description,
                "headers": self.headers(*headers.get(status, ("RateLimit", "RateLimit-Policy"))),
                "content": {errors.CONTENT_TYPE: content},
            },
        )

    def _get_response_for_code(
        self, serializer: Any, status_code: str, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        answer = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        named = ["RateLimit", "RateLimit-Policy"]
        inner = force_instance(getattr(serializer, "response", serializer))
        if getattr(inner, "etag", False):
            named.append("ETag")
        if self.method == "POST":
            named.append("Idempotent-Replayed")
        answer["headers"] = {**answer.get("headers", {}), **self.headers(*named)}
        answer["description"] = answer["description"] or self.get_summary()
        return answer

    def headers(self, *names: str) -> dict[str, dict[str, str]]:
        return {name: self.header(name, *HEADERS[name]) for name in names}

    def header(self, name: str, description: str, example: str | int) -> dict[str, str]:
        schema = {"type": "integer" if isinstance(example, int) else "string"}
        content = {"description": description, "schema": schema, "example": example}
        if name in ALWAYS:
            content["required"] = True
        return self.component(ResolvedComponent.HEADER, name, content)

    def component(self, kind: str, name: str, content: dict[str, Any]) -> dict[str, str]:
        """A reference to what many operations share."""
        registry: ComponentRegistry = self.registry
        shared = ResolvedComponent(name, kind, content, object=name)
        registry.register_on_missing(shared)
        return shared.ref
