"""下达: a plan's items become tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.models import ItemOwner, Plan, PlanItem, Target
from plans.org.models import Department, User
from plans.services import lock_plan, note_change
from tasks import record
from tasks.models import ChecklistItem, Helper, Task, TaskTarget
from tasks.services import carrying

# How often an item's own words ask for word of it.
CYCLES = {"每周": Task.Cycle.WEEKLY, "每月": Task.Cycle.MONTHLY, "每季": Task.Cycle.QUARTERLY}


@dataclass
class Defaults:
    """What stands in where an item says nothing."""

    lead: Department | None = None
    due_on: date | None = None
    cycle: str = ""


@transaction.atomic
def issue_plan(
    plan: Plan,
    *,
    actor: User,
    now: datetime,
    default_lead: Department | None = None,
    default_due_on: date | None = None,
    reporting_cycle: str = "",
) -> list[Task]:
    """Make a task of every task item that has none yet. Two at once: the second finds none.

    What goes on from an older plan (结转) ends there, where it is still open.
    Raises NotAllowed; PlanStateForbids (409); InputInvalid `items_without_lead` that lists them, with nothing
    issued.
    """
    plan = lock_plan(plan.pk, Plan.Status.DRAFT, Plan.Status.ISSUED, actor=actor)
    present = plan.items.filter(withdrawn_at=None)
    items = list(present.prefetch_related("owners__department", "targets"))
    issued = set(plan.tasks.filter(parent=None).values_list("plan_item", flat=True))
    chosen = [item for item in items if item.kind == PlanItem.Kind.TASK and item.pk not in issued]
    defaults = Defaults(default_lead, default_due_on, reporting_cycle)
    check_leads(chosen, defaults)
    tasks = create_tasks(plan, chosen, items, defaults, actor=actor, now=now)
    carrying.hand_over(chosen, actor=actor, now=now)
    if plan.status == Plan.Status.DRAFT:
        Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.ISSUED, released_at=now)
    if tasks or plan.status == Plan.Status.DRAFT:
        note_change(plan, "issued", actor=actor, at=now, data={"tasks": len(tasks)})
    return tasks


def check_leads(items: list[PlanItem], defaults: Defaults) -> None:
    without = [item for item in items if item.lead is None]
    if without and defaults.lead is None:
        listed = [{"id": item.pk, "path": item.path, "heading": item.heading} for item in without]
        names = _("、").join(f"{item.path} {item.heading[:15]}" for item in without[:3])
        raise InputInvalid(
            _("有{count}项任务没有牵头单位：{names}。请逐项指定，或给出 default_lead。").format(
                count=len(without), names=names
            ),
            code="items_without_lead",
            items=listed,
        )


def create_tasks(
    plan: Plan,
    chosen: list[PlanItem],
    items: list[PlanItem],
    defaults: Defaults,
    *,
    actor: User,
    now: datetime,
    data: dict[str, Any] | None = None,
    note: str = "",
) -> list[Task]:
    """Tasks with their helpers, targets, steps and first event; bulk, whatever the plan's length.

    `data`, `note`: what each of these events says besides.
    """
    codes, today = free_codes(plan), timezone.localdate(now)
    tasks = [build_task(plan, item, defaults, code=next(codes), today=today, now=now) for item in chosen]
    Task.objects.bulk_create(tasks)
    below = steps_below(items)
    helpers, targets, steps = [], [], []  # targets: a list for each task
    for task, item in zip(tasks, chosen, strict=True):
        helpers += build_helpers(task, item)
        measures = below.get(item.pk, [])
        wanted = [target for part in (item, *measures) for target in part.targets.all()]
        targets.append([build_target(task, target, n) for n, target in enumerate(wanted)])
        steps += [ChecklistItem(task=task, ordinal=n, text=part.heading) for n, part in enumerate(measures)]
    Helper.objects.bulk_create(helpers)
    TaskTarget.objects.bulk_create(list(chain.from_iterable(targets)))
    ChecklistItem.objects.bulk_create(steps)
    before = carrying.predecessors(chosen)
    asked = [
        asked_of(task, own) | carrying.told(before.get(item.pk), "carried_from") | (data or {})
        for task, own, item in zip(tasks, targets, chosen, strict=True)
    ]
    record.open_chains(tasks, "issued", actor=actor, at=now, data=asked, notes=[note] * len(tasks))
    return tasks


def free_codes(plan: Plan) -> Iterator[str]:
    """Running numbers on from how many tasks there are, past what an imported ledger has taken already.

    The plan's row is locked: nobody else counts now.
    """
    taken = set(Task.objects.filter(code__startswith=f"{plan.code}-").values_list("code", flat=True))
    first = plan.tasks.filter(parent=None).count() + 1
    return (code for number in count(first) if (code := f"{plan.code}-{number:02}") not in taken)


def asked_of(task: Task, targets: list[TaskTarget]) -> dict[str, Any]:
    """What the task asks for, on the record: nobody can say later that it asked for something else."""
    names = (
        "code",
        "title",
        "body",
        "plan_id",
        "plan_item_id",
        "issuer_id",
        "original_due_on",
        "reporting_cycle",
    )
    quantities = ("pk", "name", "comparator", "value", "value_max", "unit")
    told = [{name: getattr(target, name) for name in quantities} for target in targets]
    return {"asked": {**{name: getattr(task, name) for name in names}, "targets": told}}


def build_task(
    plan: Plan, item: PlanItem, defaults: Defaults, *, code: str, today: date, now: datetime, **begun: Any
) -> Task:
    """`begun`: columns of a task that is under way already."""
    due_on = item.due_on or defaults.due_on or date(plan.year, 12, 31)
    begun = {"due_on": due_on, "original_due_on": due_on, "assigned_on": today, **begun}
    return Task(
        plan=plan,
        plan_item=item,
        issuer_id=plan.issuer_id,
        code=code,
        title=item.heading,
        body=item.body,
        lead=item.lead or defaults.lead,
        deadline_kind=item.deadline_kind,
        reporting_cycle=cycle_in(item.deadline_text) or defaults.cycle,
        version=1,
        updated_at=now,
        **begun,
    )


def cycle_in(text: str) -> str:
    return next((cycle for word, cycle in CYCLES.items() if word in text), "")


def build_helpers(task: Task, item: PlanItem) -> list[Helper]:
    """The task knows them from then on, so that its first event need not ask."""
    helpers = [
        Helper(task=task, department=owner.department, role=owner.role)
        for owner in item.owners.all()
        if owner.role != ItemOwner.Role.LEAD and owner.department and owner.department_id != task.lead_id
    ]
    task._helper_roles = {helper.department_id: helper.role for helper in helpers}
    return helpers


def build_target(task: Task, target: Target, ordinal: int) -> TaskTarget:
    copied = ("name", "comparator", "value", "value_max", "unit")
    return TaskTarget(
        task=task, target=target, ordinal=ordinal, **{name: getattr(target, name) for name in copied}
    )


def steps_below(items: list[PlanItem]) -> dict[int, list[PlanItem]]:
    """For each task item, the measures below it at any depth, in reading order."""
    by_id = {item.pk: item for item in items}
    below: dict[int, list[PlanItem]] = {}
    for item in items:
        above = by_id.get(item.parent_id)
        while item.kind == PlanItem.Kind.MEASURE and above is not None:
            if above.kind == PlanItem.Kind.TASK:
                below.setdefault(above.pk, []).append(item)
                break
            above = by_id.get(above.parent_id)
    return below
