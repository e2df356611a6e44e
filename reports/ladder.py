"""The reminder ladder: the steps an office starts with, and the arithmetic of when each falls."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.apps import apps as installed_apps

from config.days import FIRST_DAY
from plans.org.workdays import DAY, Calendar
from reports.models import ReminderRule
from tasks.states import Status

Anchor = ReminderRule.Anchor
# Which date of a task a rule counts from.
DATE = {Anchor.ASSIGNED: "assigned_on", Anchor.BEFORE_DUE: "due_on", Anchor.OVERDUE: "due_on"}
# Whom it still waits for: who applied to close has done its part, the suspended and declined wait for others.
WAITING = {
    Anchor.ASSIGNED: (Status.PENDING,),
    Anchor.BEFORE_DUE: (Status.PENDING, Status.IN_PROGRESS),
    Anchor.OVERDUE: (Status.PENDING, Status.IN_PROGRESS),
}
# A task overdue for ten years of weeks is told of no more: some end keeps a day's arithmetic short.
MOST_REPEATS = 500
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
)


def steps_on(rule: ReminderRule, day: date, calendar: Calendar) -> Iterator[tuple[int, date]]:
    """The rule's steps that fall on this working day, each with a date it is counted from: (step, date).

    A day off counts as the working day before it, both where a deadline is looked forward to and where days
    are counted after a date: a step falls on one day for a working day and the days off that follow it.
    """
    if rule.anchor == Anchor.BEFORE_DUE:
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
