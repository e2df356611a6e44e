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
from tasks.models import Report, TaskEvent, TaskTarget
from tasks.states import DONE, Status

CLOCK = ("assigned_on", "due_on", "submitted_on", "deadline_kind")
ROW = ("task_id", "task__code", "lead_id", "status", "progress", "was_late", *CLOCK)


@dataclass(frozen=True)
class PeriodRecord:
    """One period's record for the whole or one department. Once the period is over it can't change."""

    period: Period
    department: Department | None

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.period.ends_on, is_past=True, department=self.department)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Every task as it stood on the last day."""
        shown = lights.light(self.period.ends_on, workdays.calendar())
        rows = list(self.scope.rows().annotate(shown=shown).order_by("task_id").values(*ROW, "shown"))
        for row in rows:
            clock = {name: row[name] for name in CLOCK}
            row["pace"] = pace(row["status"], row["progress"], day=self.period.ends_on, **clock)
        return rows

    @cached_property
    def codes(self) -> dict[int, str]:
        return {row["task_id"]: row["task__code"] for row in self.rows}

    def within(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        """What happened to these tasks in the period."""
        first = record.end_of(self.period.starts_on - DAY)
        after = record.end_of(self.period.ends_on)
        return self.concerned(rows.filter(**{f"{moment}__gte": first, f"{moment}__lt": after}))

    def concerned(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(task__in=list(self.codes)) if self.department else rows

    def traced(self, tasks: Iterable[int], count: int | None = None) -> dict[str, Any]:
        ids = sorted(set(tasks))
        named = [{"id": pk, "code": self.codes[pk]} for pk in ids]
        return {"count": len(ids) if count is None else count, "tasks": named}


def figures_of(period: Period, department: Department | None) -> dict[str, Any]:
    past = PeriodRecord(period, department)
    rows = past.rows
    return {
        "period": period.name,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
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
        **happened(past),
        "goals": goal_figures(goals_of(past.scope)),
        "targets": target_figures(past),
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


def happened(past: PeriodRecord) -> dict[str, Any]:
    """What the period brought. A task handed on counts where it lay on the last day."""
    done = {row["task_id"] for row in past.rows if row["status"] in DONE}
    approved = past.within(TaskEvent.objects.filter(kind="approve"), "at")
    returned = past.within(TaskEvent.objects.filter(kind="return"), "at").values_list("task_id", flat=True)
    reports = past.within(Report.objects.order_by("reported_at", "id"), "reported_at")
    sent = past.within(Reminder.objects.filter(outcome=Reminder.Outcome.SENT), "delivered_at")
    filed = list(reports.values("task_id", "department__name", "problems", "reported_at"))
    sent_for = list(sent.values_list("task_id", flat=True))
    return {
        "completed": past.traced(done.intersection(approved.values_list("task_id", flat=True))),
        "turned_red": past.traced(turned_red(past)),
        "returned": past.traced(returned, len(returned)),
        "reports": past.traced((row["task_id"] for row in filed), len(filed)),
        "problems": [
            {
                "task": {"id": row["task_id"], "code": past.codes[row["task_id"]]},
                "department": row["department__name"],
                "text": row["problems"],
                "at": timezone.localtime(row["reported_at"]).isoformat(),
            }
            for row in filed
            if row["problems"].strip()
        ],
        "reminders": past.traced(sent_for, len(sent_for)),
    }


def turned_red(past: PeriodRecord) -> set[int]:
    """Tasks not red at the end of one day and red at the end of the next, whatever became of them."""
    eve = past.period.starts_on - DAY
    before = past.concerned(record.as_of(eve)).annotate(red_on=lights.turns_red_on())
    events = past.within(TaskEvent.objects.annotate(red_on=lights.turns_red_on()), "at")
    states: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for task, red_on in before.order_by().values_list("task_id", "red_on"):
        states[task].append((eve, red_on))
    for task, at, red_on in events.order_by("task_id", "seq").values_list("task_id", "at", "red_on"):
        states[task].append((timezone.localdate(at), red_on))
    return {task for task, story in states.items() if turns_red(story, eve, past.period.ends_on)}


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


def target_figures(past: PeriodRecord) -> dict[str, Any]:
    """The tasks' own quantities: planned, and reached by what the record said of them on the last day."""
    told = TaskEvent.objects.filter(at__lt=record.end_of(past.period.ends_on), data__has_key="targets")
    last: dict[int, str | None] = {}
    for stated in past.concerned(told).order_by("task_id", "seq").values_list("data__targets", flat=True):
        last |= {entry["id"]: entry["actual"] for entry in stated}
    wanted = TaskTarget.objects.filter(task__in=list(past.codes)).order_by("task_id", "ordinal")
    planned, reached = [], []
    for pk, task, comparator, value in wanted.values_list("pk", "task_id", "comparator", "value"):
        planned.append(task)
        actual = last.get(pk)
        if is_reached(comparator, value, None if actual is None else Decimal(actual)):
            reached.append(task)
    return {
        "planned": past.traced(planned, len(planned)),
        "reached": past.traced(reached, len(reached)),
    }
