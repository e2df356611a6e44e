"""The tasks behind a number of the dashboard: exactly those that were counted, as they stood that day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from reports.scope import Scope
from tasks import lights
from tasks.models import Task

# Of one number.
MOST = 500
COLUMNS = ("pk_", "code_", "title_", "lead_", "status", "progress", "due_on", "shown")


@dataclass(frozen=True)
class Behind:
    """A task at the end of the day asked about."""

    id: int
    code: str
    title: str
    lead: str
    status: str
    progress: int
    due_on: date
    light: str


@dataclass(frozen=True)
class Narrowed:
    """Which of the tasks: `late` about those done; `ids` of any tasks, parts too."""

    light: str = ""
    status: Collection[str] = ()
    lead: int | None = None
    late: bool | None = None
    ids: Collection[int] | None = None

    def pieces(self, scope: Scope) -> list[QuerySet[Any]]:
        """What `queries.overview` counts; of `lead` what `queries.departments` does."""
        if self.ids is not None:
            return [rows.filter(**{id_of(rows): self.ids}) for rows in scope.pieces()]
        if self.lead is not None:
            return [rows.filter(lead=self.lead) for rows in scope.rows_by_lead()]
        return scope.rows()

    def of(self, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        if self.status:
            rows = rows.filter(status__in=list(self.status))
        if self.late is not None:
            rows = rows.filter(was_late=self.late)
        if self.light:
            rows = rows.filter(lights.shows([self.light], scope.day, scope.calendar))
        return rows


def tasks_behind(scope: Scope, narrowed: Narrowed) -> list[Behind]:
    """At most MOST of them, those due first first."""
    first, *others = (told(narrowed.of(rows, scope), scope) for rows in narrowed.pieces(scope))
    found = first.union(*others, all=True) if others else first
    return [Behind(*row) for row in found.order_by("due_on", "pk_")[:MOST]]


def told(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Tasks and events under the same names."""
    way = "" if rows.model is Task else "task__"
    names = {
        "pk_": F(f"{way}id"),
        "code_": F(f"{way}code"),
        "title_": F(f"{way}title"),
        "lead_": F("lead__name"),
    }
    return rows.annotate(**names, shown=lights.light(scope.day, scope.calendar)).values_list(*COLUMNS)


def id_of(rows: QuerySet[Any]) -> str:
    return "pk__in" if rows.model is Task else "task__in"
