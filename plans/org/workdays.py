"""Working days as the office counts them: public holidays, make-up days (调休), the office's own overrides.

Source: the State Council's yearly holiday notice, as published in `chinesecalendar`. Years it does not know
yet count Monday to Friday minus the holidays fixed in law (国务院令第795号, 2025), and are provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from config.postgres.frozen import Frozen
from plans.org.models import Workday

DAY = timedelta(days=1)
# 元旦, 劳动节 (2 days since 2025), 国庆节: those of the eleven statutory days that have a fixed solar date.
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
WORKDAY = "工作日"
PUBLISHED_YEARS = range(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1)


@dataclass(frozen=True)
class Calendar:
    """Counts working days; `overrides` are the office's own, by date."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(frozenset(self.overrides.items()))

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day.year in PUBLISHED_YEARS:
            return published(day)
        return day.weekday() < 5 and (day.month, day.day) not in FIXED_HOLIDAYS

    def why(self, day: date) -> str:
        """What makes it a working day, or a day off."""
        weekend = day.weekday() >= 5
        if day in self.overrides:
            return "本单位调整"
        if self.is_workday(day):
            return "调休上班" if weekend else WORKDAY
        if day.year in PUBLISHED_YEARS:
            named = day in chinese_calendar.holidays
        else:
            named = (day.month, day.day) in FIXED_HOLIDAYS
        return "节假日" if named or not weekend else "周末"

    def is_provisional(self, day: date) -> bool:
        """Not published yet, and not the office's own word."""
        return day.year not in PUBLISHED_YEARS and day not in self.overrides

    def walk(self, day: date, count: int) -> list[date]:
        """The days that `add` counts off, in the order of their dates; `day` itself is not among them."""
        end = self.add(day, count)
        first, last = (day + DAY, end) if count > 0 else (end, day - DAY)
        return [first + n * DAY for n in range((last - first).days + 1)]

    def add(self, day: date, count: int) -> date:
        """The working day `count` working days after `day` (before it, when negative); 0 is `day` itself."""
        step = DAY if count > 0 else -DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def on_or_before(self, day: date) -> date:
        """A due date on a day off is worked on the last working day before it."""
        return day if self.is_workday(day) else self.add(day, -1)

    def between(self, start: date, end: date) -> int:
        """Working days after `start`, up to and including `end`; 0 when end is not after start."""
        days = (end - start).days
        return sum(self.is_workday(start + n * DAY) for n in range(1, days + 1))


@cache
def published(day: date) -> bool:
    """Remembered: what repeats weekly is reckoned back over ten years, at 50 µs a day in the library."""
    return chinese_calendar.is_workday(day)


def calendar() -> Calendar:
    """The calendar with this office's overrides (one query)."""
    return Calendar(dict(overrides().rows()))


@cache
def overrides() -> Frozen:
    return Frozen(Workday.objects.order_by().values_list("day", "is_workday"))
