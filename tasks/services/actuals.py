"""完成值: what targets have reached, when that was said, and what the parts of a split task add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from tasks import record
from tasks.models import Task, TaskActual, TaskEvent, TaskTarget


class TargetIsShared(DomainError):
    """The figure is added up from the parts of the task, so nobody states it by hand (409)."""

    code = "target_is_shared"


@dataclass
class TargetActual:
    """What one target has reached, or why there is no figure."""

    id: int
    actual: Decimal | None = None
    reason: str = ""


def check_given(given: list[TargetActual]) -> None:
    """What depends on the body alone (400)."""
    if any(entry.actual is None and not entry.reason.strip() for entry in given):
        raise InputInvalid(_("指标请填写完成值，或说明没有完成值的原因。"), code="target_empty")
    if len({entry.id for entry in given}) < len(given):
        raise InputInvalid(_("同一指标在一次填报中只能出现一次。"), code="target_repeated")


def hold_above(pk: int) -> None:
    """Take the tasks that this one is a part of, before it is locked itself: parents first, by id.

    A part's figures change theirs. Whose part a task is never changes, so it may be read beforehand.
    """
    above = Task.objects.filter(pk=pk).values_list("parent", "parent__parent").first() or ()
    held = Task.objects.filter(pk__in=[found for found in above if found]).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))


def state(task: Task, given: list[TargetActual]) -> list[TaskTarget]:
    """Put stated figures (or reasons for none) on the locked task's targets, and hand these back.

    Raises InputInvalid `target_unknown` (400); TargetIsShared: then only a reason can be given.
    """
    if not given:
        return []
    targets = {target.pk: target for target in task.targets.all()}
    shared = set(TaskTarget.objects.filter(share_of__in=targets).values_list("share_of", flat=True))
    for entry in given:
        target = targets.get(entry.id)
        if target is None:
            raise InputInvalid(_("指标 {id} 不属于这项任务。").format(id=entry.id), code="target_unknown")
        if entry.actual is not None and entry.id in shared:
            raise TargetIsShared(
                _("“{name}”已分解，完成值由各分解任务汇总。").format(name=target.name[:30]), target=entry.id
            )
        if entry.actual is not None:  # a reason alone leaves the figure that was stated before
            target.actual = entry.actual
        target.reason = entry.reason
        target.save(update_fields=["actual", "reason"])
    return [targets[entry.id] for entry in given]


def told(stated: Iterable[TaskTarget]) -> dict[str, Any]:
    """For the event's data; nothing where nothing was stated."""
    entries = [{"id": target.pk, "actual": target.actual, "reason": target.reason} for target in stated]
    return {"targets": entries} if entries else {}


def keep(stated: list[TaskTarget], event: TaskEvent) -> None:
    """Keep the figures of this event for good, and add them up in the task that this is a part of."""
    if not stated:
        return
    TaskActual.objects.bulk_create(
        TaskActual(target=target, event=event, actual=target.actual, reason=target.reason, stated_at=event.at)
        for target in stated
    )
    add_up(stated, event)


def add_up(stated: list[TaskTarget], event: TaskEvent) -> None:
    """What these are shares of becomes the sum of its shares: on the whole's own record, up to the top."""
    shared = [target.share_of_id for target in stated if target.share_of_id]
    wholes = TaskTarget.objects.filter(pk__in=shared).annotate(total=Sum("shares__actual"))
    changed = [whole for whole in wholes if whole.total is not None and whole.total != whole.actual]
    if not changed:
        return
    task = record.lock(changed[0].task_id)  # a task is a part of one other: all of these are of that one
    for whole in changed:
        whole.actual, whole.reason = whole.total, ""
    TaskTarget.objects.bulk_update(changed, ["actual", "reason"])
    figures = [{"id": whole.pk, "actual": whole.actual} for whole in changed]
    data = {"targets": figures, "from": event.task_id}
    keep(changed, record.write(task, "edited", actor=event.actor, at=event.at, data=data))
