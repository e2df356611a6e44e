"""Telling the webhooks: each reads the feed on its own, event by event, and goes on only when one was taken.

A run is claimed by its number until a moment at which it is given up; every step renews that or ends the run.
Between a call and its noting a worker may end: then the event is sent again, under the same id.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from config.errors import InputInvalid
from reports import outbox
from reports.models import Notification, Webhook, WebhookDelivery
from reports.webhooks.guard import Target
from reports.webhooks.line import Answer, Line
from reports.webhooks.messages import message, message_id
from tasks import feed
from tasks.feed import Position
from tasks.models import TaskEvent

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=1)  # longer than a call can take
RUN_SECONDS = 20  # then others have their turn
BATCH = 200
BACK_OFF = tuple(timedelta(seconds=n) for n in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600))
PATIENCE = timedelta(days=3)
GONE = 410  # the receiver's own word that it wants no more
KEPT = timedelta(days=30)
OpenLine = Callable[[Target], AbstractContextManager[Line]]


def due(now: datetime) -> list[int]:
    """The webhooks that have something to be told, by id: looked at each minute, so it writes nothing."""
    owed = Webhook.objects.due(now).behind(feed.newest())
    return list(owed.order_by("next_attempt_at", "id").values_list("pk", flat=True))


def open_line(target: Target) -> Line:
    return Line(target, settings.WEBHOOK_NETWORKS)


def run(pk: int, now: datetime, *, open_line: OpenLine = open_line) -> timedelta | None:
    """Tell one webhook what is new, for a while; in how long to come back, None when a minute will do.

    Harmless when another worker is at it, or there is nothing.
    """
    webhook = claim(pk, now)
    return Run(webhook, now, open_line).tell() if webhook else None


def claim(pk: int, now: datetime) -> Webhook | None:
    """Whoever changes a webhook counts `attempt` on, so what was read here holds when the update finds it."""
    webhook = Webhook.objects.due(now).without_secret().select_related("user").filter(pk=pk).first()
    if webhook is None:
        return None
    unchanged = Webhook.objects.filter(pk=pk, attempt=webhook.attempt, next_attempt_at__lte=now)
    if not unchanged.update(attempt=F("attempt") + 1, next_attempt_at=now + LEASE):
        return None
    webhook.attempt += 1
    return webhook


class Run:
    """One worker's turn at one webhook."""

    def __init__(self, webhook: Webhook, now: datetime, open_line: OpenLine) -> None:
        self.webhook, self.now, self.open_line = webhook, now, open_line
        self.begun = time.monotonic()

    @property
    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self.begun)

    @property
    def at(self) -> datetime:
        return self.now + self.elapsed

    @property
    def mine(self) -> QuerySet[Webhook]:
        """The row, while this run is the latest."""
        return Webhook.objects.filter(pk=self.webhook.pk, attempt=self.webhook.attempt)

    def tell(self) -> timedelta | None:
        page = feed.page(self.webhook.user, self.webhook.place, BATCH, self.webhook.kinds)
        with self.line() as call:
            for event in page.events:
                if self.elapsed.total_seconds() > RUN_SECONDS:
                    return self.rest(at_once=True)
                answer = call(event)
                if not answer.ok:
                    return self.failed(event, answer)
                if not self.told(event, answer):
                    return None
        return self.rest(page.end, at_once=page.more)

    @contextmanager
    def line(self) -> Iterator[Callable[[TaskEvent], Answer]]:
        """How to call; where that can't even begin, a call's answer says why."""
        try:
            target = Target.read(self.webhook.url, settings.WEBHOOK_NETWORKS)
        except InputInvalid as error:
            reason = error.message
            yield lambda event: Answer(error=reason)
        else:
            with self.open_line(target) as line:
                yield lambda event: self.call(line, event)

    def call(self, line: Line, event: TaskEvent) -> Answer:
        try:
            sent = message(self.webhook, event, self.at)
        except InvalidToken:
            return Answer(error="签名密钥无法读取（SECRET_KEY 已更换），请重新生成密钥。")
        except Exception:  # a fault of ours waits like any other, and ends in the same pause
            logger.exception("Webhook %s: event %s could not be put into words.", self.webhook.pk, event.pk)
            return Answer(error="系统内部错误，请联系管理员查看日志。")
        return line.post(sent.body, sent.headers)

    def told(self, event: TaskEvent, answer: Answer) -> bool:
        """Taken: on to the next, unless this run was given up on meanwhile."""
        return self.note(event, answer, self.at + LEASE, place=Position.of(event))

    def rest(self, place: Position | None = None, *, at_once: bool) -> timedelta | None:
        """Nothing is owed up to here, so nothing fails."""
        self.put(self.at, place=place)
        return timedelta() if at_once else None

    def failed(self, event: TaskEvent, answer: Answer) -> timedelta | None:
        """The same event is tried again later, and whatever follows waits for it."""
        at = self.at
        failures, since = self.webhook.failures + 1, self.webhook.failing_since or at
        wait = BACK_OFF[min(failures, len(BACK_OFF)) - 1]
        paused_at = at if answer.status == GONE or at - since >= PATIENCE else None
        state = {"failures": failures, "failing_since": since, "paused_at": paused_at}
        with transaction.atomic():
            noted = self.note(event, answer, at + wait, **state)
            if noted and paused_at:
                tell_owner(self.webhook, answer, since, at)
        return wait if noted and not paused_at and wait < LEASE else None

    @transaction.atomic
    def note(self, event: TaskEvent, answer: Answer, next_attempt_at: datetime, **state: Any) -> bool:
        """Both or neither: the webhook's state, and what became of the call."""
        if not self.put(next_attempt_at, **state):
            return False
        WebhookDelivery.objects.create(
            webhook=self.webhook,
            event=event,
            message_id=message_id(self.webhook, event),
            called_at=self.at - timedelta(milliseconds=answer.milliseconds),
            ok=answer.ok,
            status=answer.status,
            error=answer.error,
            milliseconds=answer.milliseconds,
        )
        return True

    def put(self, next_attempt_at: datetime, place: Position | None = None, **state: Any) -> bool:
        if place:
            state |= dict(zip(Webhook.PLACE, astuple(place), strict=True))
        state = {"failures": 0, "failing_since": None} | state
        changed = bool(self.mine.update(next_attempt_at=next_attempt_at, **state))
        if not changed:
            logger.info("Webhook %s was changed or taken over; this run ends.", self.webhook.pk)
        return changed


def tell_owner(webhook: Webhook, answer: Answer, since: datetime, now: datetime) -> None:
    begun = f"{timezone.localtime(since):%Y年%m月%d日%H:%M}"
    why = "接收方答复已停用（410）。" if answer.status == GONE else f"自{begun}起一直未能送达。"
    text = f"{why}最近一次：{answer.error}\n处理后可由接口 webhooks/{webhook.pk}/redeliver/ 从中断处继续。"
    title = f"Webhook“{webhook.name}”已暂停推送"
    message = Notification.objects.create(user=webhook.user, title=title, text=text, created_at=now)
    outbox.post([message], now)


def forget_calls(now: datetime) -> int:
    """What was called longest ago goes; the events themselves stay on the record."""
    deleted, _ = WebhookDelivery.objects.filter(called_at__lt=now - KEPT).delete()
    return deleted
