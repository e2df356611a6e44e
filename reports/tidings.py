"""What happens to a task, told at once to whom it concerns: a reader of the ordered feed.

Each person hears of each event once; of what was done to many tasks together, in one message. Who is told
is who holds the post when it is told.
"""

import logging
from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from plans.org.models import User
from reports import notices, outbox
from reports.addressees import Audience, Place, Placed, Posts
from reports.models import FeedCursor, Notification
from tasks import feed
from tasks.models import Instruction, TaskEvent
from tasks.states import Status

logger = logging.getLogger(__name__)
READER = "notifications"
BATCH = 500
# What is longer ago is read in the record: a history brought in, or a month's outage, is no news.
NEWS = timedelta(days=30)
Kind = TaskEvent.Kind
# Whom it is told: who leads the task, who supervises it, or who gave the 批示 that was answered.
LEADING = {
    *(Kind.ISSUED, Kind.REASSIGN, Kind.RETURN, Kind.URGE, Kind.INSTRUCTION, Kind.CANCEL, Kind.DUE_CHANGED),
    *(Kind.EXTENSION_GRANTED, Kind.EXTENSION_DENIED, "objection_upheld", "objection_refused"),
}
SUPERVISING = {Kind.EXTENSION_ASKED, Kind.DECLINE, Kind.SUBMIT, "objection"}
# What is done to many tasks of a plan at once.
TOGETHER = {Kind.ISSUED, Kind.CANCEL, Kind.DUE_CHANGED}
TOLD = Q(kind__in=[*LEADING, *SUPERVISING, Kind.INSTRUCTION_ANSWERED]) | Q(
    kind=Kind.COMMENT, data__has_key="objection"
)


class Hearers:
    """Who hears of some events, read in four queries however many they are."""

    def __init__(self, events: list[TaskEvent]) -> None:
        self.posts = Posts({placed(event) for event in events})
        answered = Instruction.objects.filter(answered_event__in=events).select_related("given_by")
        self.givers = {each.answered_event_id: each.given_by for each in answered}

    def of(self, event: TaskEvent) -> tuple[list[User], bool]:
        """The people, never the one who did it; and whether they stand in for a post that nobody holds."""
        held = self.holders(event)
        people = held or self.posts.instead(placed(event))
        if not people:
            logger.warning("Event %s of %s has nobody to go to.", event.pk, event.task.code)
        return [person for person in people if person.pk != event.actor_id], not held

    def holders(self, event: TaskEvent) -> list[User]:
        about = notices.subject(event)
        if about in LEADING:
            return self.posts.leading(placed(event))
        if about in SUPERVISING:
            return self.posts.of(placed(event), Audience.SUPERVISOR)
        giver = self.givers.get(event.pk)
        return [giver] if giver and giver.is_active else []


def placed(event: TaskEvent) -> Placed:
    """The task; of an objection to a score the department it is about, and who judges departments."""
    if "objection" not in event.data:
        return event.task
    return Place(event.data["objection"]["department"], event.task.issuer_id, is_part=False)


def tell_events(now: datetime) -> int:
    """Tell what the feed shows since the last time; how many messages. Two at once take turns."""
    told, more = 0, True
    while more:
        count, more = tell_batch(now)
        told += count
    return told


@transaction.atomic
def tell_batch(now: datetime) -> tuple[int, bool]:
    """The next events, as one transaction: no message without the reader's place moved past its event."""
    reader = FeedCursor.held(READER)
    end, more = feed.window(reader.position, BATCH)
    events = list(
        feed.between(reader.position, end)
        .filter(TOLD, at__gte=now - NEWS)
        .select_related("task__plan", "task__lead")
        .defer(*(f"task__plan__{name}" for name in ("text", "preamble", "furniture", "warnings")))
    )
    messages = unheard(list(messages_of(events, now)))
    outbox.post(Notification.objects.bulk_create(messages), now)
    reader.move(end)
    return len(messages), more


def unheard(messages: list[Notification]) -> list[Notification]:
    """Without those that people have: as after the reader's place was lost. Whoever tells holds its row."""
    keys = {"user__in": {m.user_id for m in messages}, "event__in": {m.event_id for m in messages}}
    heard = set(Notification.objects.filter(**keys).order_by().values_list("user_id", "event_id"))
    return [message for message in messages if (message.user_id, message.event_id) not in heard]


def messages_of(events: list[TaskEvent], now: datetime) -> Iterator[Notification]:
    """One for each person of what one revision did, or of what was done to tasks of a plan in a row."""
    hearers = Hearers(events)
    for _, group in groupby(events, together):
        heard: dict[tuple[User, bool], list[TaskEvent]] = {}
        for event in filter(is_news, group):
            people, redirected = hearers.of(event)
            for person in people:
                heard.setdefault((person, redirected), []).append(event)
        for (person, redirected), theirs in heard.items():
            yield message(person, theirs, redirected, now)


def together(event: TaskEvent) -> Hashable:
    """The same for events that are told as one."""
    if revision := event.data.get("revision"):
        return "revision", revision
    if event.kind in TOGETHER:
        return event.kind, event.task.plan_id, event.actor_id
    return event.pk


def is_news(event: TaskEvent) -> bool:
    """A task brought in when it was under way already needs no signing for."""
    return event.kind != Kind.ISSUED or event.status == Status.PENDING


def message(person: User, events: list[TaskEvent], redirected: bool, now: datetime) -> Notification:
    single = events[0].task if len(events) == 1 else None
    title, text = notices.event_notice(events[0]) if single else notices.joint_notice(events)
    if redirected:
        title, text = f"无人接收：{title}", f"应收的岗位目前无人任职，请补充人员或另行通知。\n{text}"
    return Notification(
        user=person, event=events[0], task=single, title=title[:200], text=text, created_at=now
    )
