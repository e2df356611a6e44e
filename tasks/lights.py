"""亮灯: the one SQL expression of a task's light, for filters, lists, boards and summaries.

It works on any row with status, progress, due_on, assigned_on, submitted_on and deadline_kind: on a task as
it is, and on an event, which holds the task as it was.

Red: overdue, or more than 30 points behind the share of time that has passed. Yellow: due within 7 working
days, or 10 to 30 points behind (银川市's practice). The clock stands still from the day the lead applied;
only "due within 7 working days" looks at today even then: somebody still has to approve it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least
from django.db.models.lookups import In, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from plans.org.workdays import Calendar
from tasks.states import DONE, TIMED, Status

YELLOW_WORKING_DAYS = 7
RED_POINTS = 30
YELLOW_POINTS = 10
# Tasks without one final day have no share of time to be behind.
UNPACED = ("recurring", "ongoing")


class Light(models.TextChoices):
    RED = "red", _("红灯")
    YELLOW = "yellow", _("黄灯")
    GREEN = "green", _("绿灯")
    BLUE = "blue", _("蓝灯")
    GREY = "grey", _("灰灯")


TIMED_LIGHTS = frozenset({Light.RED, Light.YELLOW, Light.GREEN})
STATUSES = {
    **dict.fromkeys(TIMED_LIGHTS, TIMED),
    Light.BLUE: DONE,
    Light.GREY: tuple(status for status in Status if status not in (*TIMED, *DONE)),
}


class DayBehind(Func):
    """The first day on which more than `points` are missing (at least, for `strict=False`); null when never.

    After n of N days the share is 100·n/N; it exceeds progress + points from
    n = floor((progress + points)·N/100) + 1.
    """

    arity = 3
    output_field = models.DateField()

    def __init__(self, points: int, *, strict: bool) -> None:
        super().__init__(F("progress"), F("assigned_on"), F("due_on"))
        self.points, self.strict = points, strict

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        (progress, _), (start, _), (due, _) = (compiler.compile(e) for e in self.get_source_expressions())
        owed = f"({progress} + {self.points})"
        if self.strict:
            reachable, days = f"{owed} < 100", f"{owed} * ({due} - {start}) / 100 + 1"
        else:
            reachable, days = f"{owed} <= 100", f"({owed} * ({due} - {start}) + 99) / 100"
        day = f"CASE WHEN {due} <= {start} THEN {start} ELSE {start} + ({days}) END"
        return f"(CASE WHEN {reachable} THEN {day} END)", []


class DayAfter(Func):
    template = "(%(expressions)s + 1)"
    arity = 1
    output_field = models.DateField()


class DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    arity = 2
    output_field = models.IntegerField()

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(end, start)


class Earliest(Func):
    """LEAST: PostgreSQL's ignores nulls, which is what is wanted here."""

    function = "LEAST"
    output_field = models.DateField()


def turns_red_on() -> Case:
    """The day on which a task turns, or turned, red; null for one that will not (done, waiting, in time)."""
    paced = Case(When(~Q(deadline_kind__in=UNPACED), then=DayBehind(RED_POINTS, strict=True)))
    day = Earliest(DayAfter("due_on"), paced)
    return Case(
        When(Q(status__in=[Status.PENDING, Status.IN_PROGRESS]), then=day),
        When(Q(status=Status.SUBMITTED) & Q(submitted_on__gte=day), then=day),
        output_field=models.DateField(null=True),
    )


def clock(today: date) -> Coalesce:
    """The day a task is measured at: the day it was submitted, else today."""
    return Coalesce(F("submitted_on"), Value(today), output_field=models.DateField())


def overdue(today: date) -> Q:
    return Q(status__in=TIMED) & Q(due_on__lt=clock(today))


def light(today: date, calendar: Calendar) -> Case:
    """The light on that day; `red_on` must be a column or an annotation of the rows."""
    soon = calendar.add(today, YELLOW_WORKING_DAYS)
    behind = ~Q(deadline_kind__in=UNPACED) & Q(
        LessThanOrEqual(DayBehind(YELLOW_POINTS, strict=False), clock(today))
    )
    return Case(
        When(status__in=DONE, then=Value(Light.BLUE)),
        When(~Q(status__in=TIMED), then=Value(Light.GREY)),
        When(red_on__lte=today, then=Value(Light.RED)),
        When(Q(due_on__lte=soon) | behind, then=Value(Light.YELLOW)),
        default=Value(Light.GREEN),
        output_field=models.CharField(),
    )


def shows(lights: Iterable[str], today: date, calendar: Calendar) -> Q:
    """One of these lights. Says first which statuses have them: those are found by index."""
    statuses = [status for light in set(lights) for status in STATUSES[light]]
    found = Q(status__in=statuses)
    if set(lights) == {Light.RED}:
        return found & Q(red_on__lte=today)
    if not TIMED_LIGHTS.intersection(lights) or TIMED_LIGHTS.issubset(lights):
        return found  # the status says it all
    return found & Q(In(light(today, calendar), list(lights)))


def days_overdue(today: date) -> Case:
    """Calendar days, 0 when not overdue."""
    return Case(When(overdue(today), then=DaysBetween(F("due_on"), clock(today))), default=Value(0))


def time_share(today: date) -> Case:
    """0 to 1: how much of the time between assignment and deadline has passed; 1 when there was none."""
    passed, given = DaysBetween(F("assigned_on"), clock(today)), DaysBetween(F("assigned_on"), F("due_on"))
    share = Greatest(Value(0.0), Least(Value(1.0), Cast(passed, models.FloatField()) / given))
    return Case(
        When(due_on__lte=F("assigned_on"), then=Value(1.0)), default=share, output_field=models.FloatField()
    )
