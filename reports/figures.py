"""The figures of a period: as of its last day, and what happened within it. Every number with its tasks.

Of a department: the tasks it, or a unit below it, led or helped with on the last day, by the record.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from config.api.serializers import number
from plans.org import workdays
from plans.org.models import Department
from plans.org.workdays import DAY
from reports.goals import GoalFigures, goals_of, is_reached
from reports.models import Reminder
from reports.pace import Pace, pace
from reports.periods import Period
from reports.scope import Scope
from tasks import lights, record
from tasks.lights import Light
from tasks.models import Report, ReportPeriod, TaskEvent, TaskTarget
from tasks.states import DONE, Status

CLOCK = ("assigned_on", "due_on", "submitted_on", "deadline_kind")
ROW = ("task_id", "task__code", "lead_id", "helpers", "status", "progress", "was_late", *CLOCK)


@dataclass(frozen=True)
class PeriodRecord:
    """What the record says of a period, read once for the whole and every department's share.

    Once the period is over it can't change. What happened is told by task, once for each time.
    """

    period: Period

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Every task as it stood on the last day."""
        day = self.period.ends_on
        rows = Scope(day, is_past=True).rows().annotate(shown=lights.light(day, workdays.calendar()))
        found = list(rows.order_by("task_id").values(*ROW, "shown"))
        for row in found:
            clock = {name: row[name] for name in CLOCK}
            row["pace"] = pace(row["status"], row["progress"], day=day, **clock)
        return found

    def rows_of(self, units: Iterable[int]) -> list[dict[str, Any]]:
        """The tasks that these departments led or helped with."""
        units = set(units)
        return [
            row
            for row in self.rows
            if row["lead_id"] in units or any(helper["department"] in units for helper in row["helpers"])
        ]

    def within(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        first, after = record.end_of(self.period.starts_on - DAY), record.end_of(self.period.ends_on)
        return rows.filter(**{f"{moment}__gte": first, f"{moment}__lt": after}).order_by()

    def moves(self, kind: str) -> list[int]:
        return list(self.within(TaskEvent.objects.filter(kind=kind), "at").values_list("task_id", flat=True))

    @cached_property
    def approved(self) -> set[int]:
        return set(self.moves("approve"))

    @cached_property
    def returned(self) -> list[int]:
        return self.moves("return")

    @cached_property
    def reminded(self) -> list[int]:
        sent = Reminder.objects.filter(outcome=Reminder.Outcome.SENT)
        return list(self.within(sent, "delivered_at").values_list("task_id", flat=True))

    @cached_property
    def missing_reports(self) -> list[int]:
        """Once for each period whose date lay within this one and ended without the lead's report."""
        missing = ReportPeriod.objects.filter(
            was_missing=True, due_on__range=(self.period.starts_on, self.period.ends_on)
        )
        return list(missing.order_by().values_list("task_id", flat=True))

    @cached_property
    def reports(self) -> list[dict[str, Any]]:
        filed = self.within(Report.objects.all(), "reported_at").order_by("reported_at", "id")
        return list(filed.values("task_id", "department__name", "problems", "reported_at"))

    @cached_property
    def turned_red(self) -> set[int]:
        """Tasks not red at the end of one day and red at the end of the next, whatever became of them."""
        eve = self.period.starts_on - DAY
        before = record.as_of(eve).annotate(red_on=lights.turns_red_on())
        events = self.within(TaskEvent.objects.annotate(red_on=lights.turns_red_on()), "at")
        states: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        for task, red_on in before.order_by().values_list("task_id", "red_on"):
            states[task].append((eve, red_on))
        for task, at, red_on in events.order_by("task_id", "seq").values_list("task_id", "at", "red_on"):
            states[task].append((timezone.localdate(at), red_on))
        return {task for task, story in states.items() if turns_red(story, eve, self.period.ends_on)}

    @cached_property
    def targets(self) -> list[tuple[int, bool]]:
        """The tasks' own quantities, by task: whether what the record said last had reached it."""
        told = TaskEvent.objects.filter(at__lt=record.end_of(self.period.ends_on), data__has_key="targets")
        last: dict[int, str | None] = {}
        for stated in told.order_by("task_id", "seq").values_list("data__targets", flat=True):
            last |= {entry["id"]: entry["actual"] for entry in stated}
        found = []
        for pk, task, comparator, value in TaskTarget.objects.order_by().values_list(
            "pk", "task_id", "comparator", "value"
        ):
            actual = last.get(pk)
            found.append((task, is_reached(comparator, value, None if actual is None else Decimal(actual))))
        return found


def figures_of(past: PeriodRecord, department: Department | None) -> dict[str, Any]:
    scope = Scope(past.period.ends_on, is_past=True, department=department)
    rows = past.rows_of(scope.units) if department else past.rows
    return {
        "period": past.period.name,
        "starts_on": past.period.starts_on,
        "ends_on": past.period.ends_on,
        "department": department and {"id": department.pk, "code": department.code, "name": department.name},
        "tasks": len(rows),
        "by_status": counts(rows, "status", Status.values),
        "by_light": counts(rows, "shown", Light.values),
        "task_ids": {
            "by_status": ids(rows, "status", Status.values),
            "by_light": ids(rows, "shown", Light.values),
        },
        "pace": [standing(rows, name) for name in Pace],
        "on_time_percent": percent(
            sum(row["status"] in DONE and not row["was_late"] for row in rows),
            sum(row["status"] in DONE for row in rows),
        ),
        "departments": by_department(rows),
        **happened(past, rows),
        "goals": goal_figures(goals_of(scope)),
    }


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def ids(rows: list[dict[str, Any]], column: str, values: Iterable[str]) -> dict[str, list[int]]:
    return {value: [row["task_id"] for row in rows if row[column] == value] for value in values}


def counts(rows: list[dict[str, Any]], column: str, values: Iterable[str]) -> dict[str, int]:
    return {value: len(found) for value, found in ids(rows, column, values).items()}


def standing(rows: list[dict[str, Any]], name: Pace) -> dict[str, Any]:
    found = [row["task_id"] for row in rows if row["pace"] == name]
    return {"name": name, "count": len(found), "percent": percent(len(found), len(rows)), "tasks": found}


def by_department(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How each leading department keeps pace."""
    led: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        led[row["lead_id"]].append(row)
    return [
        {"id": pk, "code": code, "name": name, "tasks": len(led[pk]), "pace": counts(led[pk], "pace", Pace)}
        for pk, code, name in Department.objects.filter(pk__in=led)
        .order_by("code")
        .values_list("pk", "code", "name")
    ]


def happened(past: PeriodRecord, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the period brought these tasks. One handed on counts where it lay on the last day."""
    codes = {row["task_id"]: row["task__code"] for row in rows}
    done = {row["task_id"] for row in rows if row["status"] in DONE}
    reports = [row for row in past.reports if row["task_id"] in codes]
    return {
        "completed": traced(codes, done & past.approved),
        "turned_red": traced(codes, past.turned_red),
        "returned": traced(codes, past.returned),
        "reports": traced(codes, [row["task_id"] for row in reports]),
        "missing_reports": traced(codes, past.missing_reports),
        "problems": [
            {
                "task": {"id": row["task_id"], "code": codes[row["task_id"]]},
                "department": row["department__name"],
                "text": row["problems"],
                "at": timezone.localtime(row["reported_at"]).isoformat(),
            }
            for row in reports
            if row["problems"].strip()
        ],
        "reminders": traced(codes, past.reminded),
        "targets": {
            "planned": traced(codes, [task for task, _ in past.targets]),
            "reached": traced(codes, [task for task, reached in past.targets if reached]),
        },
    }


def traced(codes: dict[int, str], tasks: Iterable[int]) -> dict[str, Any]:
    """How often it happened to one of these tasks, and to which."""
    found = [pk for pk in tasks if pk in codes]
    return {"count": len(found), "tasks": [{"id": pk, "code": codes[pk]} for pk in sorted(set(found))]}


def turns_red(story: list[tuple[date, date | None]], eve: date, ends_on: date) -> bool:
    """`story`: from which day on a state held, and on which day it turns red; the first held on the eve."""
    was_red = False
    ends = [since - DAY for since, _ in story[1:]] + [ends_on]
    for (since, red_on), last in zip(story, ends, strict=True):
        if last < since or red_on is None or red_on > last:
            # Changed again the same day, or not red for as long as it held.
            was_red = was_red and last < since
            continue
        by_time, by_event = red_on > since, since > eve and not was_red
        if by_time or by_event:
            return True
        was_red = True
    return False


def goal_figures(goals: list[GoalFigures]) -> dict[str, Any]:
    """Goals planned and reached: one is reached when all its figures are."""
    listed = [
        {
            "id": goal.id,
            "heading": goal.heading,
            "plan": goal.plan.id,
            "reached": bool(goal.targets) and all(target.is_reached for target in goal.targets),
            "targets": [
                {
                    "id": target.id,
                    "name": target.name,
                    "comparator": target.comparator,
                    "value": number(target.value),
                    "value_max": number(target.value_max),
                    "unit": target.unit,
                    "actual": number(target.actual),
                    "measured_on": target.measured_on,
                    "reached": target.is_reached,
                }
                for target in goal.targets
            ],
        }
        for goal in goals
    ]
    return {"planned": len(listed), "reached": sum(goal["reached"] for goal in listed), "goals": listed}
