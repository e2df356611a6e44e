"""The plans' goals with what they had reached by a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from plans.models import Goal, GoalActual, PlanChange, Target
from reports.scope import Scope
from tasks import record


@dataclass(frozen=True)
class GoalTarget:
    """A quantity of a goal, and the last figure known that day."""

    id: int
    name: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    actual: Decimal | None
    measured_on: date | None

    @property
    def is_reached(self) -> bool:
        return is_reached(self.comparator, self.value, self.actual)


@dataclass(frozen=True)
class PlanName:
    id: int
    title: str


@dataclass(frozen=True)
class GoalFigures:
    """A goal of a plan, with its quantities."""

    id: int
    heading: str
    plan: PlanName
    targets: list[GoalTarget]


def is_reached(comparator: str, value: Decimal, actual: Decimal | None) -> bool:
    """A range is reached from its lower end on; 约 and 达到 count from the figure on, as offices do."""
    if actual is None:
        return False
    return actual <= value if comparator == "<=" else actual >= value


def goals_of(scope: Scope) -> list[GoalFigures]:
    """In two queries, of a past day in three. Of a department: those it keeps, and those of its plans."""
    plans, end = scope.plans().values("pk"), record.end_of(scope.day)
    there = Q(item__withdrawn_at=None) | Q(item__withdrawn_at__gte=end)
    goals = Goal.objects.filter(there, item__plan__in=plans)
    if scope.department:
        goals = goals.filter(Q(keeper__in=scope.units) | Q(item__plan__issuer__in=scope.units))
    rows = goals.order_by("item__plan", "item__ordinal").values_list(
        "pk", "item_id", "item__heading", "item__plan_id", "item__plan__title"
    )
    rows = list(rows)
    targets = targets_of([item for _, item, *_ in rows], scope.day)
    then = revised_since(plans, end) if scope.is_past else {}
    found = []
    for pk, item, heading, plan_id, title in rows:
        asked = targets[item]
        if item in then:
            if then[item] is None:  # there was no such goal yet
                continue
            heading, asked = then[item]["heading"], as_asked(then[item]["targets"], asked)
        found.append(GoalFigures(pk, heading, PlanName(plan_id, title), asked))
    return found


def revised_since(plans: QuerySet[Any], end: datetime) -> dict[int, dict[str, Any] | None]:
    """What goals said then that revisions have changed since: by item, None for those they added."""
    later = PlanChange.objects.filter(plan__in=plans, kind="revised", at__gte=end)
    then: dict[int, dict[str, Any] | None] = {}
    for goals in later.order_by("-at", "-pk").values_list("data__goals", flat=True):
        then |= {int(item): before for item, (before, _) in (goals or {}).items()}
    return then


def as_asked(then: list[dict[str, Any]], now: list[GoalTarget]) -> list[GoalTarget]:
    """The targets of then, with what was reached of those that are still there: others never had a figure."""
    reached = {target.id: (target.actual, target.measured_on) for target in now}
    found = []
    for asked in then:
        high = asked["value_max"]
        limits = {"value": Decimal(asked["value"]), "value_max": None if high is None else Decimal(high)}
        actual, measured_on = reached.get(asked["id"], (None, None))
        found.append(GoalTarget(**(asked | limits), actual=actual, measured_on=measured_on))
    return found


def targets_of(items: list[int], day: date) -> dict[int, list[GoalTarget]]:
    latest = known_by(day).filter(target=OuterRef("pk")).order_by("-measured_on", "-id")
    rows = Target.objects.filter(item__in=items).order_by("item", "ordinal")
    names = ("id", "name", "comparator", "value", "value_max", "unit")
    found: dict[int, list[GoalTarget]] = defaultdict(list)
    for item, *values in rows.annotate(
        actual=Subquery(latest.values("value")[:1]), measured_on=Subquery(latest.values("measured_on")[:1])
    ).values_list("item_id", *names, F("actual"), F("measured_on")):
        found[item].append(GoalTarget(*values))
    return found


def known_by(day: date) -> QuerySet[GoalActual]:
    """What had been stated by the end of that day about days up to it."""
    return GoalActual.objects.filter(measured_on__lte=day, stated_at__lt=record.end_of(day))
