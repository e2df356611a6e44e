"""分解: parts of a task's work, each a task of its own that the department which splits it supervises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.models import Plan
from plans.org.models import Department, User
from tasks import record
from tasks.models import Helper, Task, TaskTarget
from tasks.services.issuing import asked_of
from tasks.services.moves import check_active, lock_for, wrong

# The bureau's task, its districts' parts, their streets' parts: further down nobody reports.
LEVELS = 3
MOST_PARTS = 200
# Shares of these do not add up to the whole: a part has such a figure for itself.
RATES = ("%", "％", "‰", "百分点")


class SplitRefused(DomainError):
    """A limit of splitting does not allow it (409)."""


@dataclass
class Share:
    """What a part is to reach of one of the whole's targets."""

    id: int
    value: Decimal
    value_max: Decimal | None = None


@dataclass
class Part:
    """One part to be made; what is left out is as in the whole."""

    lead: Department
    title: str = ""
    body: str | None = None
    due_on: date | None = None
    cooperating: list[Department] = field(default_factory=list)
    targets: list[Share] = field(default_factory=list)
    note: str = ""


@transaction.atomic
def split_task(
    pk: int, parts: list[Part], *, actor: User, now: datetime, version: int | None = None
) -> list[Task]:
    """Make these parts of a task, all or none; each opens its own record, the whole's names them.

    Raises as `lock_for` does; InputInvalid (400) `department_inactive`, `target_unknown`, `target_repeated`;
    SplitRefused (409) `split_too_deep`, `too_many_parts`, `due_after_parent`.
    """
    asked = targets_of(pk)
    for part in parts:
        check_part(part, asked)
    task = lock_for(pk, "split", actor=actor, version=version)
    wholes = targets_of(pk)
    for part in parts:  # a revision of the plan may have taken one away meanwhile
        check_part(part, wholes)
    before = task.children.count()
    check_limits(task, parts, before)
    children = create_parts(task, parts, wholes, first=before + 1, actor=actor, now=now)
    record.write(task, "edited", actor=actor, at=now, data={"children": [child.pk for child in children]})
    return children


def targets_of(pk: int) -> dict[int, TaskTarget]:
    return {target.pk: target for target in TaskTarget.objects.filter(task=pk)}


def check_part(part: Part, wholes: Mapping[int, TaskTarget]) -> None:
    check_active([part.lead, *part.cooperating])
    for share in part.targets:
        if share.id not in wholes:
            raise wrong(
                "targets", _("指标 {id} 不属于被分解的任务。").format(id=share.id), code="target_unknown"
            )
        if share.value_max is not None and share.value_max < share.value:
            raise wrong("targets", _("目标上限不能小于目标值。"), code="invalid")
    if len({share.id for share in part.targets}) < len(part.targets):
        raise wrong("targets", _("同一指标在一项分解任务中只能出现一次。"), code="target_repeated")


def check_limits(task: Task, parts: list[Part], before: int) -> None:
    if level_of(task) >= LEVELS:
        raise SplitRefused(
            _("任务最多分解为{levels}级，这一级不能再分解。").format(levels=LEVELS), code="split_too_deep"
        )
    if before + len(parts) > MOST_PARTS:
        raise SplitRefused(
            _("一项任务最多分解为{most}项，已有{before}项。").format(most=MOST_PARTS, before=before),
            code="too_many_parts",
            parts=before,
        )
    if any(part.due_on and part.due_on > task.due_on for part in parts):
        raise SplitRefused(
            _("分解任务的期限不能晚于原任务期限{due_on}。").format(due_on=task.due_on),
            code="due_after_parent",
            due_on=task.due_on,
        )


def level_of(task: Task) -> int:
    """1 for a plan's own task, 2 for its parts, and so on."""
    level, above = 1, task.parent_id
    while above is not None:
        level, above = level + 1, Task.objects.values_list("parent_id", flat=True).get(pk=above)
    return level


def create_parts(
    task: Task,
    parts: list[Part],
    wholes: Mapping[int, TaskTarget],
    *,
    first: int,
    actor: User,
    now: datetime,
) -> list[Task]:
    """The parts with their helpers, targets and first event; numbered on from `first`."""
    task.plan = Plan.objects.only("issuer_id").get(pk=task.plan_id)
    children = [build_part(task, part, number=first + n, now=now) for n, part in enumerate(parts)]
    Task.objects.bulk_create(children)
    pairs = list(zip(children, parts, strict=True))
    targets = [build_targets(child, part, wholes) for child, part in pairs]
    TaskTarget.objects.bulk_create(chain.from_iterable(targets))
    Helper.objects.bulk_create(chain.from_iterable(build_helpers(child, part) for child, part in pairs))
    asked = [
        {**asked_of(child, own), "parent": task.pk} for child, own in zip(children, targets, strict=True)
    ]
    notes = [part.note for part in parts]
    record.open_chains(children, "issued", actor=actor, at=now, data=asked, notes=notes)
    return children


def build_part(task: Task, part: Part, *, number: int, now: datetime) -> Task:
    due_on = part.due_on or task.due_on
    return Task(
        parent=task,
        plan=task.plan,
        plan_item_id=task.plan_item_id,
        issuer_id=task.lead_id,
        code=f"{task.code}-{number}",
        title=part.title or task.title,
        body=task.body if part.body is None else part.body,
        lead=part.lead,
        due_on=due_on,
        original_due_on=due_on,
        deadline_kind=task.deadline_kind,
        reporting_cycle=task.reporting_cycle,
        assigned_on=timezone.localdate(now),
        version=1,
        updated_at=now,
    )


def build_targets(child: Task, part: Part, wholes: Mapping[int, TaskTarget]) -> list[TaskTarget]:
    return [
        build_share(child, share, wholes[share.id], ordinal) for ordinal, share in enumerate(part.targets)
    ]


def build_share(child: Task, share: Share, whole: TaskTarget, ordinal: int) -> TaskTarget:
    adds_up = not any(mark in whole.unit for mark in RATES)
    return TaskTarget(
        task=child,
        target_id=whole.target_id,
        share_of=whole if adds_up else None,
        ordinal=ordinal,
        name=whole.name,
        comparator=whole.comparator,
        value=share.value,
        value_max=share.value_max,
        unit=whole.unit,
    )


def build_helpers(child: Task, part: Part) -> list[Helper]:
    """A lead is no helper of its own; named twice is named once."""
    units = {unit.pk for unit in part.cooperating} - {child.lead_id}
    return [Helper(task=child, department_id=pk, role=Helper.Role.COOPERATING) for pk in sorted(units)]
