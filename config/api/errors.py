"""One error shape: RFC 9457 problem+json with our `code` and `errors`, from one handler."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from config.errors import DomainError

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "请求有误",
    401: "未登录",
    403: "没有权限",
    404: "未找到",
    405: "不支持的操作",
    409: "当前状态不允许",
    412: "内容已变化",
    413: "内容过大",
    415: "不支持的内容类型",
    422: "内容不一致",
    428: "缺少前提条件",
    429: "请求过于频繁",
}


def body(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    title = TITLES.get(status, HTTPStatus(status).phrase)
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    return Response(body(status, code, detail, **members), status=status, content_type=CONTENT_TYPE)


def field_errors(detail: Any, field: str = "") -> list[dict[str, str]]:
    """DRF's nested detail as a flat list of {field, code, message}; nested fields read `targets.0.actual`."""
    if isinstance(detail, dict):
        parts = detail.items()
    elif isinstance(detail, list) and any(isinstance(entry, dict | list) for entry in detail):
        parts = ((str(i), entry) for i, entry in enumerate(detail))
    elif isinstance(detail, list):
        return [{"field": field, "code": str(entry.code), "message": str(entry)} for entry in detail]
    else:
        return [{"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}]
    found: list[dict[str, str]] = []
    for name, entry in parts:
        inner = field if name == "non_field_errors" else f"{field}.{name}" if field else str(name)
        found += field_errors(entry, inner)
    return found


def from_validation(exc: exceptions.ValidationError) -> Response:
    errors = field_errors(exc.detail)
    if len(errors) == 1 and not errors[0]["field"]:
        return problem(400, errors[0]["code"], errors[0]["message"], errors=[])
    detail = "；".join(f"{e['field']}：{e['message']}" if e["field"] else e["message"] for e in errors[:3])
    return problem(400, "invalid", detail, errors=errors)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, DjangoPermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, DataError):
        # A value that PostgreSQL can't hold (a number out of range) and no serializer bounded.
        exc = exceptions.ValidationError("有数值超出可保存的范围。", code="out_of_range")
    elif isinstance(exc, RequestDataTooBig):
        exc = DomainError("请求内容过大。", code="body_too_large", status=413)
    elif isinstance(exc, SuspiciousOperation):
        # More fields or files than any form of ours has.
        exc = exceptions.ParseError("请求内容无法读取。")
    set_rollback()
    if isinstance(exc, DomainError):
        return headed(problem(exc.status, exc.code, exc.message, **{"errors": [], **exc.detail}), exc)
    if isinstance(exc, exceptions.ValidationError):
        return from_validation(exc)
    if isinstance(exc, exceptions.APIException):
        code = getattr(exc.detail, "code", exc.default_code)
        return headed(problem(exc.status_code, code, str(exc.detail), errors=[]), exc)
    return None


def headed(response: Response, exc: Exception) -> Response:
    for header, member in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait")):
        if value := getattr(exc, member, None):
            response[header] = value
    return response


@csrf_exempt  # or a POST would be told, in HTML, that its page has expired
def not_found(request: HttpRequest, **rest: str) -> JsonResponse:
    """For addresses below /api/ that no route knows."""
    return JsonResponse(
        body(404, "not_found", "没有这个地址。", errors=[]), status=404, content_type=CONTENT_TYPE
    )
