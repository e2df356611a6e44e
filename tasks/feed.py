"""The ordered feed: every event of every task once, in one order that no slow transaction upsets.

Ids are given out before a commit, so they are not the order in which events appear. A place in the feed is
(epoch, transaction id, event id), and an event is shown once its epoch is over or every transaction up to
its own has ended: nothing can appear any more before what has been shown. Whoever reads keeps the Position
that they have read up to, and nothing else.
"""

import base64
import hashlib
import struct
from collections.abc import Collection
from dataclasses import astuple, dataclass
from typing import Self

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThanOrEqual

from plans.org.models import User
from tasks.models import Task, TaskEvent

PLACE = ("epoch", "transaction_id", "id")
SHOWN = """
    SELECT coalesce((SELECT number FROM tasks_feedepoch), 1),
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint
"""
PACKED = struct.Struct(">IQQ")
# Events that one look passes over, the reader's or not: who sees little waits no longer for an answer.
WINDOW = 2000
CHECK_BYTES = 4  # of the digest: with them a cursor is 32 letters and has no padding


@dataclass(frozen=True, order=True)
class Position:
    """A place in the feed: everything up to and with it has been read. The default is the beginning."""

    epoch: int = 0
    transaction_id: int = 0
    event_id: int = 0

    @classmethod
    def of(cls, event: TaskEvent) -> Self:
        return cls(event.epoch, event.transaction_id, event.pk)

    def __str__(self) -> str:
        """As a cursor: opaque, fit for URLs, and with a check, so that a mistyped one is found out."""
        packed = PACKED.pack(*astuple(self))
        return base64.urlsafe_b64encode(packed + check_of(packed)).decode()

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError for what is no cursor of ours."""
        packed = base64.urlsafe_b64decode(text.encode("ascii"))[: PACKED.size]
        if len(packed) != PACKED.size or str(position := cls(*PACKED.unpack(packed))) != text:
            raise ValueError("no cursor of the feed")
        if max(position.transaction_id, position.event_id) >= 2**63 or position.epoch >= 2**31:
            raise ValueError("beyond any feed")
        return position


def check_of(packed: bytes) -> bytes:
    return hashlib.sha256(b"feed" + packed).digest()[:CHECK_BYTES]


def horizon() -> Position:
    """How far the feed shows: up to the oldest transaction that still runs, on the whole server.

    Ask for it before reading events. What is below has ended by now, and any later look sees all of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(SHOWN)
        epoch, transaction_id = cursor.fetchone()
    return Position(epoch, transaction_id, 0)


def window(after: Position, size: int) -> tuple[Position, bool]:
    """Where the next `size` events end, whole transactions only, or where the feed does; whether it goes on.

    So a reader who may see little of it never has to walk all of it at once.
    """
    end = max(horizon(), after)
    last = between(after, end).values_list("epoch", "transaction_id")[size - 1 : size]
    for epoch, transaction_id in last:
        return Position(epoch, transaction_id + 1, 0), True
    return end, False


def newest() -> Position:
    """The last event that the feed shows; who has read up to it has read everything. One row, by index."""
    shown = TupleLessThanOrEqual(Tuple(*map(F, PLACE)), astuple(horizon()))
    last = TaskEvent.objects.filter(shown).order_by(*(f"-{name}" for name in PLACE)).only(*PLACE).first()
    return Position.of(last) if last else Position()


def between(after: Position, upto: Position) -> QuerySet[TaskEvent]:
    """The events behind one place up to another, in order. Row comparisons: both ends are found by index."""
    place = Tuple(*map(F, PLACE))
    return TaskEvent.objects.filter(
        TupleGreaterThan(place, astuple(after)), TupleLessThanOrEqual(place, astuple(upto))
    ).order_by(*PLACE)


@dataclass(frozen=True)
class Page:
    """What somebody reads of the feed at once: `end` is where they are then; `more`: it goes on at once."""

    events: list[TaskEvent]
    end: Position
    more: bool


def page(user: User, after: Position, size: int, kinds: Collection[str] = ()) -> Page:
    """The next events, at most `size`, of the tasks that this person sees now; of any kind, or of these."""
    end, more = window(after, WINDOW)
    mine = Task.objects.visible_to(user).filter(pk=OuterRef("task"))
    found = between(after, end).filter(Exists(mine)).select_related("task")
    if kinds:
        found = found.filter(kind__in=kinds)
    events = list(found.defer("task__title", "task__body")[: size + 1])
    if len(events) > size:
        return Page(events[:size], Position.of(events[size - 1]), True)
    return Page(events, end, more)
