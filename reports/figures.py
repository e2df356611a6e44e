"""The figures of a period: as of its last day, and what happened within it. Every number with its tasks.

Of a department: the tasks it, or a unit below it, led or helped with on the last day, by the record.
Counted are the tasks of plans in force at any time of the period, a split one without its parts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from config.api.serializers import number
from plans.org.models import Department
from reports.goals import GoalFigures, goals_of
from reports.pace import Pace
from reports.past import PeriodRecord, Row
from reports.scope import Scope
from tasks.lights import Light
from tasks.states import DONE, Status


def figures_of(past: PeriodRecord, department: Department | None) -> dict[str, Any]:
    period = past.period
    scope = Scope(period.ends_on, is_past=True, department=department, since=period.starts_on)
    units = scope.units if department else None
    rows = counted(past, units)
    now = headline(past, rows)
    return {
        "period": period.name,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        # Of the time before nothing is known, which is not the same as nothing having happened.
        "record_begins": past.begins,
        "department": department and {"id": department.pk, "code": department.code, "name": department.name},
        "tasks": len(rows),
        "by_status": counts(rows, by_status, Status.values),
        "by_light": counts(rows, by_light, Light.values),
        "task_ids": {
            "by_status": ids(rows, by_status, Status.values),
            "by_light": ids(rows, by_light, Light.values),
        },
        "pace": [standing(rows, name) for name in Pace],
        "on_time_percent": percent(
            sum(row.status in DONE and not row.was_late for row in rows),
            sum(row.status in DONE for row in rows),
        ),
        "departments": by_department(rows),
        **happened(past, rows),
        "goals": goal_figures(goals_of(scope)),
        "headline": now,
        "before": before(past.earlier, department, units, now) if past.earlier else None,
        "ledger": [row.line for row in rows],
    }


def counted(past: PeriodRecord, units: list[int] | None) -> list[Row]:
    return past.whole if units is None else past.share(units)


def headline(past: PeriodRecord, rows: list[Row]) -> dict[str, Any]:
    """What is compared from period to period."""
    known = {row.id for row in rows}
    paces = counts(rows, by_pace, Pace)
    return {
        "tasks": len(rows),
        "done": paces[Pace.DONE],
        "pace": paces,
        "red": sum(row.light == Light.RED for row in rows),
        "overdue": sum(row.is_overdue for row in rows),
        "reports": sum(report["task_id"] in known for report in past.reports),
        "missing_reports": sum(task in known for task in past.missing_reports),
        "reminders": sum(task in known for task in past.reminded),
    }


def before(
    earlier: PeriodRecord, department: Department | None, units: list[int] | None, now: dict[str, Any]
) -> dict[str, Any]:
    """The period before and how much it changed since: as its summary says, else as the record does."""
    then = earlier.kept.get(department and department.pk) or headline(earlier, counted(earlier, units))
    return {"period": earlier.period.name, **then, "change": change(then, now)}


def change(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    return {
        name: change(then[name], value) if isinstance(value, dict) else value - then[name]
        for name, value in now.items()
    }


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


By = Callable[[Row], str]


def by_status(row: Row) -> str:
    return row.status


def by_light(row: Row) -> str:
    return row.light


def by_pace(row: Row) -> str:
    return row.pace


def ids(rows: list[Row], by: By, values: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {value: [] for value in values}
    for row in rows:
        found[by(row)].append(row.id)
    return found


def counts(rows: list[Row], by: By, values: Iterable[str]) -> dict[str, int]:
    return {value: len(found) for value, found in ids(rows, by, values).items()}


def standing(rows: list[Row], name: Pace) -> dict[str, Any]:
    found = [row.id for row in rows if row.pace == name]
    return {"name": name, "count": len(found), "percent": percent(len(found), len(rows)), "tasks": found}


def by_department(rows: list[Row]) -> list[dict[str, Any]]:
    """How each leading department keeps pace."""
    led: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        led[row.lead].append(row)
    return [
        {
            "id": pk,
            "code": code,
            "name": name,
            "tasks": len(led[pk]),
            "pace": counts(led[pk], by_pace, Pace),
            "red": sum(row.light == Light.RED for row in led[pk]),
            "overdue": sum(row.is_overdue for row in led[pk]),
        }
        for pk, code, name in Department.objects.filter(pk__in=led)
        .order_by("code")
        .values_list("pk", "code", "name")
    ]


def happened(past: PeriodRecord, rows: list[Row]) -> dict[str, Any]:
    """What the period brought these tasks. One handed on counts where it lay on the last day."""
    codes = {row.id: row.code for row in rows}
    done = {row.id for row in rows if row.status in DONE}
    reports = [row for row in past.reports if row["task_id"] in codes]
    return {
        "completed": traced(codes, done & past.approved),
        "overdue": traced(codes, [row.id for row in rows if row.is_overdue]),
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
