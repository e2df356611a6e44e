"""The card: base, points and score of each department for a quarter, as they were known on a day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from config.errors import InputInvalid, NotAllowed
from plans.models import Plan
from plans.org.models import Department, User
from plans.org.workdays import DAY
from reports.models import ScoreRule
from reports.periods import Period
from reports.queries import DepartmentName
from reports.scoring.points import Point, causes, points_of
from reports.scoring.rules import Anchor, in_force
from reports.scoring.work import tasks_of
from tasks import record


@dataclass(frozen=True)
class DepartmentCard:
    """`score` is None where there was nothing to do: no task, no judgement, and not a hundred."""

    department: DepartmentName
    tasks: int
    base: Decimal
    points: list[Point]

    @property
    def score(self) -> Decimal | None:
        if not (self.tasks or self.points):
            return None
        return self.base + sum(point.points for point in self.points)

    @property
    def note(self) -> str:
        return "" if self.score is not None else _("本季度没有承办任务，不计分。")


@dataclass(frozen=True)
class Scorecard:
    """`final`: the quarter was over; what is answered or reopened later still shows on later days' cards."""

    as_of: date
    period: Period
    rules: list[ScoreRule]
    departments: list[DepartmentCard]

    @property
    def final(self) -> bool:
        return self.as_of > self.period.ends_on

    @cached_property
    def anchors(self) -> list[ScoreRule]:
        """The rules that give points, in their order."""
        return [rule for rule in self.rules if rule.anchor != Anchor.BASE]


def scorecard(
    user: User,
    today: date,
    *,
    period: Period,
    plan: Plan | None = None,
    department: Department | None = None,
    as_of: date | None = None,
) -> Scorecard:
    """Each department's card that this person sees, by code. `department` includes those below it.

    The same past `as_of` gives the same card for ever: events and objections' answers by the end of that day
    count, and no later ones. Raises InputInvalid `period_in_future`, `date_in_future`, `date_before_period`;
    NotAllowed for a department whose card is not this person's to see.
    """
    day = as_of or today
    check_days(period, day, today)
    departments = shown_to(user, department)
    units = sorted(departments)
    since, known = record.end_of(period.starts_on - DAY), record.end_of(day)
    until = min(record.end_of(period.ends_on), known)
    rules = in_force(period, known)
    events = causes(since, until, known)
    events = events.filter(task__plan=plan) if plan else events
    found: dict[int, list[Point]] = defaultdict(list)
    for point in points_of(events, rules, period=period, known=known, units=units):
        found[point.department_id].append(point)
    tasks = tasks_of(since, until, plan=plan and plan.pk, units=units)
    base = rules[Anchor.BASE].points
    cards = [
        DepartmentCard(DepartmentName(pk, unit.code, unit.name), tasks.get(pk, 0), base, found.get(pk, []))
        for pk, unit in departments.items()
        if unit.is_active or pk in tasks or pk in found
    ]
    order = list(Anchor)
    return Scorecard(day, period, sorted(rules.values(), key=lambda rule: order.index(rule.anchor)), cards)


def check_days(period: Period, day: date, today: date) -> None:
    if period.starts_on > today:
        raise InputInvalid(
            _("{period}尚未开始，不能评分。").format(period=period.name), code="period_in_future"
        )
    if day > today:
        raise InputInvalid(_("截至日期不能晚于今天。"), code="date_in_future")
    if day < period.starts_on:
        raise InputInvalid(
            _("截至日期早于{period}的第一天。").format(period=period.name), code="date_before_period"
        )


def shown_to(user: User, department: Department | None) -> dict[int, Department]:
    """By id, in the order of codes: one's own; whole subtrees for supervisor, leader and viewer."""
    seen: Iterable[int] | None = None if user.is_superuser else user.standing.seen
    if department and seen is not None and department.pk not in seen:
        raise NotAllowed(_("只能查看本单位或所辖单位的考核评分。"), code="scorecard_not_yours")
    found = Department.objects.all() if seen is None else Department.objects.filter(pk__in=seen)
    if department:
        found = found.filter(pk__in=Department.objects.subtree([department.pk]).values("pk"))
    return {unit.pk: unit for unit in found.order_by("code")}
