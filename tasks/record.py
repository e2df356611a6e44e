"""The record: every change of a task appends one event, chained to the one before, in the same transaction.

A change is `task = lock(pk)`, then setting what changes on `task`, then `write(task, kind, …)`. The lock is
the `version + 1` update itself: it keeps the chain single and hands the change the task as it is now, so
every rule is checked on facts that nobody can move meanwhile.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.postgres import prepared, source
from plans.org.models import User
from plans.services.changes import SYSTEM
from tasks.models import FeedEpoch, Task, TaskEvent

# The columns of a task that an event repeats: the state after it.
STATE = (
    "status",
    "progress",
    "due_on",
    "lead_id",
    "deadline_kind",
    "assigned_on",
    "accepted_on",
    "submitted_on",
    "completed_on",
    "was_late",
)
HASHED_1 = (
    "task_id",
    "seq",
    "kind",
    "actor_id",
    "actor_name",
    "note",
    "data",
    *STATE,
    "helpers",
    "at",
    "epoch",
    "transaction_id",
)
# What each scheme hashes. A column added to STATE or here gets a new scheme, and the old one is then spelt
# out: events written before keep theirs.
SCHEME = 1
HASHED = {1: HASHED_1}
LOCK = f"""
    UPDATE tasks_task SET version = version + 1 WHERE id = %(pk)s
    RETURNING {prepared.columns(Task)}, pg_current_xact_id()::text::bigint,
        coalesce((SELECT number FROM tasks_feedepoch), 1)
"""
# Looked up task by task, by the task's own id: whoever asks about some tasks reads no others. Figures find
# all they need in the index tasks_event_order and never read the events themselves.
LAST = """
    SELECT task.id AS task_id, {columns} FROM tasks_task task CROSS JOIN LATERAL (
        SELECT * FROM tasks_taskevent WHERE task_id = task.id AND at < %s ORDER BY seq DESC LIMIT 1
    ) event
"""

FIRST_EPOCH = """
    INSERT INTO tasks_feedepoch (id, number, system_identifier)
    SELECT 1, 1, system_identifier::text FROM pg_control_system() ON CONFLICT DO NOTHING
"""
RESTORED = """
    SELECT here.system_identifier::text <> epoch.system_identifier
    FROM tasks_feedepoch epoch, pg_control_system() here
"""
NEXT_EPOCH = """
    UPDATE tasks_feedepoch epoch SET number = number + 1, system_identifier = here.system_identifier::text
    FROM pg_control_system() here
    WHERE %s OR epoch.system_identifier <> here.system_identifier::text
"""


def lock(pk: int) -> Task:
    """Take the task for a change until the transaction ends. Raises Task.DoesNotExist."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A change and its record belong in one transaction.")
    found = prepared.read(Task, LOCK, {"pk": pk})
    if found is None:
        raise Task.DoesNotExist
    task, (task.transaction_id, task.epoch) = found
    return task


def write(
    task: Task,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
    also: Iterable[str] = (),
) -> TaskEvent:
    """Save the locked task's state (and the columns `also`), append the event. `actor` None is the system."""
    # Who waited for the lock read the clock before the one they waited for: the record still runs forward.
    at = max(at, task.updated_at)
    event = event_after(task, kind, actor=actor, at=at, note=note, data=data or {}, previous=task.head_hash)
    task.head_hash, task.updated_at, task.seen_by = event.hash, at, task.concerned()
    columns = (*STATE, "head_hash", "updated_at", "seen_by", *also)
    prepared.save(task, columns)
    prepared.insert(event)
    return event


def open_chains(
    tasks: list[Task],
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    data: list[dict[str, Any]],
    notes: Iterable[str] | None = None,
) -> None:
    """Write the first event of tasks just created (version 1, helpers saved), each with its data and note."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_xact_id()::text::bigint, coalesce((SELECT number FROM tasks_feedepoch), 1)"
        )
        transaction_id, epoch = cursor.fetchone()
    events = []
    for task, told, note in zip(tasks, data, notes or [""] * len(tasks), strict=True):
        task.transaction_id, task.epoch = transaction_id, epoch
        events.append(event_after(task, kind, actor=actor, at=at, note=note, data=told, previous=""))
        task.head_hash, task.seen_by = events[-1].hash, task.concerned()
    TaskEvent.objects.bulk_create(events)
    Task.objects.bulk_update(tasks, ["head_hash", "seen_by"])


def event_after(
    task: Task, kind: str, *, actor: User | None, at: datetime, note: str, data: dict[str, Any], previous: str
) -> TaskEvent:
    event = TaskEvent(
        scheme=SCHEME,
        task_id=task.pk,
        seq=task.version,
        kind=kind,
        actor=actor,
        actor_name=str(actor) if actor else SYSTEM,
        note=note,
        data=plain(data),
        helpers=[{"department": pk, "role": role} for pk, role in sorted(task.helper_roles().items())],
        at=at,
        epoch=task.epoch,
        transaction_id=task.transaction_id,
        previous_hash=previous,
        **{name: getattr(task, name) for name in STATE},
    )
    event.hash = hash_of(event)
    return event


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that the hash can be computed from the stored row. No floats: they round."""

    def refuse(text: str) -> None:
        raise TypeError(f"Use Decimal or str in an event's data, not the float {text}.")

    return json.loads(json.dumps(data, cls=DjangoJSONEncoder), parse_float=refuse)


def hash_of(event: TaskEvent) -> str:
    """SHA-256 over the previous hash and every column that says something, as canonical JSON (UTC)."""
    content = {name: getattr(event, name) for name in (*HASHED[event.scheme], "scheme")}
    content["at"] = event.at.astimezone(UTC).isoformat()
    text = json.dumps(
        content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(f"{event.previous_hash}\n{text}".encode()).hexdigest()


def end_of(day: date) -> datetime:
    """The first moment after that day, in the office's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def as_of(day: date) -> QuerySet[TaskEvent]:
    """Every task as it stood at a day's end: its last event before then. Lights work on these rows."""
    columns = [f'event."{field.column}"' for field in TaskEvent._meta.fields if field.name != "task"]
    return source.rows_of(TaskEvent, LAST.format(columns=", ".join(columns)), end_of(day))


def broken_link(task_id: int) -> TaskEvent | None:
    """The first event of a task that does not follow from the one before, or whose content was changed.

    The last one, when it is not the one the task points at or says another state than the task's: then the
    task was changed past the record, or the record's end was cut off.
    """
    previous, seq, event = "", 0, None
    for event in TaskEvent.objects.filter(task=task_id).order_by("seq"):
        if not follows(event, previous, seq):
            return event
        previous, seq = event.hash, event.seq
    task = Task.objects.get(pk=task_id)
    return None if event and agrees(task, event) else event


def follows(event: TaskEvent, previous_hash: str, seq: int) -> bool:
    """Is this the unchanged event behind the one with that hash and number?"""
    return (event.previous_hash, event.seq) == (previous_hash, seq + 1) and event.hash == hash_of(event)


def agrees(task: Task, event: TaskEvent) -> bool:
    """Does the task stand as its last event says?"""
    helpers = {unit["department"]: unit["role"] for unit in event.helpers}
    return (
        (task.version, task.head_hash) == (event.seq, event.hash)
        and all(getattr(task, name) == getattr(event, name) for name in STATE)
        and task.helper_roles() == helpers
        and task.seen_by == task.concerned()
    )


def renew_epoch(**_signal: Any) -> None:
    """Raise the feed's epoch when this database is not the one that wrote the last: after a restore."""
    if FeedEpoch._meta.db_table not in connection.introspection.table_names():
        return  # migrated back to before it existed
    with connection.cursor() as cursor:
        cursor.execute(FIRST_EPOCH)
        cursor.execute(RESTORED)
        restored = cursor.fetchone()[0]
    if restored:
        raise_epoch(only_if_restored=True)


@transaction.atomic
def raise_epoch(*, only_if_restored: bool = False) -> int:
    """Begin a new epoch of the feed: transaction ids may start anew. Its number.

    The lock waits until the changes under way have ended, and lets no new one begin: an event of the old
    epoch must not appear once readers take that epoch for over.
    """
    with connection.cursor() as cursor:
        cursor.execute(FIRST_EPOCH)
        cursor.execute("LOCK TABLE tasks_task IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(NEXT_EPOCH, [not only_if_restored])
    return FeedEpoch.objects.get().number
