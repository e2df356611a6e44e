"""批量办理 as work that may be left: put down row by row, carried out by a request or a job, told in full."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import translation

from config.errors import DomainError
from plans.org.models import Department, User
from tasks.models import BulkRow, BulkRun, Task
from tasks.services.bulk import check_many, not_there, try_move
from tasks.services.moves import MoveInput

Status = BulkRun.Status
# Whatever loses its worker this often (memory, time) will do so again.
MOST_ATTEMPTS = 5


@transaction.atomic
def request_run(
    pks: list[int], name: str, *, actor: User, now: datetime, given: MoveInput, key: str
) -> BulkRun:
    """Put down one move of BULK_MOVES on these tasks. The same `key` again is the run that there is already.

    It waits for `carry_out`, which a job calls for: the caller kicks it after the commit. What is refused
    will be told in the language in use now. Raises InputInvalid like `move_many`.
    """
    check_many(pks, name, given)
    asked = {"user": actor, "move": name, "given": put_down(given), "asked_at": now}
    asked["language"] = translation.get_language()
    run, is_new = BulkRun.objects.get_or_create(key=key, defaults=asked)
    if run.user_id != actor.pk:
        raise not_there()
    if is_new:
        BulkRow.objects.bulk_create(BulkRow(run=run, task_id=pk) for pk in sorted(set(pks)))
    return run


def put_down(given: MoveInput) -> dict[str, Any]:
    return {
        "note": given.note,
        "outcome": given.outcome,
        "lead": given.lead and given.lead.pk,
        "due_on": given.due_on and given.due_on.isoformat(),
    }


def given_for(run: BulkRun) -> MoveInput:
    """What `put_down` kept; its events are joined by the run's key."""
    kept = run.given
    lead = Department.objects.get(pk=kept["lead"]) if kept["lead"] else None
    due_on = date.fromisoformat(kept["due_on"]) if kept["due_on"] else None
    return MoveInput(kept["note"], outcome=kept["outcome"], lead=lead, due_on=due_on, bulk=run.key)


def carry_out(pk: int, *, now: datetime) -> bool:
    """Make the moves that are not made yet: True when this call finished the run, done or given up.

    Claimed by a conditional update and fenced by its number, so of several workers one wins. Each row is a
    transaction with its result in it: whoever dies in between loses nothing, and who comes after goes on
    with the next row. What breaks in an unforeseen way waits again, a few times.
    """
    run = BulkRun.objects.select_related("user").filter(pk=pk).first()
    if run is None:
        return False
    mine = BulkRun.objects.filter(pk=pk, status=Status.RUNNING, attempt=run.attempt + 1)
    waiting = BulkRun.objects.waiting(now).filter(pk=pk, attempt=run.attempt)
    if not waiting.update(status=Status.RUNNING, attempt=run.attempt + 1, claimed_at=Now()):
        return False
    if run.attempt >= MOST_ATTEMPTS or not run.user.is_active:
        return finish(mine, Status.FAILED)
    try:
        with translation.override(run.language):
            return go_through(run, mine, now) and finish(mine, Status.DONE)
    except Exception:
        mine.update(claimed_at=None)
        raise


def finish(mine: QuerySet[BulkRun], status: str) -> bool:
    return bool(mine.update(status=status, done_at=Now()))


def go_through(run: BulkRun, mine: QuerySet[BulkRun], now: datetime) -> bool:
    """False when another worker has taken over."""
    given = given_for(run)
    # By task: two runs at once wait for one another and never both.
    for pk in run.rows.filter(done_at=None).order_by("task_id").values_list("pk", flat=True):
        if not mine.update(claimed_at=Now()):
            return False
        carry_out_row(pk, run, given, now)
    return True


@transaction.atomic
def carry_out_row(pk: int, run: BulkRun, given: MoveInput, now: datetime) -> None:
    row = BulkRow.objects.select_for_update().filter(pk=pk, done_at=None).first()
    if row is None:  # by a worker that was given up on, and yet was faster
        return
    task = Task.objects.visible_to(run.user).filter(pk=row.task_id).only("status").first()
    came_to = try_move(row.task_id, run.move, actor=run.user, now=now, given=given) if task else not_there()
    row.status_before = row.status_after = task.status if task else ""
    if isinstance(came_to, DomainError):
        row.code, row.message = came_to.code, came_to.message[:500]
    else:
        row.status_after = came_to.status
    row.done_at = now
    row.save()
