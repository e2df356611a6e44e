"""The differences of a corrected file as lines to confirm: with their task, and what forbids them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from plans.models import ItemOwner, Plan, PlanItem, PlanRevision
from plans.services.differences import ADDED, DATE, OWNER, REMOVED, TARGET, Comparison, Difference
from plans.services.pairing import task_above
from plans.services.revising import compare
from tasks.models import Task, TaskTarget
from tasks.states import DONE, Status

Kind = PlanItem.Kind
# Something was said about the figure, or parts have a share of it.
USED = Q(actuals__isnull=False) | Q(actual__isnull=False) | Q(shares__isnull=False)


@dataclass(frozen=True)
class Line:
    """A difference with the task that it concerns. `why`: what forbids it, or what else it brings along."""

    no: int
    difference: Difference
    task: Task | None
    possible: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        match, task = self.difference.match, self.task
        item = match.row or match.new.item
        place = {name: getattr(item, name) for name in ("path", "kind", "heading")}
        about = {"id": match.row and match.row.pk, **place}
        names = ("id", "code", "status", "due_on")
        return {
            "no": self.no,
            "kind": self.difference.kind,
            "item": about,
            "before": self.difference.before,
            "after": self.difference.after,
            "task": task and {name: getattr(task, name) for name in names},
            "possible": self.possible,
            "why": self.why,
        }


def digest_of(lines: Iterable[Line]) -> str:
    """Who confirms says with it which lines were seen, in whatever language."""
    told = [
        {**line.as_json(), "why": bool(line.why), "parts": line.task.parts if line.task else 0}
        for line in lines
    ]
    text = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def lines_of(comparison: Comparison) -> list[Line]:
    tasks = tasks_of(comparison.plan)
    found = []
    for no, difference in enumerate(comparison.differences, start=1):
        task = tasks.get(item_concerned(comparison, difference))
        why = difference.why or forbids(difference, task)
        found.append(Line(no, difference, task, not why, why or remark(difference, task)))
    return found


def tasks_of(plan: Plan) -> dict[int, Task]:
    """The plan's own tasks by their item, each with how many parts it was split into and what it `keeps`:
    the targets that something was said about, or that parts have of it.
    """
    asked = TaskTarget.objects.filter(target=OuterRef("target"))
    kept = TaskTarget.objects.filter(
        Exists(asked.filter(USED | Q(task__parent__isnull=False))), task=OuterRef("pk")
    )
    tasks = plan.tasks.filter(parent=None)
    tasks = tasks.annotate(parts=Count("children"), keeps=ArraySubquery(kept.values("target")))
    return {task.plan_item_id: task for task in tasks.order_by("pk")}


def item_concerned(comparison: Comparison, difference: Difference) -> int | None:
    """The item whose task it is about: a measure's is the one above it."""
    match = difference.match
    if match.row is None:
        return comparison.measured_task(match.at)
    if match.row.kind != Kind.MEASURE:
        return match.row.pk
    above = task_above(match.row, comparison.by_pk)
    return above and above.pk


def forbids(difference: Difference, task: Task | None) -> str:
    """What the record does not allow, and what to do first; "" when nothing stands against it."""
    if task is None:
        return goal_figure(difference)
    if task.status in DONE:
        return _("任务{label}，保持原样；确需修改的，请先重启任务。").format(label=Status(task.status).label)
    if ends_task(difference):
        return ""
    if task.status == Status.CANCELLED:
        return _("任务已终止，不再修改。")
    if task.status == Status.SUBMITTED:
        return _("任务正在申请办结，请先审核办结或退回重办。")
    if difference.kind == TARGET and difference.wanted is None and difference.target.pk in task.keeps:
        return _("该指标已有完成值或已分解，不能删去。")
    return ""


def ends_task(difference: Difference) -> bool:
    return difference.kind == REMOVED and difference.match.row.kind == Kind.TASK


def goal_figure(difference: Difference) -> str:
    if difference.kind == TARGET and difference.wanted is None and difference.target.is_measured:
        return _("该目标已填报完成值，不能删去。")
    return ""


def remark(difference: Difference, task: Task | None) -> str:
    """What a possible line brings along."""
    if task is None:
        return without_lead(difference)
    told = []
    if ends_task(difference):
        if task.status == Status.CANCELLED:
            return _("任务早已终止。")
        return _("任务将终止，分解任务一并终止。") if task.parts else _("任务将终止。")
    if difference.match.row and difference.match.row.kind == Kind.TASK:
        if difference.kind == OWNER and (lead := new_lead(difference)) and lead.pk != task.lead_id:
            told.append(_("任务将改派，由新牵头单位签收。"))
        if difference.kind == DATE:
            told.append(
                _("任务期限由{due_on}改为{after}。").format(
                    due_on=task.due_on, after=due_on(difference, task)
                )
            )
    if task.parts:
        told.append(_("任务已分解，只修改总任务，分解任务请另行办理。"))
    return "".join(told)


def needs_lead(difference: Difference) -> bool:
    """Is it a new task that the file gives to nobody?"""
    if difference.kind != ADDED or difference.match.new.item.kind != Kind.TASK:
        return False
    return not any(owner.role == ItemOwner.Role.LEAD and owner.department for owner in difference.owners)


def without_lead(difference: Difference) -> str:
    if not needs_lead(difference):
        return ""
    lead = next((owner for owner in difference.owners if owner.role == ItemOwner.Role.LEAD), None)
    named = (
        _("“{printed}”未能对应到系统中的单位").format(printed=lead.printed)
        if lead
        else _("文件未写明牵头单位")
    )
    return _("{named}，确认时须指定。").format(named=named)


def new_lead(difference: Difference) -> Any:
    """The department that is to lead, where the file names another one than before."""
    lead = next((owner for owner in difference.owners if owner.role == ItemOwner.Role.LEAD), None)
    is_same = difference.before["lead"] == difference.after["lead"]
    return None if is_same or lead is None else lead.department


def due_on(difference: Difference, task: Task) -> date:
    """As issuing has it: the end of the plan's year where no date is stated."""
    due = difference.match.new.item.deadline
    return (due and due.date) or date(task.plan.year, 12, 31)


def shown(revision: PlanRevision) -> list[Line]:
    """What a revision that waits would change as things stand; nothing once it was decided about."""
    if revision.status != PlanRevision.Status.PROPOSED:
        return []
    return lines_of(compare(revision.plan, revision))
