"""The lanes of the outbox: the mail server is one, and each robot. None of them holds up another."""

import logging
from datetime import datetime, timedelta
from typing import Any, Self

from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models import QuerySet

from config.errors import DomainError
from reports.channels import NotSent, Refused, bots, email
from reports.channels.message import Message
from reports.channels.robots import VENDORS, Robot
from reports.models import Bot, Delivery, Notification

logger = logging.getLogger(__name__)
# A claimed message is another worker's after it: far longer than one takes.
LEASE = timedelta(minutes=5)
RATE_WINDOW = timedelta(seconds=60)
READ_AHEAD = 50
CLAIM = """
    UPDATE reports_delivery
    SET attempts = attempts + 1, attempted_at = %(now)s, next_attempt_at = %(lease)s
    WHERE id = (
        SELECT id FROM reports_delivery WHERE outcome = '' AND next_attempt_at <= %(now)s AND {lane}
        ORDER BY next_attempt_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING *
"""


class Lane:
    """A way out. As a context it is one turn, for which its messages are read some ahead.

    Read one by one they took more of a worker's time than all else.
    """

    statement: str

    def __init__(self) -> None:
        self.messages: dict[int, Notification] = {}

    def __enter__(self) -> Self:
        self.messages = {}
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def waiting(self) -> QuerySet[Delivery]:
        """All of it that are not done."""
        raise NotImplementedError

    @transaction.atomic(durable=True)
    def claim(self, now: datetime) -> Delivery | None:
        """The next one that is due, for this worker alone until its lease is over; committed."""
        return self.claimed(now)

    def claimed(self, now: datetime, **given: Any) -> Delivery | None:
        found = Delivery.objects.raw(self.statement, {"now": now, "lease": now + LEASE, **given})
        delivery = next(iter(found), None)
        if delivery is not None:
            if delivery.notification_id not in self.messages:
                self.read_ahead(delivery, now)
            delivery.notification = self.messages[delivery.notification_id]
        return delivery

    def read_ahead(self, delivery: Delivery, now: datetime) -> None:
        following = self.waiting().due(now).order_by("next_attempt_at", "id")[:READ_AHEAD]
        ids = [delivery.notification_id, *following.values_list("notification", flat=True)]
        self.messages = Notification.objects.for_display().select_related("user__contact").in_bulk(ids)

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

    statement = CLAIM.format(lane="channel = 'email'")

    def __enter__(self) -> Self:
        self.mailer = email.Mailer()
        return super().__enter__()

    def __exit__(self, *_: object) -> None:
        self.mailer.hang_up()

    def waiting(self) -> QuerySet[Delivery]:
        return Delivery.objects.waiting().filter(channel=Delivery.Channel.EMAIL)

    def compose(self, delivery: Delivery) -> email.Letter:
        return email.compose(delivery)

    def post(self, composed: email.Letter) -> None:
        self.mailer.post(composed)


class RobotLane(Lane):
    """One robot, whoever uses it: its limit counts for all of them together."""

    statement = CLAIM.format(
        lane="channel = 'bot' AND bot_id IN (SELECT id FROM reports_bot WHERE fingerprint = %(fingerprint)s)"
    )

    def __init__(self, fingerprint: str, scheme: str) -> None:
        super().__init__()
        self.fingerprint, self.vendor = fingerprint, VENDORS[scheme]

    def waiting(self) -> QuerySet[Delivery]:
        return Delivery.objects.waiting().filter(bot__fingerprint=self.fingerprint)

    def claimed(self, now: datetime, **given: Any) -> Delivery | None:
        if not self.has_room(now):
            return None
        delivery = super().claimed(now, fingerprint=self.fingerprint)
        if delivery:
            delivery.bot = Bot.objects.without_url().get(pk=delivery.bot_id)
        return delivery

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
