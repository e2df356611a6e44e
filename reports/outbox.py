"""The outbox: every message on its way out by e-mail and robots; each attempt is claimed, sent, recorded.

At least once: between sending and noting it a worker may end, and another sends the message again. That is
counted (`Delivery.maybe_twice`), and a mailbox can tell by the Message-ID.
"""

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.org.models import User
from reports import contacts
from reports.channels import NotSent
from reports.channels.bots import RobotGone
from reports.lanes import LEASE, Lane, RobotLane, lanes_with_work
from reports.models import Bot, Delivery, Notification

Channel, Outcome = Delivery.Channel, Delivery.Outcome
# Far below a job's limit, and not so long that the runs of the next minutes pile up.
RUN_SECONDS = 120
TURN_SECONDS = 10  # of one lane, before the others have theirs
RETRY_AFTER = [
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    *(timedelta(hours=1), timedelta(hours=3), timedelta(hours=6), timedelta(hours=12)),
]
ROUND = len(RETRY_AFTER) + 1  # failures after which a message is given up
INTERRUPTIONS = 5  # after which it is not sent again: it may have arrived each time
BATCH = 1000


def post(notifications: Iterable[Notification], now: datetime) -> None:
    """One delivery of each message for each way that its person wants, in the transaction that made them.

    Three statements, and one more for each further thousand. What was posted before stays as it is.
    """
    notifications = list(notifications)
    wanted = contacts.with_ways(User.objects.filter(is_active=True))
    people = wanted.in_bulk({notification.user_id for notification in notifications})
    deliveries = [
        delivery
        for notification in notifications
        if notification.user_id in people
        for delivery in deliveries_of(notification, people[notification.user_id], now)
    ]
    Delivery.objects.bulk_create(deliveries, batch_size=BATCH, ignore_conflicts=True)


def deliveries_of(notification: Notification, person: User, now: datetime) -> list[Delivery]:
    at = contacts.when_awake(contacts.contact_of(person), now)
    bots = [None] if contacts.gets_email(person) else []
    return [
        Delivery(
            notification=notification,
            channel=Channel.BOT if bot else Channel.EMAIL,
            bot=bot,
            next_attempt_at=at,
        )
        for bot in [*bots, *person.active_bots]
    ]


class Clock:
    """Goes on from a given moment: a run takes time, and its claims are timed by it."""

    def __init__(self, now: datetime) -> None:
        self.now, self.begun = now, time.monotonic()

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=self.seconds)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun


def send(now: datetime, seconds: float = RUN_SECONDS) -> int:
    """Send what is due, for about so long at most; how many messages left. Several at once share the work."""
    clock, sent = Clock(now), 0
    waiting = deque(lanes_with_work(now))
    while waiting and clock.seconds < seconds:
        lane = waiting.popleft()
        left, has_more = take_turn(lane, clock, min(clock.seconds + TURN_SECONDS, seconds))
        sent += left
        if has_more:
            waiting.append(lane)
    return sent


def take_turn(lane: Lane, clock: Clock, until: float) -> tuple[int, bool]:
    """One after the other until none is due, the way is closed or the turn over.

    How many left, and whether there may be more.
    """
    sent = 0
    with lane:
        while clock.seconds < until:
            delivery = lane.claim(clock())
            if delivery is None:
                return sent, False
            try:
                sent += attempt(lane, delivery, clock)
            except NotSent:
                return sent, False
    return sent, True


def attempt(lane: Lane, delivery: Delivery, clock: Clock) -> bool:
    """Send one claimed message and record what came of it; whether it left.

    Raises NotSent when its way is closed: the others wait as they are.
    """
    contact = contacts.contact_of(delivery.notification.user)
    if (awake := contacts.when_awake(contact, clock())) > clock():
        record(delivery, attempts=F("attempts") - 1, next_attempt_at=awake)
        return False
    if given_up := unsent(delivery):
        finish(delivery, *given_up, clock())
        return False
    try:
        lane.send(delivery)
    except NotSent as failure:
        note_failure(delivery, failure, clock())
        if failure.way_is_closed:
            raise
        return False
    return finish(delivery, Outcome.SENT, "", clock())


def unsent(delivery: Delivery) -> tuple[str, str] | None:
    """The outcome of a message that is not to be sent any more, and why."""
    if not delivery.notification.user.is_active:
        return Outcome.DROPPED, "此人已停用。"
    if delivery.bot and delivery.bot.removed_at:
        return Outcome.DROPPED, "机器人已移除。"
    interrupted = delivery.attempts - 1 - delivery.failures
    if interrupted and interrupted % INTERRUPTIONS == 0:
        return Outcome.DEAD, "多次发送中断，可能已经送达。"
    return None


def note_failure(delivery: Delivery, failure: NotSent, now: datetime) -> None:
    """Later again, or given up. An administrator who sends it again gives it another round."""
    if isinstance(failure, RobotGone):
        Bot.objects.filter(fingerprint=delivery.bot.fingerprint).update(is_active=False)
    failures = delivery.failures + 1
    if failure.is_final or failures % ROUND == 0:
        finish(delivery, Outcome.DEAD, str(failure), now, failures=failures)
        return
    contact = contacts.contact_of(delivery.notification.user)
    again = contacts.when_awake(contact, now + RETRY_AFTER[failures % ROUND - 1])
    record(delivery, failures=failures, next_attempt_at=again, error=str(failure)[:500])


def finish(delivery: Delivery, outcome: str, error: str, now: datetime, **more: Any) -> bool:
    return record(delivery, outcome=outcome, finished_at=now, error=error[:500], **more)


def record(delivery: Delivery, **changes: Any) -> bool:
    """Only by who claimed it last: a worker that was given up on changes nothing."""
    mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, outcome=Outcome.WAITING)
    return bool(mine.update(**changes))


def try_out(bot: Bot, now: datetime) -> Delivery:
    """Send a trial message by this robot at once. It is not tried again; `error` says why it failed.

    Raises DomainError (`bot_busy`) while the robot's minute is full.
    """
    lane, clock = RobotLane(bot.fingerprint, bot.scheme), Clock(now)
    with transaction.atomic():
        if not lane.has_room(now):
            raise DomainError(_("该机器人一分钟内的消息已达上限，请稍后再试。"), code="bot_busy")
        message = Notification.objects.create(
            user=bot.user,
            title="机器人测试",
            text=f"收到本条消息，说明机器人“{bot.name}”可以接收督查督办系统的提醒。",
            created_at=now,
        )
        claim = {"attempts": 1, "attempted_at": now, "next_attempt_at": now + LEASE}
        trial = Delivery.objects.create(notification=message, channel=Channel.BOT, bot=bot, **claim)
    try:
        lane.send(trial)
        finish(trial, Outcome.SENT, "", clock())
    except NotSent as failure:
        if isinstance(failure, RobotGone):
            Bot.objects.filter(fingerprint=bot.fingerprint).update(is_active=False)
        finish(trial, Outcome.DROPPED, str(failure), clock(), failures=1)
    trial.refresh_from_db(fields=["outcome", "error", "finished_at"])
    return trial
