"""Changes that are no move: what a supervisor corrects, and what the end of a day makes true."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans.org.models import Department, User
from tasks import access, lights, record
from tasks.models import Task, TaskEvent
from tasks.services.batches import batched
from tasks.services.moves import MoveNotAllowed, TaskChanged, set_cooperating
from tasks.states import OPEN, Status

# Tasks marked late per transaction: on the first working day of a year there may be thousands.
BATCH = 200


class VersionMissing(DomainError):
    """An edit must say which version it edits (428)."""

    code = "precondition_required"
    status = 428


@transaction.atomic
def edit_task(
    pk: int,
    *,
    actor: User,
    now: datetime,
    version: int | None,
    title: str | None = None,
    due_on: date | None = None,
    cooperating: list[Department] | None = None,
    progress: int | None = None,
    reporting_cycle: str | None = None,
    note: str = "",
    source: dict[str, Any] | None = None,
) -> TaskEvent | None:
    """A supervisor corrects title, deadline (with a note: it is what the 通报 prints), reporting cycle or
    cooperating units.

    `progress`: what an imported ledger says of a task in progress; `source`: where from, for the record.
    None when nothing changes. original_due_on never moves. Raises NotAllowed, VersionMissing,
    TaskChanged, MoveNotAllowed.
    """
    task = record.lock(pk)
    given = {"title": title, "due_on": due_on, "progress": progress, "reporting_cycle": reporting_cycle}
    changed = {n: value for n, value in given.items() if value is not None and value != getattr(task, n)}
    check_edit(task, actor, version, explained=bool(note.strip()) or "due_on" not in changed)
    if "progress" in changed:
        check_in_progress(task)
    data: dict[str, Any] = {name: [getattr(task, name), value] for name, value in changed.items()}
    for name, value in changed.items():
        setattr(task, name, value)
    if cooperating is not None:
        data |= set_cooperating(task, cooperating)
    if not data:
        transaction.set_rollback(True)
        return None
    kind = "due_changed" if "due_on" in changed else "edited"
    data |= source or {}
    also = ["title", "reporting_cycle"]
    return record.write(task, kind, actor=actor, at=now, note=note, data=data, also=also)


def check_edit(task: Task, actor: User, version: int | None, *, explained: bool) -> None:
    if not explained:
        raise InputInvalid(_("调整期限请说明原因。"), code="note_required")
    if not access.may_supervise(actor, task):
        raise NotAllowed(_("任务由督查员修改。"))
    if version is None:
        raise VersionMissing(_("修改任务须带 If-Match，以免覆盖他人的修改。"))
    if task.version - 1 != version:
        raise TaskChanged(_("任务已有变化，请刷新后再修改。"), version=task.version - 1)
    if task.status not in OPEN:
        raise MoveNotAllowed(
            _("任务当前为“{label}”，不能修改。").format(label=Status(task.status).label),
            task_status=task.status,
        )


def check_in_progress(task: Task) -> None:
    if task.status != Status.IN_PROGRESS:
        state = Status(task.status).label
        raise MoveNotAllowed(
            _("任务当前为“{state}”，不能修改进度。").format(state=state), task_status=task.status
        )


def mark_late(*, now: datetime) -> int:
    """Set was_late, never to be unset, on every task whose day ended overdue; how many. Harmless to repeat.

    Yesterday is the last day that has ended: a deadline moved on its first morning leaves no mark.
    """
    ended = timezone.localdate(now) - timedelta(days=1)
    late = Task.objects.overdue(ended).filter(was_late=False).order_by("id").values_list("pk", flat=True)
    return sum(mark_batch(batch, ended, now) for batch in batched(list(late), BATCH))


@transaction.atomic
def mark_batch(pks: list[int], ended: date, now: datetime) -> int:
    """By id, so that two at once wait for one another and never both."""
    marked = 0
    for pk in pks:
        with transaction.atomic():
            task = record.lock(pk)
            if task.was_late or not is_overdue(task, ended):
                transaction.set_rollback(True)
                continue
            task.was_late = True
            record.write(task, "edited", actor=None, at=now, data={"was_late": [False, True]})
            marked += 1
    return marked


def is_overdue(task: Task, today: date) -> bool:
    """lights.overdue for the one task in hand."""
    return task.status in lights.TIMED and task.due_on < (task.submitted_on or today)
