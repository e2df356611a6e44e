"""稽核: is the record what was written? Every chain and every seal computed again, in constant memory."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import DateField, F, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from tasks import feed, record, seals
from tasks.feed import Position
from tasks.models import Attachment, Extension, Helper, Instruction, Report, Seal, Task, TaskEvent

CHUNK = 2000  # rows held at a time
# Where an event stands; the rest of what is hashed is its content.
PLACE = ("task_id", "seq", "epoch", "transaction_id")


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is as it stood at one moment, while changes go on."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@dataclass
class Audit:
    """What was looked at, and what was found wrong."""

    tasks: int = 0
    events: int = 0
    seals: int = 0
    sealed: set[str] = field(default_factory=set)  # values that hold
    faults: list[str] = field(default_factory=list)

    def run(self, now: datetime) -> Iterator[str]:
        """Look at everything; each fault as it is found. Call it in `one_moment`."""
        yield from self.check_chains()
        yield from disagreeing()
        yield from self.check_seals(now)

    def check_chains(self) -> Iterator[str]:
        """The first fault of each task's chain. Tasks and events are read side by side, both by task."""
        chains = groupby(events_by_task(), key=lambda event: event.task_id)
        chain = next(chains, None)
        for task in tasks_with_helpers():
            while chain and chain[0] < task.pk:
                yield orphaned(chain[1])
                chain = next(chains, None)
            mine = bool(chain) and chain[0] == task.pk
            if fault := fault_of(task, self.counted(chain[1]) if mine else ()):
                yield fault
            chain = next(chains, None) if mine else chain
            self.tasks += 1
        while chain:
            yield orphaned(chain[1])
            chain = next(chains, None)

    def counted(self, events: Iterable[TaskEvent]) -> Iterator[TaskEvent]:
        for event in events:
            self.events += 1
            yield event

    def check_seals(self, now: datetime) -> Iterator[str]:
        """The first seal that does not hold: what follows rests on it."""
        previous, lines = None, seals.Lines(Position(), feed.horizon())
        for seal in Seal.objects.order_by("day").iterator(CHUNK):
            made = seals.seal_over(previous, seal.day, lines.upto(seals.position_of(seal)), now)
            if fault := fault_of_seal(seal, made, previous):
                yield fault
                return
            self.seals, previous = self.seals + 1, seal
            self.sealed.add(seal.hash)
        # A seal that was deleted at the end is made again from the rows.
        self.sealed |= {seal.hash for seal in seals.unsealed(now)}


def events_by_task() -> Iterator[TaskEvent]:
    return TaskEvent.objects.order_by("task_id", "seq").iterator(CHUNK)


def tasks_with_helpers() -> Iterator[Task]:
    helpers = Helper.objects.filter(task=OuterRef("pk")).order_by("id")
    roles = ArraySubquery(helpers.values(json=JSONObject(id=F("department_id"), role=F("role"))))
    return Task.objects.order_by("pk").defer("title", "body").annotate(units=roles).iterator(CHUNK)


def disagreeing() -> Iterator[str]:
    """Rows beside the record that say something else than the event they belong to."""
    said = {name: told(name) for name in ("problems", "next_steps")}
    # An imported task's last report stands beside its first event, which tells of the import.
    reports = Report.objects.filter(event__kind=TaskEvent.Kind.REPORT).exclude(
        task=F("event__task"), done=F("event__note"), reported_at=F("event__at"), **said
    )
    asked = Extension.objects.exclude(
        task=F("event__task"),
        note=F("event__note"),
        due_on=Cast(told("asked_due_on"), DateField()),
    )
    instructions = Instruction.objects.exclude(
        task=F("event__task"), note=F("event__note"), given_at=F("event__at")
    )
    files = Attachment.objects.exclude(task=F("event__task"), sha256=told("sha256"))
    for rows in (reports, asked, instructions, files):
        name, found = rows.model._meta.verbose_name, rows.select_related("task", "event").order_by("pk")
        for row in found.iterator(CHUNK):
            yield f"{named(row.task.code, row.event.seq, row.event)}：{name}（编号{row.pk}）与这条记录不符"


def told(name: str) -> KeyTextTransform:
    return KeyTextTransform(name, "event__data")


def named(code: str, seq: int, event: TaskEvent | None = None) -> str:
    return f"{code} 第{seq}条" + (f"（{event.get_kind_display()}，事项编号{event.pk}）" if event else "")


def orphaned(events: Iterable[TaskEvent]) -> str:
    event = next(iter(events))
    return f"{named(f'任务{event.task_id}', event.seq, event)}：任务本身已被删除"


def fault_of(task: Task, events: Iterable[TaskEvent]) -> str | None:
    """What is wrong with a task's chain, named by its first broken row."""
    last, previous, seq = None, "", 0
    for event in events:
        if not record.follows(event, previous, seq):
            return why(task, event, last)
        last, previous, seq = event, event.hash, event.seq
    if last is None or seq < task.version:
        return f"{named(task.code, seq + 1)}：已被删除（任务现为第{task.version}版，记录只到第{seq}条）"
    if not record.agrees(task, last):
        return f"{named(task.code, seq, last)}：任务与这条记录不符，任务被绕过记录改动，或这条被改写"
    return None


def why(task: Task, event: TaskEvent, before: TaskEvent | None) -> str:
    """In words, for the first event that does not follow from the one before."""
    seq, previous = (before.seq, before.hash) if before else (0, "")
    chain = TaskEvent.objects.filter(task=task.pk).exclude(pk=event.pk).order_by("seq")
    twin = chain.filter(previous_hash=previous).first()
    if event.previous_hash != previous and twin:
        return (
            f"{named(task.code, event.seq, event)}：顺序被调换，此处原为现第{twin.seq}条（事项编号{twin.pk}）"
        )
    if event.seq != seq + 1:
        return f"{named(task.code, seq + 1)}：已被删除，其后为{named('', event.seq, event).strip()}"
    if event.hash == record.hash_of(event):
        place = named(task.code, seq, before) if before else named(task.code, event.seq, event)
        return f"{place}：被改写，第{event.seq}条（事项编号{event.pk}）与之不衔接"
    if other := exchanged(event, chain):
        return f"{named(task.code, event.seq, event)}：内容与第{other.seq}条（事项编号{other.pk}）被对调"
    return f"{named(task.code, event.seq, event)}：被改动，内容与其校验值不符"


def exchanged(event: TaskEvent, others: QuerySet[TaskEvent]) -> TaskEvent | None:
    """The event whose content (all of it, or one column) makes this one's hash right."""
    content = [name for name in record.HASHED[event.scheme] if name not in PLACE]
    for other in others.iterator(CHUNK):
        for names in (content, [*content, "epoch", "transaction_id"], *([name] for name in content)):
            restored = copy(event)
            for name in names:
                setattr(restored, name, getattr(other, name))
            if record.hash_of(restored) == event.hash:
                return other
    return None


def fault_of_seal(seal: Seal, made: Seal, previous: Seal | None) -> str | None:
    """What is wrong with a seal; `made` is the same one computed from the rows."""
    if (previous and seal.day > previous.day + seals.DAY) or (previous is None and seal.previous_hash):
        missing = previous.day + seals.DAY if previous else "首日"
        return f"封存 {missing}：已被删除，其后为 {seal.day} 的封存"
    same = ("epoch", "transaction_id", "event_id", "events", "previous_hash", "hash")
    if all(getattr(seal, name) == getattr(made, name) for name in same):
        return None
    count = (
        f"封存时{seal.events}条，现有{made.events}条" if seal.events != made.events else f"{seal.events}条"
    )
    after = Seal.objects.filter(day__gt=seal.day).order_by("day").first()
    if made.hash == seal.hash or made.previous_hash != seal.previous_hash:
        what = "封存本身被改动"
    elif after and after.previous_hash != seal.hash:
        what = "封存值被改动"
    elif after:
        what = "所封的记录（或封存所记的位置）在封存后被改动"
    else:
        what = "封存本身或所封的记录被改动"
    return f"封存 {seal.day}（{seal.hash}）：{what}（{count}）"
