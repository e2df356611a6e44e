"""The reminder ladder: the steps an office starts with, what each counts from, and when it falls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.apps import apps as installed_apps
from django.db import connection
from django.db.models.expressions import RawSQL

from config.days import FIRST_DAY
from plans.org.workdays import DAY, Calendar
from reports.models import ReminderRule
from tasks.models import ReportPeriod

Anchor = ReminderRule.Anchor
# A task overdue for ten years of weeks is told of no more: some end keeps a day's arithmetic short.
MOST_REPEATS = 500


@dataclass(frozen=True)
class Count:
    """What the rules of an anchor count from, as SQL over `tasks_task task` for the working day `on_day.day`.

    One wording for both questions: what is owed on a day, and whether what is owed still waits for somebody.
    `on_day.asked`: the reports due by then are asked for on that day. `on_day.known`: that day, or today
    where it lies ahead: of a date still to come nobody knows yet whether its report will be missing.
    """

    date: str
    waiting: str | Callable[[], str]  # whom it still waits for
    ahead: bool = False  # counts down to the date, not up from it
    joined: str = ""
    report_period: str = "NULL::bigint"
    instruction: str = "NULL::bigint"

    def put_into(self, statement: str) -> str:
        """The statement with its {date}, {waiting} and the rest filled in."""
        return statement.format(
            date=self.date,
            waiting=self.waiting() if callable(self.waiting) else self.waiting,
            joined=self.joined,
            report_period=self.report_period,
            instruction=self.instruction,
        )


@cache
def report_is_asked() -> str:
    """What `ReportPeriodQuerySet.asked` says of the period and day at hand: no second wording beside it."""
    known, until = RawSQL("on_day.known", ()), RawSQL("on_day.asked", ())
    asked = (
        ReportPeriod.objects.asked(known, until).filter(pk=RawSQL("period.id", ())).order_by().values("pk")
    )
    with connection.cursor() as cursor:
        return f"EXISTS ({cursor.mogrify(*asked.query.sql_with_params())})".replace("%", "%%")


# Who applied to close has done its part; the suspended and declined wait for others.
UNDONE = "task.status IN ('pending', 'in_progress')"
PERIOD = {
    "date": "period.due_on",
    "joined": "JOIN tasks_reportperiod period ON period.task_id = task.id",
    "report_period": "period.id",
    "waiting": report_is_asked,
}
ANSWER = {
    "date": "instruction.answer_by",
    "joined": "JOIN tasks_instruction instruction ON instruction.task_id = task.id",
    "instruction": "instruction.id",
    "waiting": "instruction.answered_at IS NULL AND task.status <> 'cancelled'",
}
COUNTS = {
    Anchor.ASSIGNED: Count("task.assigned_on", "task.status IN ('pending')"),
    Anchor.BEFORE_DUE: Count("task.due_on", UNDONE, ahead=True),
    Anchor.OVERDUE: Count("task.due_on", UNDONE),
    Anchor.BEFORE_REPORT: Count(**PERIOD, ahead=True),
    Anchor.REPORT_MISSING: Count(**PERIOD),
    Anchor.BEFORE_ANSWER: Count(**ANSWER, ahead=True),
    Anchor.ANSWER_MISSING: Count(**ANSWER),
}
# code, name, anchor, step, repeat_every, audiences
DEFAULT_RULES = (
    ("unsigned-2", "交办2个工作日未签收", Anchor.ASSIGNED, 2, None, ["liaison"]),
    ("unsigned-5", "交办5个工作日未签收", Anchor.ASSIGNED, 5, None, ["head", "supervisor"]),
    ("due-30", "到期前30个工作日", Anchor.BEFORE_DUE, 30, None, ["liaison"]),
    ("due-10", "到期前10个工作日", Anchor.BEFORE_DUE, 10, None, ["liaison", "head"]),
    ("due-3", "到期前3个工作日", Anchor.BEFORE_DUE, 3, None, ["liaison", "head"]),
    ("due-1", "到期前1个工作日", Anchor.BEFORE_DUE, 1, None, ["liaison", "head"]),
    ("due-0", "到期当日", Anchor.BEFORE_DUE, 0, None, ["liaison", "head"]),
    ("overdue-1", "逾期1个工作日", Anchor.OVERDUE, 1, None, ["head"]),
    ("overdue-3", "逾期3个工作日", Anchor.OVERDUE, 3, None, ["supervisor"]),
    ("overdue-7", "逾期7个工作日，此后每周", Anchor.OVERDUE, 7, 5, ["leader"]),
    ("report-2", "填报截止前2个工作日", Anchor.BEFORE_REPORT, 2, None, ["liaison"]),
    ("report-1", "填报截止前1个工作日", Anchor.BEFORE_REPORT, 1, None, ["liaison"]),
    ("report-0", "填报截止当日", Anchor.BEFORE_REPORT, 0, None, ["liaison"]),
    ("report-missing-1", "逾期未填报，每个工作日", Anchor.REPORT_MISSING, 1, 1, ["liaison", "head"]),
    ("answer-1", "批示答复期限前1个工作日", Anchor.BEFORE_ANSWER, 1, None, ["liaison", "head"]),
    ("answer-0", "批示答复期限当日", Anchor.BEFORE_ANSWER, 0, None, ["liaison", "head"]),
    ("answer-missing-1", "批示逾期1个工作日未答复", Anchor.ANSWER_MISSING, 1, None, ["head", "supervisor"]),
    ("answer-missing-3", "批示逾期3个工作日未答复，此后每周", Anchor.ANSWER_MISSING, 3, 5, ["leader"]),
)


def steps_on(rule: ReminderRule, day: date, calendar: Calendar) -> Iterator[tuple[int, date]]:
    """The rule's steps that fall on this working day, each with a date it is counted from: (step, date).

    A day off counts as the working day before it, both where a deadline is looked forward to and where days
    are counted after a date: a step falls on one day for a working day and the days off that follow it.
    """
    if COUNTS[rule.anchor].ahead:
        due = calendar.add(day, rule.step)
        yield from counted_from(rule.step, due, calendar.add(due, 1))
        return
    start = calendar.add(day, -rule.step)
    yield from counted_from(rule.step, start, calendar.add(start, 1))
    for number in range(1, MOST_REPEATS + 1) if rule.repeat_every else ():
        start = calendar.add(start, -rule.repeat_every)
        if start < FIRST_DAY:  # no deadline lies there
            return
        yield from counted_from(rule.step + number * rule.repeat_every, start, calendar.add(start, 1))


def counted_from(step: int, first: date, after: date) -> Iterator[tuple[int, date]]:
    return ((step, first + n * DAY) for n in range((after - first).days))


def create_missing_rules(**signal: Any) -> None:
    """After `migrate`, and after a test's flush. An office switches a rule off; deleted, it comes back."""
    apps = signal.get("apps") or installed_apps
    try:
        rules = apps.get_model("reports", "ReminderRule")
    except LookupError:  # migrated back to before it existed
        return
    names = ("code", "name", "anchor", "step", "repeat_every", "audiences")
    rules.objects.bulk_create(
        [rules(**dict(zip(names, values, strict=True))) for values in DEFAULT_RULES], ignore_conflicts=True
    )
