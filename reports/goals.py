"""The plans' goals with what they had reached by a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from plans.models import Goal, GoalActual, Target
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
    """In two queries. Of a department: the goals it keeps, and those of plans it issued."""
    goals = Goal.objects.filter(item__plan__in=scope.plans().values("pk"))
    if scope.department:
        goals = goals.filter(Q(keeper__in=scope.units) | Q(item__plan__issuer__in=scope.units))
    rows = goals.order_by("item__plan", "item__ordinal").values_list(
        "pk", "item_id", "item__heading", "item__plan_id", "item__plan__title"
    )
    rows = list(rows)
    targets = targets_of([item for _, item, *_ in rows], scope.day)
    return [
        GoalFigures(pk, heading, PlanName(plan_id, title), targets[item])
        for pk, item, heading, plan_id, title in rows
    ]


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
