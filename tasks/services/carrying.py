"""结转: unfinished tasks of an older plan go on in the newer one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans.access import may_supervise
from plans.comparing import compare
from plans.models import Plan, PlanItem, Target
from plans.org.models import Department, User
from plans.services import PlanStateForbids, add_item, lock_plan, note_change
from tasks.models import Helper, Task, TaskTarget
from tasks.services.ending import end_with_parts
from tasks.services.moves import MoveInput
from tasks.states import OPEN

CREATED, LINKED, KNOWN = "created", "linked", "known"


class TaskNotOpen(DomainError):
    """A task that is done or was ended is not carried over (409)."""

    code = "task_not_open"


@dataclass
class Carried:
    """What became of one task: an item was made for it, one that was there took it over, or had before.

    `item` is null where a trial run would make one.
    """

    task: Task
    item: PlanItem | None
    result: str


@transaction.atomic
def carry(
    plan: Plan,
    other: Plan,
    *,
    actor: User,
    now: datetime,
    tasks: list[int] | None = None,
    dry_run: bool = False,
) -> list[Carried]:
    """Have the open tasks of `other` (all of them, or `tasks`) go on in `plan`; again nothing is done twice.

    Where `plan` has the same work already, its item takes the task over; else it gets an item as the task
    stands now. The old task goes on until the item is issued, and ends at once where it has been.
    Raises PlanGone, NotAllowed; InputInvalid `plan_not_older`, `task_unknown`; PlanStateForbids, TaskNotOpen.
    """
    check_older(plan, other)
    # Who carries from one issuer's plans waits for the other: a task goes on in one place only.
    Department.objects.select_for_update(no_key=True).get(pk=other.issuer_id)
    plan = lock_plan(plan.pk, Plan.Status.DRAFT, Plan.Status.ISSUED, actor=actor)
    if not may_supervise(actor.standing, other.issuer_id):
        raise NotAllowed(_("结转由两份计划印发单位的督查员办理。"))
    other.refresh_from_db(fields=["status"])
    if other.status != Plan.Status.ISSUED:
        state = other.get_status_display()
        raise PlanStateForbids(
            _("原计划当前为“{state}”，没有可结转的任务。").format(state=state), plan_status=other.status
        )
    there = PlanItem.objects.filter(continues__plan=other, withdrawn_at=None)
    known = {item.continues_id: item for item in there}
    found = [known_or_new(task, known) for task in chosen(other, known, tasks)]
    takers = successors(plan, other) if any(one.result == CREATED for one in found) else {}
    for one in found:
        if one.result == CREATED and (item := takers.get(one.task.plan_item_id)):
            one.item, one.result = item, LINKED
    if not dry_run:
        apply(plan, other, found, actor=actor, now=now)
    return found


def check_older(plan: Plan, other: Plan) -> None:
    """Work goes on forward only: so no two plans can pass a task back and forth."""
    if (other.year, other.pk) >= (plan.year, plan.pk):
        raise InputInvalid(_("只能从较早的计划结转。"), code="plan_not_older")


def chosen(other: Plan, known: dict[int | None, PlanItem], pks: list[int] | None) -> list[Task]:
    """Whole tasks that are open, or were carried over before."""
    helpers = Prefetch("helpers", Helper.objects.select_related("department"))
    tasks = other.tasks.filter(parent=None).select_related("lead").order_by("pk")
    tasks = tasks.prefetch_related("targets", helpers)
    if pks is None:
        return [task for task in tasks if task.status in OPEN]
    found = {task.pk: task for task in tasks.filter(pk__in=pks)}
    if missing := [pk for pk in pks if pk not in found]:
        raise InputInvalid(
            _("原计划没有编号为{missing}的任务。").format(missing=missing[0]),
            code="task_unknown",
            tasks=missing,
        )
    ended = [t for t in found.values() if t.status not in OPEN and t.plan_item_id not in known]
    if ended:
        raise TaskNotOpen(
            _("{code}已办结或终止，不能结转。").format(code=ended[0].code), tasks=[task.pk for task in ended]
        )
    return list(found.values())


def known_or_new(task: Task, known: dict[int | None, PlanItem]) -> Carried:
    item = known.get(task.plan_item_id)
    return Carried(task, item, KNOWN if item else CREATED)


def successors(plan: Plan, other: Plan) -> dict[int, PlanItem]:
    """Old item → the task item of this plan that is the same work, continues nothing yet and is not over."""
    over = set(plan.tasks.filter(parent=None).exclude(status__in=OPEN).values_list("plan_item", flat=True))
    return {
        pair.then.item.pk: pair.now.item
        for pair in compare(plan, other).carried
        if pair.now.item.kind == PlanItem.Kind.TASK
        and pair.now.item.continues_id is None
        and pair.now.item.pk not in over
    }


def apply(plan: Plan, other: Plan, found: list[Carried], *, actor: User, now: datetime) -> None:
    fresh = [one for one in found if one.result != KNOWN]
    for one in fresh:
        if one.item is None:
            one.item = make_item(plan, one.task, actor=actor, now=now)
        PlanItem.objects.filter(pk=one.item.pk).update(continues=one.task.plan_item_id)
        one.item.continues_id = one.task.plan_item_id
    if fresh:
        told = {one.task.code: [one.result, one.item.pk] for one in fresh if one.item}
        note_change(plan, "carried", actor=actor, at=now, data={"from": other.code, "tasks": told})
    hand_over([one.item for one in fresh if one.item], actor=actor, now=now)


def make_item(plan: Plan, task: Task, *, actor: User, now: datetime) -> PlanItem:
    """The task as it stands now, which may no longer be what the old plan printed. It is given a new date."""
    helpers = [helper.department for helper in task.helpers.all() if helper.department.is_active]
    item = add_item(
        plan,
        actor=actor,
        now=now,
        kind=PlanItem.Kind.TASK,
        heading=task.title,
        body=task.body,
        lead=task.lead if task.lead.is_active else None,
        cooperating=helpers,
    )
    copied = ("name", "comparator", "value", "value_max", "unit")
    Target.objects.bulk_create(
        Target(item=item, ordinal=n, **{name: getattr(target, name) for name in copied})
        for n, target in enumerate(target for target in task.targets.all() if not is_reached(target))
    )
    return item


def is_reached(target: TaskTarget) -> bool:
    if target.actual is None:
        return False
    if target.comparator == Target.Comparator.AT_MOST:
        return target.actual <= (target.value if target.value_max is None else target.value_max)
    return target.actual >= target.value


def predecessors(items: Iterable[PlanItem]) -> dict[int, Task]:
    """Item → the whole task of the item that it continues, held as it is until the transaction ends."""
    continued = {item.continues_id: item.pk for item in items if item.continues_id}
    if not continued:
        return {}
    whole = Task.objects.filter(plan_item__in=continued, parent=None).order_by("pk")
    return {continued[task.plan_item_id]: task for task in whole.select_for_update(no_key=True)}


def told(task: Task | None, name: str) -> dict[str, Any]:
    """For an event's data: which task it went on from, or goes on in."""
    return {name: {"task": task.pk, "code": task.code}} if task else {}


def hand_over(items: Iterable[PlanItem], *, actor: User, now: datetime) -> None:
    """End what goes on in tasks of these items: the old task with its parts, where they are still open.

    What is done or was ended stays as it is.
    Raises NotAllowed where the old task is not the actor's to end.
    """
    items = list(items)
    heirs = {
        task.plan_item_id: task
        for task in Task.objects.filter(plan_item__in=[i.pk for i in items], parent=None)
    }
    old = {item_id: task for item_id, task in predecessors(items).items() if item_id in heirs}
    ending = {
        task.pk: MoveInput(note=f"结转至{heirs[item_id].code}", source=told(heirs[item_id], "carried_to"))
        for item_id, task in old.items()
        if task.status in OPEN
    }
    end_with_parts(ending, actor=actor, now=now)
