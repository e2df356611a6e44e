"""逾期趋势: how many tasks were overdue at the end of each of the last weeks, by the record."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Count, DateField, Value

from plans.org.workdays import DAY
from reports.scope import Scope
from tasks import lights

WEEKS = 8


def week_ends(day: date) -> list[date]:
    """The last eight Sundays before the day, and the day itself."""
    sunday = day - DAY * day.isoweekday()
    return [*(sunday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)), day]


def overdue_by_day(scope: Scope, days: Iterable[date]) -> list[tuple[date, int]]:
    """For each of these days, none later than the scope's, what the overdue board of that day counts.

    In one query: each day's tasks that stand as they stood, and those changed since by the record.
    """
    counted = dict.fromkeys(days, 0)
    first, *others = (
        rows.filter(lights.overdue(day))
        .annotate(on=Value(day, output_field=DateField()))
        .values_list("on")
        .annotate(count=Count("*"))
        for day in counted
        for rows in replace(scope, day=day, is_past=scope.is_past or day < scope.day).pieces()
    )
    for day, count in first.union(*others, all=True):
        counted[day] += count
    return list(counted.items())
