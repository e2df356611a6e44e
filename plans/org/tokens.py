"""A person's tokens: made, and taken back at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans.org.models import ApiToken, User


def make_token(
    user: User,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    *,
    by: ApiToken | None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown once and never kept. `by` is the token that asks for it.

    It may not live longer than that one, or who found a token could keep it for ever; its scopes can't be
    more, since asking takes `write`, which includes all. Raises InputInvalid, NotAllowed, and 409 for a
    name that another of the person's tokens has: replacing it would cut off the program that holds it.
    """
    if expires_at and not now < expires_at <= now + timedelta(days=ApiToken.MOST_DAYS):
        raise InputInvalid(
            _("有效期应晚于现在，且不超过{most}天。").format(most=ApiToken.MOST_DAYS),
            code="token_expiry_invalid",
        )
    if by and by.expires_at and (expires_at is None or expires_at > by.expires_at):
        raise NotAllowed(
            _("新令牌的有效期不能晚于当前令牌，请填写更早的 expires_at。"), code="token_outlives"
        )
    try:
        with transaction.atomic():
            return ApiToken.issue(user, name, scopes, expires_at, replace=False)
    except IntegrityError:
        raise DomainError(
            _("已有名为“{name}”的令牌，请换一个名称，或先撤销它。").format(name=name), code="token_name_taken"
        ) from None
