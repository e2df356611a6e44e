"""What is owed: lines of the ledger, made by the database from the rules and the tasks as they are."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import connection, transaction
from django.utils import timezone

from plans.org import workdays
from plans.org.models import User
from plans.org.workdays import DAY, Calendar
from reports.ladder import COUNTS, steps_on
from reports.models import JobRun, Reminder, ReminderRule
from tasks.models import Task
from tasks.services import open_report_periods
from tasks.services.periods import asked_until

JOB = "reports.jobs.make_reminders"
# After a longer outage the older steps are not worth telling any more.
FURTHEST_BACK = timedelta(days=31)
# What one rule says for some days. Joined on single dates: over 400,000 tasks that hashes in 2 seconds,
# while a join on ranges took 20.
FALLEN = """
    SELECT task.id AS task_id, %(rule)s::bigint AS rule_id, {report_period} AS report_period_id,
        {instruction} AS instruction_id, {date} AS due_on, on_day.step, audience, on_day.day AS remind_on
    FROM unnest(%(days)s::date[], %(known)s::date[], %(asked)s::date[], %(steps)s::int[], %(dates)s::date[])
        AS on_day (day, known, asked, step, counted_from)
    CROSS JOIN tasks_task task {joined}
    CROSS JOIN unnest(%(audiences)s::text[]) AS audience
    WHERE {date} = on_day.counted_from AND {waiting} AND task.assigned_on <= on_day.day
"""
# Ordered, so that two at once wait for one another and never both.
OWE = """
    INSERT INTO reports_reminder (task_id, rule_id, report_period_id, instruction_id, due_on, step, audience,
        remind_on, owed_at, outcome)
    SELECT fallen.*, %(now)s, '' FROM ({fallen}) fallen
    ORDER BY remind_on, task_id, instruction_id, step, audience
    ON CONFLICT DO NOTHING
"""
# Without what was told already. Numbered backwards: lists begin with the highest.
WOULD_BE_OWED = """
    SELECT count(*) OVER () + 1 - row_number() OVER place AS id, owed.*
    FROM ({fallen}) owed WHERE task_id IN ({visible}) AND NOT EXISTS (
        SELECT FROM reports_reminder told
        WHERE (told.task_id, told.rule_id, told.due_on, told.step, told.audience)
            = (owed.task_id, owed.rule_id, owed.due_on, owed.step, owed.audience)
            AND told.instruction_id IS NOT DISTINCT FROM owed.instruction_id
            AND told.delivered_at IS NOT NULL)
    WINDOW place AS (ORDER BY task_id, rule_id, instruction_id, due_on, step, audience)
"""


def owe(today: date, *, now: datetime, rules: Iterable[ReminderRule] | None = None) -> int:
    """Owe what the active rules (or `rules`) say for that day; how many lines are new. Harmless to repeat.

    Nothing on a day off. A step that fell before the task was assigned is never owed (plans imported late).
    """
    return owe_days([today], active_rules() if rules is None else rules, now)


def active_rules() -> list[ReminderRule]:
    return list(ReminderRule.objects.filter(is_active=True).order_by("id"))


def owe_days(days: Iterable[date], rules: Iterable[ReminderRule], now: datetime) -> int:
    """One statement a rule, however many tasks and days there are."""
    calendar = workdays.calendar()
    worked = [day for day in days if calendar.is_workday(day)]
    if not worked:
        return 0
    owed = 0
    with connection.cursor() as cursor:
        for rule in rules:
            given = values(rule, worked, calendar, timezone.localdate(now)) | {"now": now}
            cursor.execute(OWE.format(fallen=COUNTS[rule.anchor].put_into(FALLEN)), given)
            owed += cursor.rowcount
    return owed


def values(rule: ReminderRule, days: Iterable[date], calendar: Calendar, today: date) -> dict[str, Any]:
    """For FALLEN: each day with each step that falls on it."""
    rows = [
        (day, min(day, today), asked_until(day, calendar), step, counted_from)
        for day in days
        for step, counted_from in steps_on(rule, day, calendar)
    ]
    names = ("days", "known", "asked", "steps", "dates")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return {"rule": rule.pk, "audiences": sorted(set(rule.audiences)), **columns}


def catch_up(now: datetime) -> int:
    """Owe today's reminders and those of every day since the last run; how many are new.

    Today is looked at each time: a deadline moved this morning may have its step today. The second of two at
    once waits for the first, and finds nothing new. A clock that once ran ahead leaves no day out.
    """
    through = JobRun.objects.filter(job=JOB).values_list("through", flat=True).first()
    if through != timezone.localdate(now):  # else their own job has seen to it
        open_report_periods(now=now)
    return owe_missed_days(now)


@transaction.atomic
def owe_missed_days(now: datetime) -> int:
    today = timezone.localdate(now)
    run, _ = JobRun.objects.select_for_update().get_or_create(job=JOB, defaults={"ran_at": now})
    seen = min(run.through or today, today)
    first = min(today, max(seen + DAY, today - FURTHEST_BACK))
    days = [first + n * DAY for n in range((today - first).days + 1)]
    owed = owe_days(days, active_rules(), now)
    run.through, run.ran_at = today, now
    run.save(update_fields=["through", "ran_at"])
    return owed


class Preview:
    """What would go out on a day, of the tasks a person sees: unsaved lines, numbered, to be paged through.

    By the tasks and periods as they are now: what is done until then falls away, and of a period that has not
    begun nothing is there yet. A day off has none.
    """

    model = Reminder

    def __init__(self, day: date, user: User, today: date) -> None:
        self.day, self.user, self.today = day, user, today
        self.conditions: list[str] = []
        self.order = "id"

    def filter(self, *, pk__gt: int | None = None, pk__lt: int | None = None) -> Self:
        bounds = {"id >": pk__gt, "id <": pk__lt}
        self.conditions += [f"{bound} {int(pk)}" for bound, pk in bounds.items() if pk is not None]
        return self

    def order_by(self, name: str) -> Self:
        self.order = "id DESC" if name.startswith("-") else "id"
        return self

    def __getitem__(self, part: slice) -> list[Reminder]:
        calendar = workdays.calendar()
        rules = active_rules() if calendar.is_workday(self.day) else []
        if not rules:
            return []
        visible = Task.objects.visible_to(self.user).order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            days = [
                cursor.mogrify(
                    COUNTS[rule.anchor].put_into(FALLEN), values(rule, [self.day], calendar, self.today)
                )
                for rule in rules
            ]
            numbered = WOULD_BE_OWED.format(fallen=" UNION ALL ".join(days), visible=cursor.mogrify(*visible))
            where = " AND ".join(["true", *self.conditions])
            cursor.execute(
                f"SELECT * FROM ({numbered}) n WHERE {where} ORDER BY {self.order} LIMIT {part.stop:d}"
            )
            names = [column.name for column in cursor.description]
            return [Reminder(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
