"""What half a year owes, reckoned from the story and the words of the design alone, by counting on days.

Nothing of the product is used here. "So many working days before" a date: so many working days lie after
today and up to that date; "after": so many lie after that date and up to today. Both hold for a date on a day
off too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from tests.faults import story
from tests.faults.story import Deed, works

DIGEST_AT = time(8, 30)
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


BECOMES = {
    **{"accept": "in_progress", "return": "in_progress", "reopen": "in_progress"},
    **{"submit": "submitted", "approve": "completed", "close": "closed"},
    **{"decline": "declined", "suspend": "suspended", "cancel": "cancelled"},
}


# What is told at once, and what the record calls it.
TOLD = {
    **{name: name for name in ("decline", "reassign", "return", "submit", "urge")},
    **{"issue": "issued", "split": "issued", "instruct": "instruction", "answer": "instruction_answered"},
    **{"ask_extension": "extension_asked", "grant_extension": "extension_granted"},
}


@dataclass
class Line:
    """A line of the ledger."""

    task: Task
    code: str
    what: str
    key: str  # which 批示
    counted_from: date
    step: int
    audience: str
    remind_on: date
    told_on: date | None = None
    outcome: str = "owed"
    number: int | None = None
    people: list[str] = field(default_factory=list)

    @property
    def name(self) -> tuple[Any, ...]:
        return self.task.number, self.code, self.key, self.counted_from, self.step, self.audience

    def __str__(self) -> str:
        code = f"KJJ-{story.YEAR}-{self.task.number}"
        what = (self.remind_on, code, self.code, self.step, self.audience)
        told = (self.told_on or "-", self.outcome, self.number or "-", ",".join(sorted(self.people)) or "-")
        return " ".join(map(str, (*what, *told)))


class Bureau:
    """The story as it goes on: tasks, posts, and the ledger."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.posts = {(name, *post) for name, post in story.POSTS.items()} | set(story.SECOND_POSTS)
        self.lines: dict[tuple[Any, ...], Line] = {}
        self.seen = story.FIRST - timedelta(days=1)
        self.digest_of = self.seen
        self.digests: list[str] = []
        self.untold: list[tuple[str, Task]] = []
        self.news: list[str] = []

    def ledger(self) -> list[str]:
        return sorted(map(str, self.lines.values()))

    def mails(self) -> list[str]:
        """To whom a mail goes: one for each message to each person who has an address."""
        people = [told.split()[-1] for told in (*self.digests, *self.news)]
        return [f"{person}@example.test" for person in people if person != story.WITHOUT_ADDRESS]

    # What people do.

    def do(self, deed: Deed) -> None:
        getattr(self, deed.name, self.moved)(deed, **deed.given)
        for number in deed.given["parts"] if deed.name == "split" else [deed.task]:
            if deed.name in TOLD:
                self.untold.append((TOLD[deed.name], self.tasks[number]))

    def moved(self, deed: Deed, **_: Any) -> None:
        task, day = self.tasks[deed.task], deed.at.date()
        if deed.name in BECOMES:
            task.past.append((day, BECOMES[deed.name]))
        if deed.name == "accept":
            task.signed = day

    def issue(self, deed: Deed) -> None:
        given = story.TASKS[deed.task]
        self.add(Task(deed.task, given.lead, story.day(given.due), deed.at.date(), given.cycle))

    def add(self, task: Task) -> None:
        task.past.append((task.assigned, "pending"))
        self.tasks[task.number] = task

    def reassign(self, deed: Deed, lead: str) -> None:
        task = self.tasks[deed.task]
        task.lead, task.assigned, task.signed = lead, deed.at.date(), None
        task.past.append((deed.at.date(), "pending"))

    def resume(self, deed: Deed, due: str) -> None:
        task = self.tasks[deed.task]
        task.past.append((deed.at.date(), "in_progress" if task.signed else "pending"))
        task.due = story.day(due)

    def report(self, deed: Deed, progress: int) -> None:
        self.tasks[deed.task].report(deed.at.date())

    def move_due(self, deed: Deed, due: str) -> None:
        self.tasks[deed.task].due = story.day(due)

    grant_extension = move_due

    def split(self, deed: Deed, parts: dict[str, tuple[str, str]]) -> None:
        whole = self.tasks[deed.task]
        for number, (lead, due) in parts.items():
            at = deed.at.date()
            self.add(Task(number, lead, story.day(due), at, whole.cycle, splitter=whole.lead))

    def instruct(self, deed: Deed, key: str, answer_by: str) -> None:
        self.tasks[deed.task].answers[key] = story.day(answer_by)

    def answer(self, deed: Deed, key: str) -> None:
        del self.tasks[deed.task].answers[key]

    def leaves(self, deed: Deed) -> None:
        self.posts = {post for post in self.posts if post[0] != deed.task}

    def resigns(self, deed: Deed, unit: str, role: str) -> None:
        self.posts.remove((deed.task, unit, role))

    def joins(self, deed: Deed, unit: str, role: str) -> None:
        self.posts.add((deed.task, unit, role))

    # What the jobs do.

    def run(self, now: datetime) -> None:
        today = now.date()
        for task in self.tasks.values():
            open_periods(task, today)
        missed = (today - self.seen).days
        for back in reversed(range(max(missed, 1))):
            self.owe(today - timedelta(days=back))
        self.seen = today
        self.tell_news()
        if works(today) and now.time() >= DIGEST_AT and self.digest_of < today:
            self.digest_of = today
            self.tell(today)

    def owe(self, day: date) -> None:
        for code, what, direction, step, every, audiences in RULES if works(day) else ():
            for task in self.tasks.values():
                for key, counted_from in task.dates(what, day):
                    number = fallen(direction, step, every, counted_from, day)
                    if number is not None and task.assigned <= day:
                        for audience in audiences:
                            line = Line(task, code, what, key, counted_from, number, audience, day)
                            self.lines.setdefault(line.name, line)

    def tell(self, today: date) -> None:
        """One digest for each person. Of what is owed the latest of a sort, if it still holds."""
        owed = [line for line in self.lines.values() if line.outcome == "owed"]
        latest: dict[tuple[Any, ...], Line] = {}
        for line in owed:
            line.told_on, line.outcome = today, "silenced"
            if self.holds(line, today):
                sort = (line.task.number, line.audience, line.what, line.key)
                if sort not in latest or latest[sort].remind_on <= line.remind_on:
                    latest[sort] = line
        hearers: set[str] = set()
        for line in filter(lambda line: line in latest.values(), owed):
            line.people = self.holders(line.task, line.audience)
            if line.people:
                line.outcome, line.number = "sent", 1 + self.sent_before(line)
            else:
                line.outcome, line.people = "redirected", self.holders(line.task, "supervisor")
            hearers.update(line.people)
            if story.WITHOUT_ADDRESS in line.people:  # then its supervisors are to know
                hearers.update(self.holders(line.task, "supervisor"))
        self.digests += [f"{today} {person}" for person in sorted(hearers)]

    def tell_news(self) -> None:
        """At once, on working days or not; what is issued together in one message."""
        together = groupby(self.untold, key=lambda each: each[0] if each[0] == "issued" else id(each))
        for _, group in together:
            heard: dict[tuple[str, bool], Task] = {}
            for kind, task in group:
                people = self.hearers(kind, task)
                for person in people or self.holders(task, "supervisor"):
                    heard.setdefault((person, bool(people)), task)
            self.news += [
                f"KJJ-{story.YEAR}-{task.number} {kind} {person}" for (person, _), task in heard.items()
            ]
        self.untold = []

    def hearers(self, kind: str, task: Task) -> list[str]:
        if kind == "instruction_answered":
            return ["leader"]
        if kind in ("extension_asked", "decline", "submit"):
            return self.holders(task, "supervisor")
        return sorted({*self.holders(task, "liaison"), *self.holders(task, "head")})

    def holds(self, line: Line, today: date) -> bool:
        ahead = next(direction for code, _, direction, *_ in RULES if code == line.code) == AHEAD
        if ahead and line.counted_from < today:
            return False
        return (line.key, line.counted_from) in line.task.dates(line.what, today)

    def sent_before(self, line: Line) -> int:
        of = (line.task.number, line.audience)
        return sum(
            (each.task.number, each.audience) == of and each.outcome == "sent" for each in self.lines.values()
        )

    def holders(self, task: Task, audience: str) -> list[str]:
        """In the leading department; above, who stands over the issuer, and who split the task."""
        wanted = {(task.lead if audience in ("liaison", "head") else "KJJ", audience)}
        if audience == "supervisor" and task.splitter:
            wanted.add((task.splitter, "head"))
        return sorted({name for name, unit, role in self.posts if (unit, role) in wanted})


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


def reckon(moments: Iterable[datetime]) -> Bureau:
    """What there is to be found when the jobs ran at these times."""
    bureau, waiting = Bureau(), story.deeds()
    for now in moments:
        while waiting and waiting[0].at <= now:
            bureau.do(waiting.pop(0))
        bureau.run(now)
    return bureau
