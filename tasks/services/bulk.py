"""批量办理: one move on many tasks, each on its own."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from plans.org.models import User
from tasks.models import Task, TaskEvent
from tasks.services.moves import MoveInput, check_input, make_move
from tasks.states import MOVES, Status

MOST = 500
# A report tells of one task's own progress, so it is no move for many at once.
BULK_MOVES = tuple(name for name in MOVES if name != "report")


@dataclass
class Result:
    """What came of one task: its status now, and what was refused, if it was."""

    id: int
    status: Status | None
    refusal: DomainError | None = None


def move_many(
    pks: list[int], name: str, *, actor: User, now: datetime, given: MoveInput, dry_run: bool = False
) -> list[Result]:
    """Make one move of BULK_MOVES on each of these tasks, in a transaction of its own; in the order given.

    A dry run makes every move and takes it back: it tells exactly what would happen. Raises InputInvalid
    for what is wrong for all of them: `too_many_ids`, and what the move needs of its input.
    """
    check_many(pks, name, given)
    given = replace(given, bulk=uuid4().hex)
    visible = set(Task.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True))
    # By id: where all of it is one transaction, two at once wait for one another and never both.
    found = {
        pk: try_move(pk, name, actor=actor, now=now, given=given, dry_run=dry_run) for pk in sorted(visible)
    }
    statuses = dict(Task.objects.filter(pk__in=visible).values_list("pk", "status"))
    return [result_of(pk, found.get(pk), statuses.get(pk)) for pk in dict.fromkeys(pks)]


def check_many(pks: list[int], name: str, given: MoveInput) -> None:
    """What is wrong for all of them."""
    if len(pks) > MOST:
        raise InputInvalid(_("一次最多办理{most}项任务。").format(most=MOST), code="too_many_ids")
    check_input(MOVES[name], given)


def try_move(
    pk: int, name: str, *, actor: User, now: datetime, given: MoveInput, dry_run: bool = False
) -> TaskEvent | DomainError:
    """What it put on the record, or the refusal."""
    try:
        with transaction.atomic():
            event = make_move(pk, name, actor=actor, now=now, given=given)
            transaction.set_rollback(dry_run)
    except DomainError as refusal:
        return refusal
    return event


def result_of(pk: int, came_to: TaskEvent | DomainError | None, status: str | None) -> Result:
    match came_to:
        case None:
            return Result(pk, None, not_there())
        case DomainError():
            return Result(pk, Status(status), came_to)
    return Result(pk, Status(came_to.status))


def not_there() -> DomainError:
    return DomainError(_("没有这项任务。"), code="not_found", status=404)
