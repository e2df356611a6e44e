"""Periods as an office names them: 2026-10, 2026-W44, 2026-Q3, 2026."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from config.days import FIRST_YEAR, LAST_YEAR
from config.errors import InputInvalid

FORM = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|W(?P<week>\d{2})|Q(?P<quarter>[1-4])))?", re.ASCII)
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


class PeriodUnknown(InputInvalid):
    code = "period_unknown"


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
        unknown = PeriodUnknown(f"不认识的期间：{text[:50]}。可用：2026-10、2026-W44、2026-Q3、2026。")
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


def months(first: date, last: date) -> Iterator[Period]:
    """Every month from the one `first` lies in, as far as it ends by `last`."""
    day = first
    while (month := Period.read(f"{day:%Y-%m}")).ends_on <= last:
        yield month
        day = month.ends_on + timedelta(days=1)
