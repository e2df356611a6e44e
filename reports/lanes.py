"""The lanes of the outbox: the mail server is one, and each robot. None of them holds up another."""

import logging
from datetime import datetime, timedelta
from typing import Any, Self

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import Prefetch

from config.errors import DomainError
from reports.channels import NotSent, Refused, bots, email
from reports.channels.message import Message
from reports.channels.robots import VENDORS, Robot
from reports.models import Bot, Delivery, Notification

logger = logging.getLogger(__name__)
# A claimed message is another worker's after it: far longer than one takes.
LEASE = timedelta(minutes=5)
RATE_WINDOW = timedelta(seconds=60)
CLAIM = """
    UPDATE reports_delivery
    SET attempts = attempts + 1, attempted_at = %(now)s, next_attempt_at = %(lease)s
    WHERE id = (
        SELECT id FROM reports_delivery WHERE outcome = '' AND next_attempt_at <= %(now)s AND {lane}
        ORDER BY next_attempt_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING id
"""
CLAIM_MAIL = CLAIM.format(lane="channel = 'email'")
CLAIM_FOR_BOTS = CLAIM.format(
    lane="channel = 'bot' AND bot_id IN (SELECT id FROM reports_bot WHERE fingerprint = %(fingerprint)s)"
)


def claimed(statement: str, now: datetime, **given: Any) -> Delivery | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "lease": now + LEASE, **given})
        row = cursor.fetchone()
    if row is None:
        return None
    messages = Notification.objects.for_display().select_related("user__contact")
    deliveries = Delivery.objects.select_related("bot").defer("bot__url")
    return deliveries.prefetch_related(Prefetch("notification", messages)).get(pk=row[0])


class Lane:
    """A way out. As a context it is one turn."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def claim(self, now: datetime) -> Delivery | None:
        """The next one that is due, for this worker alone until its lease is over; committed."""
        raise NotImplementedError

    def compose(self, delivery: Delivery) -> Any:
        raise NotImplementedError

    def post(self, composed: Any) -> None:
        raise NotImplementedError

    def send(self, delivery: Delivery) -> None:
        """Raises NotSent. Whatever is wrong with one message must not stop the others."""
        try:
            composed = self.compose(delivery)
        except NotSent:
            raise
        except DomainError as error:
            raise Refused(error.message) from error
        except Exception as error:
            logger.exception("Delivery %s cannot be composed.", delivery.pk)
            raise Refused(f"消息无法生成（{type(error).__name__}）。") from error
        self.post(composed)


class MailLane(Lane):
    """One connection for all of a turn."""

    def __enter__(self) -> Self:
        self.mailer = email.Mailer()
        return self

    def __exit__(self, *_: object) -> None:
        self.mailer.hang_up()

    @transaction.atomic(durable=True)
    def claim(self, now: datetime) -> Delivery | None:
        return claimed(CLAIM_MAIL, now)

    def compose(self, delivery: Delivery) -> email.Letter:
        return email.compose(delivery)

    def post(self, composed: email.Letter) -> None:
        self.mailer.post(composed)


class RobotLane(Lane):
    """One robot, whoever uses it: its limit counts for all of them together."""

    def __init__(self, fingerprint: str, scheme: str) -> None:
        self.fingerprint, self.vendor = fingerprint, VENDORS[scheme]

    @transaction.atomic(durable=True)
    def claim(self, now: datetime) -> Delivery | None:
        return claimed(CLAIM_FOR_BOTS, now, fingerprint=self.fingerprint) if self.has_room(now) else None

    def has_room(self, now: datetime) -> bool:
        """Whether it may be sent one more now. Nobody else is told so before the transaction has ended."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.fingerprint])
        ours = Delivery.objects.filter(bot__fingerprint=self.fingerprint)
        return ours.filter(attempted_at__gt=now - RATE_WINDOW).count() < self.vendor.a_minute

    def compose(self, delivery: Delivery) -> tuple[Robot, str]:
        if not delivery.bot.is_active:
            raise Refused("机器人已失效，请移除后重新添加。")
        try:
            robot = Robot.at(delivery.bot.url)
        except InvalidToken:
            raise Refused("机器人地址无法解密（SECRET_KEY 已更换），请重新添加。") from None
        person = str(delivery.notification.user)
        return robot, Message.of(delivery.notification).short(robot.vendor.size, person)

    def post(self, composed: tuple[Robot, str]) -> None:
        bots.send(*composed)


def lanes_with_work(now: datetime) -> list[Lane]:
    due = Delivery.objects.due(now)
    mail: list[Lane] = [MailLane()] if due.filter(channel=Delivery.Channel.EMAIL).exists() else []
    waiting = Bot.objects.filter(pk__in=due.filter(channel=Delivery.Channel.BOT).values("bot"))
    robots = waiting.order_by().values_list("fingerprint", "scheme").distinct()
    return mail + [RobotLane(*robot) for robot in robots]
