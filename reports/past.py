"""What the record says of a period: the tasks as they stood on its last day, and what happened within it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from django.db.models import Min, QuerySet
from django.utils import timezone

from plans.org import workdays
from plans.org.workdays import DAY
from reports.goals import is_reached
from reports.models import Reminder, Summary
from reports.pace import pace
from reports.periods import Period
from reports.scope import Scope
from tasks import lights, record
from tasks.models import Report, ReportPeriod, TaskEvent, TaskTarget
from tasks.states import TIMED

CLOCK = ("assigned_on", "due_on", "submitted_on", "deadline_kind")
TASK = ("task__code", "task__title", "task__parent", "task__parent__parent")


def record_begins() -> date | None:
    """The first day that anything is known of; None before the first task."""
    first = TaskEvent.objects.aggregate(first=Min("at"))["first"]
    return first and timezone.localdate(first)


@dataclass(frozen=True, slots=True)
class Row:
    """A task at the end of the period's last day; `wholes`: the tasks that it is a part of."""

    id: int
    code: str
    title: str
    wholes: tuple[int, ...]
    lead: int
    helpers: tuple[int, ...]
    status: str
    progress: int
    due_on: date
    was_late: bool
    is_overdue: bool
    light: str
    pace: str

    @classmethod
    def read(cls, event: dict[str, Any], day: date, titles: dict[int, str]) -> Self:
        """`titles`: of those that were renamed since."""
        clock = {name: event[name] for name in CLOCK}
        pk, status, progress = event["task_id"], event["status"], event["progress"]
        return cls(
            id=pk,
            code=event["task__code"],
            title=titles.get(pk, event["task__title"]),
            wholes=tuple(filter(None, (event["task__parent"], event["task__parent__parent"]))),
            lead=event["lead_id"],
            helpers=tuple(helper["department"] for helper in event["helpers"]),
            status=status,
            progress=progress,
            due_on=event["due_on"],
            was_late=event["was_late"],
            is_overdue=status in TIMED and event["due_on"] < (event["submitted_on"] or day),
            light=event["shown"],
            pace=pace(status, progress, day=day, **clock),
        )

    @property
    def line(self) -> dict[str, Any]:
        """As the summary's ledger keeps it."""
        names = ("id", "code", "title", "lead", "status", "progress", "due_on", "light", "pace")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class PeriodRecord:
    """Read once for the whole and every department's share. Once the period is over it can't change.

    What happened is told by task, once for each time.
    """

    period: Period

    @cached_property
    def begins(self) -> date | None:
        return record_begins()

    @cached_property
    def rows(self) -> list[Row]:
        """Every task of the plans in force in the period, parts beside their wholes."""
        day, names = self.period.ends_on, ("task_id", "lead_id", "helpers", "status", "progress", "was_late")
        events = Scope(day, is_past=True, since=self.period.starts_on).all_rows()
        shown = events.annotate(shown=lights.light(day, workdays.calendar())).order_by("task_id")
        return [Row.read(event, day, self.titles) for event in shown.values(*names, *CLOCK, *TASK, "shown")]

    @cached_property
    def whole(self) -> list[Row]:
        """Every piece of work once: a part is counted with its whole."""
        return [row for row in self.rows if not row.wholes]

    def share(self, units: Iterable[int]) -> list[Row]:
        """What these departments led or helped with; a part counts unless its whole does."""
        units = set(units)
        own = [row for row in self.rows if row.lead in units or not units.isdisjoint(row.helpers)]
        ids = {row.id for row in own}
        return [row for row in own if ids.isdisjoint(row.wholes)]

    @cached_property
    def titles(self) -> dict[int, str]:
        """Of the tasks renamed after the period: what they were called at its end."""
        later = TaskEvent.objects.filter(at__gte=record.end_of(self.period.ends_on), data__has_key="title")
        told = later.order_by("task_id", "-seq").values_list("task_id", "data__title")
        return {task: title[0] for task, title in told}

    @cached_property
    def earlier(self) -> "PeriodRecord | None":
        """The period before; None when the record had not begun."""
        begin = record.end_of(self.period.starts_on - DAY)
        return PeriodRecord(self.period.before) if TaskEvent.objects.filter(at__lt=begin).exists() else None

    @cached_property
    def kept(self) -> dict[int | None, dict[str, Any]]:
        """The headline figures of this period's summaries, by department, as far as they are made."""
        made = Summary.objects.filter(period=self.period.name).order_by()
        return dict(made.values_list("department", "figures__headline"))

    def within(self, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
        first, after = record.end_of(self.period.starts_on - DAY), record.end_of(self.period.ends_on)
        return rows.filter(**{f"{moment}__gte": first, f"{moment}__lt": after}).order_by()

    def moves(self, kind: str) -> list[int]:
        return list(self.within(TaskEvent.objects.filter(kind=kind), "at").values_list("task_id", flat=True))

    @cached_property
    def approved(self) -> set[int]:
        return set(self.moves("approve"))

    @cached_property
    def returned(self) -> list[int]:
        return self.moves("return")

    @cached_property
    def reminded(self) -> list[int]:
        sent = Reminder.objects.filter(outcome=Reminder.Outcome.SENT)
        return list(self.within(sent, "delivered_at").values_list("task_id", flat=True))

    @cached_property
    def missing_reports(self) -> list[int]:
        """Once for each period whose date lay within this one and ended without the lead's report."""
        missing = ReportPeriod.objects.filter(
            was_missing=True, due_on__range=(self.period.starts_on, self.period.ends_on)
        )
        return list(missing.order_by().values_list("task_id", flat=True))

    @cached_property
    def reports(self) -> list[dict[str, Any]]:
        filed = self.within(Report.objects.all(), "reported_at").order_by("reported_at", "id")
        return list(filed.values("task_id", "department__name", "problems", "reported_at"))

    @cached_property
    def turned_red(self) -> set[int]:
        """Tasks not red at the end of one day and red at the end of the next, whatever became of them."""
        eve = self.period.starts_on - DAY
        before = record.as_of(eve).annotate(red_on=lights.turns_red_on())
        events = self.within(TaskEvent.objects.annotate(red_on=lights.turns_red_on()), "at")
        states: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        for task, red_on in before.order_by().values_list("task_id", "red_on"):
            states[task].append((eve, red_on))
        for task, at, red_on in events.order_by("task_id", "seq").values_list("task_id", "at", "red_on"):
            states[task].append((timezone.localdate(at), red_on))
        return {task for task, story in states.items() if turns_red(story, eve, self.period.ends_on)}

    @cached_property
    def targets(self) -> list[tuple[int, bool]]:
        """The tasks' own quantities, as asked then: whether what the record said last had reached them."""
        told = TaskEvent.objects.filter(at__lt=record.end_of(self.period.ends_on), data__has_key="targets")
        last: dict[int, str | None] = {}
        for stated in told.order_by("task_id", "seq").values_list("data__targets", flat=True):
            last |= {entry["id"]: entry["actual"] for entry in stated}
        found = []
        for pk, (task, comparator, value) in self.asked.items():
            actual = last.get(pk)
            found.append((task, is_reached(comparator, value, None if actual is None else Decimal(actual))))
        return found

    @cached_property
    def asked(self) -> dict[int, tuple[int, str, Decimal]]:
        """Target → its task and what it asked for: what revisions of plans changed since is taken back."""
        present = TaskTarget.objects.order_by().values_list("pk", "task_id", "comparator", "value")
        found = {pk: (task, comparator, value) for pk, task, comparator, value in present}
        end = record.end_of(self.period.ends_on)
        later = TaskEvent.objects.filter(at__gte=end, data__has_key="targets_asked")
        told = later.order_by("task_id", "-seq").values_list("task_id", "data__targets_asked")
        for task, changes in told:
            for change in changes:
                before, _ = change["asked"]
                found.pop(change["id"], None)
                if before:
                    found[change["id"]] = (task, before["comparator"], Decimal(before["value"]))
        return found


def turns_red(story: list[tuple[date, date | None]], eve: date, ends_on: date) -> bool:
    """`story`: from which day on a state held, and on which day it turns red; the first held on the eve."""
    was_red = False
    ends = [since - DAY for since, _ in story[1:]] + [ends_on]
    for (since, red_on), last in zip(story, ends, strict=True):
        if last < since or red_on is None or red_on > last:
            # Changed again the same day, or not red for as long as it held.
            was_red = was_red and last < since
            continue
        by_time, by_event = red_on > since, since > eve and not was_red
        if by_time or by_event:
            return True
        was_red = True
    return False
