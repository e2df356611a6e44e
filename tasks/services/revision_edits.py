"""What the confirmed lines of a revision change in one task."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from plans.models import ItemOwner, PlanItem, Target
from plans.org.models import Department, User
from plans.services.differences import ADDED, DATE, OWNER, REMOVED, TARGET, Difference, Words, quantity
from tasks import record
from tasks.models import ChecklistItem, Task, TaskTarget
from tasks.services.issuing import build_target, cycle_in
from tasks.services.revision_lines import due_on, new_lead

FIGURE = ("name", "comparator", "value", "value_max", "unit")
COLUMNS = ("title", "body", "due_on", "deadline_kind", "reporting_cycle")


class Edit:
    """One task's changes, gathered first, then written as one event."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.columns: dict[str, Any] = {}
        self.helpers: dict[int, str] | None = None
        self.lead: Department | None = None
        self.targets: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []

    def take(self, difference: Difference, was: Words | None, row: PlanItem) -> None:
        """`was`: what our item said before; `row`: the item as it is now."""
        if row.kind == PlanItem.Kind.MEASURE:
            self.take_step(difference, was, row)
        elif difference.words:
            self.reword(was, difference.words)
        if difference.kind == TARGET:
            self.take_target(difference)
        if row.kind == PlanItem.Kind.TASK and difference.kind == DATE:
            self.take_date(difference)
        if row.kind == PlanItem.Kind.TASK and difference.kind == OWNER:
            self.take_owners(difference)

    def reword(self, was: Words, words: Words) -> None:
        """A title that was edited on the record stays, unless the file changes the heading."""
        if was.heading != words.heading:
            self.columns["title"] = words.heading
        if was.body != words.body:
            self.columns["body"] = words.body

    def take_date(self, difference: Difference) -> None:
        due = difference.match.new.item.deadline
        self.columns["due_on"] = due_on(difference, self.task)
        self.columns["deadline_kind"] = due.kind if due else ""
        if due and cycle_in(due.text):
            self.columns["reporting_cycle"] = cycle_in(due.text)

    def take_owners(self, difference: Difference) -> None:
        """Only what the file changes: who was brought in on the record stays."""
        lead = new_lead(difference)
        self.lead = lead if lead and lead.pk != self.task.lead_id else None
        if difference.before["cooperating"] != difference.after["cooperating"]:
            leading = self.lead.pk if self.lead else self.task.lead_id
            helpers = [owner for owner in difference.owners if owner.role != ItemOwner.Role.LEAD]
            named = {owner.department_id: owner.role for owner in helpers if owner.department_id}
            gone = {unit["id"] for unit in difference.before["cooperating"]} - {leading, *named}
            there = self.task.helper_roles() | named
            self.helpers = {pk: role for pk, role in there.items() if pk not in {leading, *gone}}

    def take_target(self, difference: Difference) -> None:
        ours, wanted = difference.target, difference.wanted
        if ours is None:
            self.add_targets([wanted])
        elif wanted is not None:
            for asked in self.task.targets.filter(target=ours):
                before = figure_of(asked)
                for name in FIGURE:
                    setattr(asked, name, getattr(wanted, name))
                asked.save(update_fields=FIGURE)
                self.targets.append(target_told(asked, before, figure_of(asked)))

    def add_targets(self, targets: Iterable[Target]) -> None:
        last = self.task.targets.aggregate(last=Max("ordinal"))["last"]
        for n, target in enumerate(targets, start=0 if last is None else last + 1):
            asked = build_target(self.task, target, n)
            asked.save(force_insert=True)
            self.targets.append(target_told(asked, None, figure_of(asked)))

    def take_step(self, difference: Difference, was: Words | None, row: PlanItem) -> None:
        """A measure is a step of its task. One that is done already, or that the lead reworded, stays."""
        if difference.kind == ADDED:
            last = self.task.checklist.aggregate(last=Max("ordinal"))["last"]
            place = 0 if last is None else last + 1
            step = ChecklistItem.objects.create(task=self.task, ordinal=place, text=row.heading)
            self.steps.append(step_told(step, None, row.heading))
            self.add_targets(row.targets.all())
            return
        step = self.task.checklist.filter(text=was.heading, done_on=None).first()
        if step and difference.kind == REMOVED:
            self.steps.append(step_told(step, step.text, None))
            step.delete()
        elif step and row.heading != step.text:
            self.steps.append(step_told(step, step.text, row.heading))
            step.text = row.heading
            step.save(update_fields=["text"])

    def write(self, *, actor: User, now: datetime, note: str, revision: int) -> None:
        """One event for all of it; none when the record says so already."""
        changed = {n: value for n, value in self.columns.items() if value != getattr(self.task, n)}
        is_helped = self.helpers is not None and self.helpers != self.task.helper_roles()
        if not (changed or is_helped or self.targets or self.steps):
            return
        task = record.lock(self.task.pk)
        data: dict[str, Any] = {name: [getattr(task, name), value] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(task, name, value)
        if is_helped:
            data["helpers"] = [sorted(task.helper_roles()), sorted(self.helpers)]
            task.set_helpers(self.helpers)
        if self.targets:
            data["targets_asked"] = self.targets
        if self.steps:
            data["steps"] = self.steps
        kind = "due_changed" if "due_on" in changed else "edited"
        also = ["title", "body", "reporting_cycle"]
        data["revision"] = revision
        record.write(task, kind, actor=actor, at=now, note=note, data=data, also=also)


def target_told(
    asked: TaskTarget, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    """A target before and after, for the event; "targets" in an event's data are figures reached."""
    return {"id": asked.pk, "asked": [before, after]}


def figure_of(asked: TaskTarget) -> dict[str, Any]:
    found = {name: getattr(asked, name) for name in FIGURE}
    limits = {name: found[name] for name in ("value", "value_max") if found[name] is not None}
    return found | {name: str(quantity(value)) for name, value in limits.items()}


def step_told(step: ChecklistItem, before: str | None, after: str | None) -> dict[str, Any]:
    return {"id": step.pk, "step": after or before, "text": [before, after]}
