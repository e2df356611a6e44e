"""When a step of the ladder falls on a day, counted on the days, from the design's words alone.

"So many working days before" a date: so many working days lie after today and up to that date; "after": so
many lie after that date and up to today. Both hold for a date on a day off too.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from tests.faults.story import works

AHEAD, AFTER = "ahead", "after"
# code, what it counts from, direction, step, repeated every, audiences
RULES = (
    ("unsigned-2", "assigned", AFTER, 2, 0, ("liaison",)),
    ("unsigned-5", "assigned", AFTER, 5, 0, ("head", "supervisor")),
    ("due-30", "due", AHEAD, 30, 0, ("liaison",)),
    ("due-10", "due", AHEAD, 10, 0, ("liaison", "head")),
    ("due-3", "due", AHEAD, 3, 0, ("liaison", "head")),
    ("due-1", "due", AHEAD, 1, 0, ("liaison", "head")),
    ("due-0", "due", AHEAD, 0, 0, ("liaison", "head")),
    ("overdue-1", "due", AFTER, 1, 0, ("head",)),
    ("overdue-3", "due", AFTER, 3, 0, ("supervisor",)),
    ("overdue-7", "due", AFTER, 7, 5, ("leader",)),
    ("report-2", "report", AHEAD, 2, 0, ("liaison",)),
    ("report-1", "report", AHEAD, 1, 0, ("liaison",)),
    ("report-0", "report", AHEAD, 0, 0, ("liaison",)),
    ("report-missing-1", "report", AFTER, 1, 1, ("liaison", "head")),
    ("answer-1", "answer", AHEAD, 1, 0, ("liaison", "head")),
    ("answer-0", "answer", AHEAD, 0, 0, ("liaison", "head")),
    ("answer-missing-1", "answer", AFTER, 1, 0, ("head", "supervisor")),
    ("answer-missing-3", "answer", AFTER, 3, 5, ("leader",)),
)


@cache
def working_days(after: date, until: date) -> int:
    """How many lie after the one day, up to and including the other."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    return sum(map(works, days))


def working_day_on_or_before(day: date) -> date:
    return day if works(day) else working_day_on_or_before(day - timedelta(days=1))


@dataclass
class Period:
    """A week, month or quarter to report on."""

    starts: date
    due: date
    reported: bool = False
    missing: bool | None = None  # not known before its date has passed

    @classmethod
    def of(cls, day: date, cycle: str) -> "Period":
        """The one that a day lies in: due on the Friday, or on the 25th of its last month."""
        if cycle == "weekly":
            starts = day - timedelta(days=day.weekday())
            return cls(starts, working_day_on_or_before(starts + timedelta(days=4)))
        months = {"monthly": 1, "quarterly": 3}[cycle]
        first = (day.month - 1) // months * months + 1
        last = day.replace(month=first + months - 1, day=25)
        return cls(day.replace(month=first, day=1), working_day_on_or_before(last))

    def begins_with(self, signed: date) -> bool:
        """For who signed before it, or more than five working days before its date."""
        return signed < self.starts or working_days(signed, self.due) > 5


@dataclass
class Task:
    number: str
    lead: str
    due: date
    assigned: date
    cycle: str
    splitter: str = ""  # the department that split the whole off
    signed: date | None = None
    answers: dict[str, date] = field(default_factory=dict)  # 批示 not answered yet → by when
    periods: list[Period] = field(default_factory=list)
    past: list[tuple[date, str]] = field(default_factory=list)  # since when it has which status

    @property
    def status(self) -> str:
        return self.status_on(date.max)

    def status_on(self, day: date) -> str:
        return [status for since, status in self.past if since <= day][-1]

    def dates(self, what: str, day: date) -> list[tuple[str, date]]:
        """What a rule counts from, while it still waits for somebody; with the name of a 批示."""
        undone = self.status in ("pending", "in_progress")
        match what:
            case "assigned":
                return [("", self.assigned)] if self.status == "pending" else []
            case "due":
                return [("", self.due)] if undone else []
            case "answer":
                return list(self.answers.items()) if self.status != "cancelled" else []
            case _:
                asked = self.asked(day) if self.status == "in_progress" else None
                return [("", asked.due)] if asked else []

    def asked(self, day: date) -> Period | None:
        """The report that is asked for: the latest that is due within two working days, or was missed."""
        due = [period for period in self.periods if working_days(day, period.due) <= 2]
        if not due or due[-1].reported or any(later.reported for later in self.periods[len(due) :]):
            return None
        return None if due[-1].missing is False else due[-1]

    def report(self, day: date) -> None:
        """It tells of what is asked for, else of the present period."""
        told = self.asked(day) or next((p for p in self.periods if p.starts <= day <= p.due), None)
        if told:
            told.reported = True


def open_periods(task: Task, today: date) -> None:
    """The present one, if it is being worked on; and what became of those whose date has passed."""
    if task.cycle and task.status == "in_progress":
        present = Period.of(today, task.cycle)
        known = [period.starts for period in task.periods]
        if today <= present.due and present.starts not in known and present.begins_with(task.signed):
            task.periods.append(present)
    for period in task.periods:
        if period.due < today and period.missing is None:
            period.missing = not period.reported and task.status_on(period.due) == "in_progress"


def fallen(direction: str, step: int, every: int, counted_from: date, day: date) -> int | None:
    """Which step of a rule falls on this working day; None when none does."""
    if direction == AHEAD:
        return step if day <= counted_from and working_days(day, counted_from) == step else None
    passed = working_days(counted_from, day)
    if day <= counted_from or passed < step:
        return None
    return passed if passed == step or every and (passed - step) % every == 0 else None
