"""The figures leaders look at: counted by the database, in a number of queries that does not grow."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from plans.org.models import Department
from reports.goals import GoalFigures, goals_of
from reports.models import Reminder
from reports.scope import Scope
from tasks import lights, record
from tasks.lights import Light
from tasks.models import Report
from tasks.states import DONE, Status

# A row's lead, as DepartmentName takes it.
LEAD = ("lead_id", "lead__code", "lead__name")


@dataclass(frozen=True)
class Overview:
    """Where everything stands. Shares are 0 to 1, null where there is nothing to take a share of.

    Progress and time are averages over the same tasks, all but the cancelled, so that they can be compared.
    """

    as_of: date
    tasks: int
    by_status: dict[str, int]
    by_light: dict[str, int]
    on_time_rate: float | None
    average_progress: float | None
    time_share: float | None
    goals: list[GoalFigures]


@dataclass(frozen=True)
class LastReport:
    at: datetime
    note: str


@dataclass(frozen=True)
class OverdueTask:
    """A task that is late: since when, what was last said, how often it was reminded of."""

    id: int
    code: str
    title: str
    due_on: date
    days_overdue: int
    last_report: LastReport | None
    reminded: int


@dataclass(frozen=True)
class DepartmentName:
    id: int
    code: str
    name: str


@dataclass(frozen=True)
class DepartmentStanding:
    """Where the tasks stand that one department leads; the figures are those of an overview."""

    department: DepartmentName
    tasks: int
    by_status: dict[str, int]
    by_light: dict[str, int]
    on_time_rate: float | None
    average_progress: float | None
    time_share: float | None


@dataclass(frozen=True)
class DepartmentsStanding:
    """The departments beside each other, by code."""

    as_of: date
    departments: list[DepartmentStanding]


@dataclass(frozen=True)
class OverdueDepartment:
    department: DepartmentName
    tasks: list[OverdueTask]


@dataclass(frozen=True)
class OverdueBoard:
    """Who is late with what: departments by code, the longest overdue first."""

    as_of: date
    departments: list[OverdueDepartment]


def overview(scope: Scope) -> Overview:
    return Overview(as_of=scope.day, **standing_of(scope), goals=goals_of(scope))


class Tally:
    """What some tasks come to, added up by status and light."""

    def __init__(self) -> None:
        self.statuses, self.shown = Counter[str](), Counter[str]()
        self.on_time = self.progress = self.time = 0

    def add(self, status: str, light: str, count: int, punctual: int, points: int, shares: float) -> None:
        self.statuses[status] += count
        self.shown[light] += count
        self.on_time += punctual if status in DONE else 0
        if status != Status.CANCELLED:
            self.progress, self.time = self.progress + points, self.time + shares

    def told(self) -> dict[str, Any]:
        statuses = self.statuses
        counted, done = statuses.total() - statuses[Status.CANCELLED], sum(statuses[s] for s in DONE)
        return {
            "tasks": statuses.total(),
            "by_status": {status: statuses[status] for status in Status.values},
            "by_light": {light: self.shown[light] for light in Light.values},
            "on_time_rate": round(self.on_time / done, 4) if done else None,
            "average_progress": round(self.progress / counted, 1) if counted else None,
            "time_share": round(self.time / counted, 4) if counted else None,
        }


def groups_of(scope: Scope, pieces: Iterable[QuerySet[Any]], *unit: str) -> QuerySet[Any]:
    """The arguments of `Tally.add`, for each `unit`, several times where there are several pieces.

    In one statement, so that a task that changes meanwhile is found in one of them.
    """
    shown, share = lights.light(scope.day, scope.calendar), lights.time_share(scope.day)
    first, *others = (
        rows.annotate(shown=shown, share=share)
        .values_list(*unit, "status", "shown")
        .annotate(
            count=Count("*"),
            punctual=Count("was_late", filter=Q(was_late=False)),
            points=Sum("progress"),
            time=Sum("share"),
        )
        for rows in pieces
    )
    return first.union(*others, all=True) if others else first


def standing_of(scope: Scope) -> dict[str, Any]:
    """Everything of an overview that is about tasks, in one query."""
    tally = Tally()
    for group in groups_of(scope, scope.rows()):
        tally.add(*group)
    return tally.told()


def departments(scope: Scope) -> DepartmentsStanding:
    """The same figures for what each department leads, in one query, and one for their names."""
    tallies: dict[int, Tally] = defaultdict(Tally)
    for lead, *group in groups_of(scope, scope.rows_by_lead(), "lead_id"):
        tallies[lead].add(*group)
    units = Department.objects.filter(pk__in=tallies).order_by("code").values_list("pk", "code", "name")
    standing = [DepartmentStanding(DepartmentName(*unit), **tallies[unit[0]].told()) for unit in units]
    return DepartmentsStanding(scope.day, standing)


def overdue_board(scope: Scope, *, only: int | None = None) -> OverdueBoard:
    """Every task that is late, parts too: each is somebody's to answer for, and nothing is added up.

    `only`: this one, if it is late.
    """
    reports = said_by(scope)
    late = scope.all_rows().filter(lights.overdue(scope.day))
    if only is not None:
        late = late.filter(**{scope.task_id: only})
    rows = late.annotate(
        days=lights.days_overdue(scope.day),
        said_at=Subquery(reports.values("reported_at")[:1]),
        said=Subquery(reports.values("done")[:1]),
        reminded=reminded_of(scope),
    ).order_by("lead__code", "-days", scope.task_id)
    names = (f"{scope.task}id", f"{scope.task}code", f"{scope.task}title", "due_on", "days")
    found = rows.values_list(*LEAD, *names, "said_at", "said", "reminded")
    return OverdueBoard(
        as_of=scope.day,
        departments=[
            OverdueDepartment(DepartmentName(*key), [overdue_task(*row[3:]) for row in group])
            for key, group in groupby(found, key=lambda row: row[:3])
        ],
    )


def overdue_task(
    pk: int,
    code: str,
    title: str,
    due_on: date,
    days: int,
    said_at: datetime | None,
    said: str,
    reminded: int,
) -> OverdueTask:
    last = LastReport(said_at, said) if said_at else None
    return OverdueTask(pk, code, title, due_on, days, last, reminded)


def said_by(scope: Scope) -> QuerySet[Report]:
    """What was reported on a row's task by the end of the day, the last word first."""
    return Report.objects.filter(
        task=OuterRef(scope.task_id), reported_at__lt=record.end_of(scope.day)
    ).order_by("-reported_at", "-id")


def reminded_of(scope: Scope) -> Coalesce:
    """How many reminders of a row's task had reached somebody by the end of the day."""
    sent = Reminder.objects.filter(
        task=OuterRef(scope.task_id),
        outcome=Reminder.Outcome.SENT,
        delivered_at__lt=record.end_of(scope.day),
    )
    counted = sent.order_by().values("task").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
