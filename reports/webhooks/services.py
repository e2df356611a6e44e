"""A person's webhooks: made, changed, set to another place of the feed."""

import base64
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.errors import DomainError, NotAllowed
from plans.org.models import ApiToken, User
from reports.models import Webhook
from reports.webhooks.guard import Target
from tasks import feed
from tasks.feed import Position

MOST = 20
SECRET_BYTES = 32


@transaction.atomic
def make(
    user: User,
    *,
    name: str,
    url: str,
    kinds: Sequence[str] = (),
    after: Position | None = None,
    by: ApiToken | None,
    now: datetime,
) -> Webhook:
    """A new one, told of what comes from now on, or of what came after a place of the feed.

    `by` is the token that asks for it. Raises InputInvalid (`url_not_allowed`), NotAllowed for a token that
    ends, and 409 for one too many or a name that another has.
    """
    check_url(url)
    check_lasting(by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once count one after the other
    if user.webhooks.count() >= MOST:
        raise DomainError(
            _("每人最多{most}个 Webhook，请先删除不用的。").format(most=MOST), code="too_many_webhooks"
        )
    webhook = Webhook(user=user, name=name, url=url, kinds=[*kinds], created_at=now, next_attempt_at=now)
    webhook.place, webhook.secret = after or feed.horizon(), new_secret()
    with one_name(name):
        webhook.save(force_insert=True)
    return webhook


def change(webhook: Webhook, *, by: ApiToken | None, **given: Any) -> None:
    """A run under way ends after its present call, and the next one knows. Raises like `make`."""
    if "url" in given:
        check_url(given["url"])
        check_lasting(by)
    put(webhook, **given)


def redeliver(webhook: Webhook, *, after: Position | None, now: datetime) -> None:
    """Tell again what came after that place, or leave out what came before it; without one, go on from
    where it stopped. A pause ends, and the next run is due.
    """
    webhook.place = after or webhook.place
    put(
        webhook,
        **{name: getattr(webhook, name) for name in Webhook.PLACE},
        **{"failures": 0, "failing_since": None, "paused_at": None, "next_attempt_at": now},
    )


def renew_secret(webhook: Webhook, *, by: ApiToken | None) -> None:
    """From the next call on. What is refused meanwhile is tried again, as everything is."""
    check_lasting(by)
    put(webhook, secret=new_secret())


@transaction.atomic
def remove(webhook: Webhook) -> None:
    put(webhook)  # holds the row: a run under way adds no call to what is being deleted
    webhook.delete()


def put(webhook: Webhook, **state: Any) -> None:
    """Counted as an attempt: whoever calls it now, by what it was, is fenced off."""
    with one_name(state.get("name", "")):
        Webhook.objects.filter(pk=webhook.pk).update(attempt=F("attempt") + 1, **state)
    for name, value in state.items():
        setattr(webhook, name, value)


@contextmanager
def one_name(name: str) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        message = f"已有名为“{name}”的 Webhook，请换一个名称。"
        raise DomainError(message, code="webhook_name_taken") from None


def check_url(url: str) -> None:
    Target.read(url, settings.WEBHOOK_NETWORKS)


def check_lasting(by: ApiToken | None) -> None:
    """Who found a token could be told of everything after its end."""
    if by and by.expires_at:
        message = "有期限的令牌不能设置推送地址和密钥，请使用长期令牌。"
        raise NotAllowed(message, code="token_outlives")


def new_secret() -> str:
    """As Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
