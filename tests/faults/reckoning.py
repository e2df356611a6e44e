"""What half a year owes, reckoned from the story and the words of the design alone.

Nothing of the product is used here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from tests.faults import story
from tests.faults.counting import AHEAD, RULES, Task, fallen, open_periods
from tests.faults.story import Deed, works

DIGEST_AT = time(8, 30)
BECOMES = {
    **{"accept": "in_progress", "return": "in_progress", "reopen": "in_progress"},
    **{"submit": "submitted", "approve": "completed", "close": "closed"},
    **{"decline": "declined", "suspend": "suspended", "cancel": "cancelled"},
}


# What is told at once, and what the record calls it.
TOLD = {
    **{name: name for name in ("decline", "reassign", "return", "submit", "urge", "cancel")},
    **{"issue": "issued", "split": "issued", "instruct": "instruction", "answer": "instruction_answered"},
    **{"ask_extension": "extension_asked", "grant_extension": "extension_granted"},
    **{"move_due": "due_changed"},
}
# Of several in a row one message tells.
TOGETHER = ("issued", "cancel", "due_changed")


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
    """The story as it goes on: what people do to tasks and posts (`do`), what the jobs then do (`run`)."""

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
        """At once, on working days or not; what is done together in one message."""
        together = groupby(self.untold, key=lambda each: each[0] if each[0] in TOGETHER else id(each))
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


def reckon(moments: Iterable[datetime]) -> Bureau:
    """What there is to be found when the jobs ran at these times."""
    bureau, waiting = Bureau(), story.deeds()
    for now in moments:
        while waiting and waiting[0].at <= now:
            bureau.do(waiting.pop(0))
        bureau.run(now)
    return bureau
