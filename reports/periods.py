"""Periods as an office names them: 2026-10, 2026-W44, 2026-Q3, 2026."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from config.days import FIRST_YEAR, LAST_YEAR
from config.errors import InputInvalid

FORM = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|W(?P<week>\d{2})|Q(?P<quarter>[1-4])))?", re.ASCII)
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
ONE_DAY = timedelta(days=1)


class PeriodUnknown(InputInvalid):
    code = "period_unknown"


class Kind(models.TextChoices):
    """How long it lasts; in the order in which they are made."""

    WEEK = "week", _("周")
    MONTH = "month", _("月")
    QUARTER = "quarter", _("季")
    YEAR = "year", _("年")


# What a text about it calls it, and the one before it; texts are the office's, so pages translate these.
THIS = {Kind.WEEK: "本周", Kind.MONTH: "本月", Kind.QUARTER: "本季度", Kind.YEAR: "全年"}
LAST = {
    Kind.WEEK: gettext_noop("上周"),
    Kind.MONTH: gettext_noop("上月"),
    Kind.QUARTER: gettext_noop("上季度"),
    Kind.YEAR: gettext_noop("上年"),
}
# The quarters, as a heading counts them.
QUARTERS = (_("{year}年第一季度"), _("{year}年第二季度"), _("{year}年第三季度"), _("{year}年第四季度"))


@dataclass(frozen=True)
class Period:
    """From its first day to its last, both included."""

    name: str
    starts_on: date
    ends_on: date

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises PeriodUnknown. Weeks are those of ISO 8601, from Monday."""
        found = FORM.fullmatch(text)
        told = gettext("不认识的期间：{text}。可用：2026-10、2026-W44、2026-Q3、2026。")
        unknown = PeriodUnknown(told.format(text=text[:50]))
        if found is None or int(found["year"]) not in YEARS:
            raise unknown
        year, month, week, quarter = (int(part) if part else None for part in found.groups())
        try:
            if week is not None:
                monday = date.fromisocalendar(year, week, 1)
                return cls(text, monday, monday + timedelta(days=6))
            first, months = (month, 1) if month is not None else (3 * quarter - 2, 3) if quarter else (1, 12)
            starts_on = date(year, first, 1)
        except ValueError:
            raise unknown from None
        after = first + months
        return cls(text, starts_on, date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1))

    @classmethod
    def around(cls, day: date, kind: str) -> Self:
        """The one of this kind that the day lies in."""
        year, week, _ = day.isocalendar()
        names = {
            Kind.WEEK: f"{year}-W{week:02d}",
            Kind.MONTH: f"{day:%Y-%m}",
            Kind.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}",
            Kind.YEAR: f"{day.year}",
        }
        return cls.read(names[Kind(kind)])

    @property
    def kind(self) -> Kind:
        return kind_of(self.name)

    @property
    def label(self) -> str:
        """As a heading says it: 2026年第三季度."""
        year, _, part = self.name.partition("-")
        match self.kind:
            case Kind.WEEK:
                return gettext("{year}年第{week}周").format(year=year, week=int(part[1:]))
            case Kind.MONTH:
                return date_format(self.starts_on, "YEAR_MONTH_FORMAT")
            case Kind.QUARTER:
                return str(QUARTERS[int(part[1:]) - 1]).format(year=year)
        return gettext("{year}年").format(year=year)

    @property
    def before(self) -> Self:
        return self.around(self.starts_on - ONE_DAY, self.kind)


def kind_of(name: str) -> Kind:
    """Of a period's name."""
    if "W" in name:
        return Kind.WEEK
    if "Q" in name:
        return Kind.QUARTER
    return Kind.MONTH if "-" in name else Kind.YEAR


def finished(kind: str, first: date, last: date) -> Iterator[Period]:
    """Every period of the kind from the one `first` lies in, as far as it ends by `last`."""
    day = first
    while (period := Period.around(day, kind)).ends_on <= last:
        yield period
        day = period.ends_on + ONE_DAY
