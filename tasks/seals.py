"""封存: a day's hash over the seal before and every event since, so that paper can prove the record.

What a seal covers. Seals cut the feed into pieces, one behind the other. A day's piece begins where that of
the day before ends, and ends before the first event of a later day (its `at`, in the office's time), or where
the feed ended when the seal was made. What appears later, being slow, belongs to a later seal. So a piece is
told by the place of its last event, and can be read again from the rows at any time. A day without events has
a seal over none. A day is sealed when it has ended; the first one is that of the first event.

The value is SHA-256 over lines of text, each ended by a line feed: the value of the seal before (empty for
the first), the day (2026-10-14), and the hash of each event in the order of the feed.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from tasks import feed
from tasks.feed import Position
from tasks.models import Seal
from tasks.record import end_of

DAY = timedelta(days=1)
CHUNK = 5000  # rows held at a time


class Line(NamedTuple):
    """What a seal takes of an event."""

    epoch: int
    transaction_id: int
    event_id: int
    hash: str
    at: datetime

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.transaction_id, self.event_id)


class Lines:
    """The feed between two places, each event read once, taken piece by piece."""

    def __init__(self, after: Position, upto: Position) -> None:
        rows = feed.between(after, upto).values_list("epoch", "transaction_id", "id", "hash", "at")
        self.rest = map(Line._make, rows.iterator(CHUNK))
        self.next = next(self.rest, None)

    def upto(self, end: Position) -> Iterator[Line]:
        while self.next is not None and self.next.position <= end:
            yield self.take()

    def before(self, end: datetime, now: datetime) -> Iterator[Line]:
        """Not dated that or later. One of the future, by a clock gone wrong, must not hold up the seals."""
        while self.next is not None and not end <= self.next.at <= now:
            yield self.take()

    def take(self) -> Line:
        line, self.next = self.next, next(self.rest, None)
        return line


def position_of(seal: Seal | None) -> Position:
    """The end of what it covers; that of no seal is the feed's beginning."""
    return Position(seal.epoch, seal.transaction_id, seal.event_id) if seal else Position()


def seal_over(previous: Seal | None, day: date, lines: Iterable[Line], sealed_at: datetime) -> Seal:
    """The seal of a day that covers these, not saved."""
    before = previous.hash if previous else ""
    digest, end, count = hashlib.sha256(f"{before}\n{day}\n".encode()), position_of(previous), 0
    for line in lines:
        digest.update(f"{line.hash}\n".encode())
        end, count = line.position, count + 1
    return Seal(
        day=day,
        epoch=end.epoch,
        transaction_id=end.transaction_id,
        event_id=end.event_id,
        events=count,
        previous_hash=before,
        hash=digest.hexdigest(),
        sealed_at=sealed_at,
    )


def unsealed(now: datetime) -> Iterator[Seal]:
    """The seals of ended days that have none yet, not saved. Call it in a transaction: it reads on."""
    last, today = Seal.objects.order_by("day").last(), timezone.localdate(now)
    lines = Lines(position_of(last), feed.horizon())
    if last:
        day = last.day + DAY
    elif lines.next:
        day = timezone.localdate(lines.next.at)
    else:
        return
    while day < today:
        last = seal_over(last, day, lines.before(end_of(day), now), now)
        yield last
        day += DAY


@transaction.atomic
def seal_record(now: datetime) -> int:
    """Seal what is not yet; how many days. Two at once: the second waits and finds nothing to do."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tasks_seal IN SHARE ROW EXCLUSIVE MODE")
    return len(Seal.objects.bulk_create(unsealed(now)))
