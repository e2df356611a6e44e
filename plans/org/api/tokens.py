"""Bearer tokens: `Authorization: Bearer <token>` acts as the token's person, within its scopes."""

from functools import cache
from typing import Any

from django.db.models import CharField, DateTimeField, JSONField, Model
from django.db.models.expressions import RawSQL
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from config.postgres.frozen import Frozen, Given
from plans.org.access import REACH, Standing
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
        found = holder().rows(now=timezone.now(), token_hash=ApiToken.hash(parts[1].decode("latin-1")))
        if not found:
            raise AuthenticationFailed("令牌无效或已过期，请重新申请。", code="token_invalid")
        return read(found[0])

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


@cache
def holder() -> Frozen:
    """A usable token, its person and where they stand: every request begins with it, so it is one query."""
    usable = ApiToken.objects.usable(Given("now", DateTimeField()))
    reach = RawSQL(REACH.format(user='"org_user"."id"'), [], output_field=JSONField())
    person = [f"user__{name}" for name in names(User)]
    found = usable.filter(token_hash=Given("token_hash", CharField()))
    return Frozen(found.values_list(*names(ApiToken), *person, reach))


def read(found: tuple[Any, ...]) -> tuple[User, ApiToken]:
    own, person, reach = found[: len(names(ApiToken))], found[len(names(ApiToken)) : -1], found[-1]
    token, user = (
        ApiToken.from_db("default", names(ApiToken), own),
        User.from_db("default", names(User), person),
    )
    user.standing = Standing.read(reach, is_superuser=user.is_superuser)
    token.user = user
    return user, token


@cache
def names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
