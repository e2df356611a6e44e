"""What earns and costs points: each is an event of the record, and whose it was.

A department is judged for what it leads: a part that a whole's own lead leads as well gives no points beside
the whole's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from reports.models import ScoreObjection, ScoreRule
from reports.periods import Period
from reports.scope import HelpedBy
from tasks.models import TaskEvent
from tasks.states import Outcome

Anchor = ScoreRule.Anchor
LEAD, HELPER = "lead", "helper"


def earlier() -> QuerySet[TaskEvent]:
    """The event before, of the same task."""
    return TaskEvent.objects.filter(task=OuterRef("task"), seq=OuterRef("seq") - 1)


# An approval that finds the task late is the late mark itself, so no event earns twice.
EARNS: dict[str, Q] = {
    Anchor.ON_TIME: Q(kind="approve", was_late=False),
    # Once per task: what was late stays so. One brought in as late already was late before it was ours.
    Anchor.LATE: Q(was_late=True) & Exists(earlier().filter(was_late=False)),
    Anchor.RETURNED: Q(kind="return"),
    Anchor.REPORT_MISSING: Q(kind="edited", data__has_key="report_missing"),
    Anchor.NOT_SOLID: Q(kind="recheck", data__outcome=Outcome.NOT_SOLID),
}


@dataclass(frozen=True)
class Answered:
    """An objection as it stood at a moment: what came later is not known yet."""

    id: int
    note: str
    raised_by: str
    raised_by_id: int
    raised_at: datetime
    upheld: bool | None = None
    answer: str = ""
    answered_by: str | None = None
    answered_at: datetime | None = None

    @classmethod
    def by(cls, objection: ScoreObjection, until: datetime) -> Self:
        by = objection.raised_by
        raised = (objection.pk, objection.note, str(by), by.pk, objection.raised_at)
        if objection.answered_at is None or objection.answered_at >= until:
            return cls(*raised)
        answered_by = str(objection.answered_by)
        return cls(*raised, objection.upheld, objection.answer, answered_by, objection.answered_at)


@dataclass(frozen=True)
class Weight:
    """What a rule's version gives to a role."""

    name: str
    version: int
    points: Decimal


@dataclass(frozen=True)
class TaskName:
    id: int
    code: str
    title: str


@dataclass(frozen=True)
class Cause:
    """The event that earned it; of a missing report, which."""

    id: int
    kind: str
    at: datetime
    period: str | None = None


@dataclass(frozen=True)
class Point:
    """`points` are the rule's, or 0 where `void` says why: `reopened` or `upheld`."""

    department_id: int
    anchor: str
    rule: Weight
    role: str
    void: str
    task: TaskName
    event: Cause
    objection: Answered | None

    @property
    def points(self) -> Decimal:
        return Decimal(0) if self.void else self.rule.points


def causes(since: datetime, until: datetime, known: datetime) -> QuerySet[TaskEvent]:
    """The events from one moment to another that a rule may count, as it was `known` by a third.

    `anchor`: what each earns; `reopened`: an approval that did not stand.
    """
    whens = [When(condition, then=Value(anchor)) for anchor, condition in EARNS.items()]
    events = TaskEvent.objects.filter(at__gte=since, at__lt=until)
    likely = Q(kind__in=["approve", "return", "recheck"]) | Q(kind="edited") | Q(was_late=True)
    events = events.filter(likely).annotate(anchor=Case(*whens, output_field=CharField()))
    after = TaskEvent.objects.filter(task=OuterRef("task"), seq__gt=OuterRef("seq"), at__lt=known)
    reopened = Q(anchor=Anchor.ON_TIME) & Exists(after.filter(kind="reopen"))
    return events.filter(anchor__isnull=False).annotate(
        reopened=Case(When(reopened, then=True), default=False)
    )


def judged(events: QuerySet[TaskEvent]) -> QuerySet[TaskEvent]:
    """Without those of parts whose lead, at that moment, led a task above as well."""
    own = Q()
    for above in ("task__parent", "task__parent__parent"):  # a task is split at most twice
        story = TaskEvent.objects.filter(task=OuterRef(above), at__lte=OuterRef("at")).order_by("-seq")
        own |= Q(**{f"{above}__isnull": False}, lead=Subquery(story.values("lead")[:1]))
    return events.exclude(own)


def of_units(events: QuerySet[TaskEvent], units: list[int]) -> QuerySet[TaskEvent]:
    missed = Q(kind="edited", data__department__in=units)
    return events.filter(Q(lead__in=units) | HelpedBy(units) | missed)


COLUMNS = (
    *("pk", "kind", "at", "task_id", "task__code", "task__title"),
    *("anchor", "reopened", "lead_id", "helpers", "data__department", "data__report_missing"),
)


def points_of(
    events: QuerySet[TaskEvent],
    rules: dict[str, ScoreRule],
    *,
    period: Period,
    known: datetime,
    units: Iterable[int] | None = None,
) -> Iterator[Point]:
    """What these events of a quarter come to by its rules, in their order; `units`: of these departments."""
    events = judged(events)
    if units is not None:
        events = of_units(events, sorted(units))
    rows = list(events.order_by("at", "pk").values_list(*COLUMNS))
    objections = objections_of(period, known)
    for pk, kind, at, task, code, title, anchor, reopened, lead, helpers, missed_by, missed in rows:
        rule = rules.get(anchor)
        for department, role in parties(missed_by or lead, helpers) if rule else ():
            weight = rule.points if role == LEAD else rule.helper_points
            if not weight or (units is not None and department not in units):
                continue
            objection = objections.get((pk, anchor, department))
            upheld = "upheld" if objection and objection.upheld else ""
            yield Point(
                department,
                anchor,
                Weight(rule.name, rule.version, weight),
                role,
                "reopened" if reopened else upheld,
                TaskName(task, code, title),
                Cause(pk, kind, at, missed),
                objection,
            )


def parties(lead: int, helpers: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    yield lead, LEAD
    yield from ((helper["department"], HELPER) for helper in helpers if helper["department"] != lead)


def objections_of(period: Period, known: datetime) -> dict[tuple[int, str, int], Answered]:
    raised = ScoreObjection.objects.filter(period=period.name, raised_at__lt=known)
    return {
        (objection.event_id, objection.anchor, objection.department_id): Answered.by(objection, known)
        for objection in raised.select_related("raised_by", "answered_by")
    }
