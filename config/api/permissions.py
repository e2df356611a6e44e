"""The default door: signed in, and a token must carry the scope for what it does."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from config.api.throttling import count


class SignedInWithScope(IsAuthenticated):
    """`read` for safe methods, `write` for the rest. A page's session has the person's full rights."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        scope = "read" if request.method in SAFE_METHODS else "write"
        if request.auth is not None and not request.auth.allows(scope):
            count(request)  # here the throttle is not reached
            raise PermissionDenied(f"令牌缺少 {scope} 权限。", code="scope_missing")
        return True
