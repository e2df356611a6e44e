"""Bearer tokens: `Authorization: Bearer <token>` acts as the token's person, within its scopes."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from plans.org.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(
                "令牌格式不正确，应为 Authorization: Bearer <令牌>。", code="token_invalid"
            )
        usable = ApiToken.objects.usable(timezone.now()).select_related("user")
        token = usable.filter(token_hash=ApiToken.hash(parts[1].decode("latin-1"))).first()
        if token is None:
            raise AuthenticationFailed("令牌无效或已过期，请重新申请。", code="token_invalid")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
