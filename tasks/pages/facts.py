"""What the page of one task tells, in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404

from config.charts import LineChart
from plans.org import workdays
from plans.org.models import Department, User
from plans.org.workdays import Calendar
from tasks import access
from tasks.models import (
    Attachment,
    ChecklistItem,
    Extension,
    Instruction,
    Report,
    ReportPeriod,
    Task,
    TaskEvent,
    TaskTarget,
)
from tasks.pages import curves, source, timeline
from tasks.pages.parts import Parts
from tasks.pages.record import LATEST, Record, events_of
from tasks.services import periods

# Of a task that has been left alone for long.
MOST_PERIODS = 13
# What hangs on the record is shown however long ago it came; of reports the latest of each department.
FILED = ("extension_asked", "instruction", "attached", "urge")


@dataclass
class TaskFacts:
    user: User
    task: Task
    today: date
    calendar: Calendar

    @classmethod
    def open(cls, user: User, pk: int, today: date) -> Self:
        """Raises Http404 for a task that this person does not see."""
        calendar = workdays.calendar()
        seen = Task.objects.visible_to(user)
        tasks = source.with_source(seen.for_display(today, calendar)).select_related("issuer", "parent")
        near = Q(plan_item=OuterRef("plan_item__continues"))
        near |= Q(plan_item__continues=OuterRef("plan_item"))
        carried = seen.filter(near, parent=None).order_by("pk")
        other = JSONObject(id="pk", code="code", was_late="was_late", item="plan_item")
        steps = ChecklistItem.objects.filter(task=OuterRef("pk")).order_by("ordinal")
        step = JSONObject(id="pk", ordinal="ordinal", text="text", done_on="done_on")
        tasks = tasks.annotate(
            steps=ArraySubquery(steps.values(json=step)),
            sees_whole=Exists(seen.filter(pk=OuterRef("parent"))),
            carried=ArraySubquery(carried.values(json=other)),
        )
        return cls(user, get_object_or_404(tasks, pk=pk), today, calendar)

    @property
    def source(self) -> list[source.Piece]:
        return source.pieces(self.task)

    @cached_property
    def targets(self) -> list[TaskTarget]:
        return list(curves.with_actuals(self.task.targets.all()))

    @property
    def curves(self) -> list[LineChart]:
        drawn = (curves.curve(target, self.task, self.today) for target in self.targets)
        return [chart for chart in drawn if chart]

    @cached_property
    def all_events(self) -> list[TaskEvent]:
        """The latest lines of the record, and those of earlier ones that something hangs on: one query."""
        reports = Report.objects.filter(task=self.task.pk)
        latest = reports.order_by("department_id", "-reported_at", "-pk").distinct("department_id")
        same_unit = reports.filter(department=OuterRef("report__department")).order_by()
        counted = same_unit.values("department").annotate(count=Count("pk"))
        wanted = Q(seq__gt=self.task.version - LATEST) | Q(kind__in=FILED) | Q(report__in=latest.values("pk"))
        return list(
            events_of(self.task).filter(wanted).annotate(reports_of_unit=Subquery(counted.values("count")))
        )

    @cached_property
    def record(self) -> Record:
        names = {pk: unit.name for pk, unit in self.departments.items()}
        return Record(self.task, self.events, names, {target.pk: target.name for target in self.targets})

    @cached_property
    def events(self) -> list[TaskEvent]:
        return [event for event in self.all_events if event.seq > self.task.version - LATEST]

    def came_with(self, kind: str, name: str) -> list[Any]:
        return [
            getattr(event, name) for event in self.all_events if event.kind == kind and hasattr(event, name)
        ]

    @cached_property
    def periods(self) -> list[ReportPeriod]:
        """Those a report may tell of, while the task has a cycle; first the one that is asked for, if any."""
        if not self.task.reporting_cycle:
            return []
        return list(periods.to_choose(self.task, self.today, self.calendar)[:MOST_PERIODS])

    @property
    def present_period(self) -> ReportPeriod | None:
        return next((row for row in self.periods if row.is_present), None)

    @property
    def missing_periods(self) -> list[ReportPeriod]:
        """Before the present one, and not reported on until today."""
        return [row for row in self.periods if not row.is_present]

    @property
    def latest_reports(self) -> list[Report]:
        """Those of the latest lines, and the latest of each department."""
        return self.came_with("report", "report")

    def latest_report(self, department: int | None) -> Report | None:
        return next((report for report in self.latest_reports if report.department_id == department), None)

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The latest of each department side by side, the lead's first."""
        events = [event for event in self.all_events if hasattr(event, "report")]
        latest = {event.report.department_id: event for event in reversed(events)}
        ordered = sorted(latest.items(), key=lambda found: found[0] != self.task.lead_id)
        return [
            {"is_lead": pk == self.task.lead_id, "latest": event.report, "earlier": event.reports_of_unit - 1}
            for pk, event in ordered
        ]

    @cached_property
    def extensions(self) -> list[Extension]:
        return self.came_with("extension_asked", "extension")

    @cached_property
    def instructions(self) -> list[Instruction]:
        return self.came_with("instruction", "instruction")

    @property
    def unanswered(self) -> list[Instruction]:
        return [row for row in self.instructions if row.answered_at is None]

    @cached_property
    def attachments(self) -> list[Attachment]:
        return self.came_with("attached", "attachment")

    @cached_property
    def urged(self) -> TaskEvent | None:
        """The latest 催办; it says which it is."""
        return next((event for event in self.all_events if event.kind == "urge"), None)

    @property
    def urge_waits(self) -> bool:
        """Has nothing been heard from the lead since?"""
        last = self.latest_report(self.task.lead_id)
        waits = self.task.status in ("pending", "in_progress")
        return bool(self.urged) and waits and (last is None or last.reported_at < self.urged.at)

    @cached_property
    def steps(self) -> list[ChecklistItem]:
        rows = [ChecklistItem(task_id=self.task.pk, **row) for row in self.task.steps]
        for step in rows:
            step.done_on = step.done_on and date.fromisoformat(step.done_on)
        return rows

    @property
    def steps_done(self) -> int:
        return sum(step.done_on is not None for step in self.steps)

    @property
    def carried_from(self) -> list[dict[str, Any]]:
        """结转: the whole tasks of the year before that are the same work, of those that this person sees."""
        return [one for one in self.task.carried if one["item"] == self.task.plan_item.continues_id]

    @property
    def carried_to(self) -> list[dict[str, Any]]:
        return [one for one in self.task.carried if one["item"] != self.task.plan_item.continues_id]

    @cached_property
    def parts(self) -> Parts:
        return Parts(self.user, self.task, self.targets, self.today, self.calendar)

    @cached_property
    def departments(self) -> dict[int, Department]:
        """Those the record mentions; for whoever may reassign, all there are."""
        found = Department.objects.visible_to(self.user)
        if not self.may_edit:
            found = Department.objects.filter(pk__in=timeline.department_ids(self.events))
        return {unit.pk: unit for unit in found}

    @cached_property
    def may_edit(self) -> bool:
        return access.may_supervise(self.user, self.task)
