"""What is owed: lines of the ledger, made by the database from the rules and the tasks as they are."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from plans.org import workdays
from plans.org.workdays import DAY, Calendar
from reports.ladder import DATE, WAITING, steps_on
from reports.models import JobRun, ReminderRule

JOB = "reports.jobs.make_reminders"
# After a longer outage the older steps are not worth telling any more.
FURTHEST_BACK = timedelta(days=31)
# Joined on single dates: over 400,000 tasks that hashes in 2 seconds, while a join on ranges took 20.
# Ordered, so that two at once wait for one another and never both.
OWE = """
    INSERT INTO reports_reminder (task_id, rule_id, due_on, step, audience, remind_on, owed_at, outcome)
    SELECT task.id, %(rule)s, task.{date}, fallen.step, audience, %(day)s, %(now)s, ''
    FROM unnest(%(steps)s::int[], %(dates)s::date[]) AS fallen (step, counted_from)
    JOIN tasks_task task ON task.{date} = fallen.counted_from
    CROSS JOIN unnest(%(audiences)s::text[]) AS audience
    WHERE task.status IN ({waiting}) AND task.assigned_on <= %(day)s
    ORDER BY task.id, fallen.step, audience
    ON CONFLICT DO NOTHING
"""


def owe(today: date, *, now: datetime, rules: Iterable[ReminderRule] | None = None) -> int:
    """Owe what the active rules (or `rules`) say for that day; how many lines are new. Harmless to repeat.

    Nothing on a day off. A step that fell before the task was assigned is never owed (plans imported late).
    """
    return owe_day(today, workdays.calendar(), active_rules() if rules is None else rules, now)


def active_rules() -> list[ReminderRule]:
    return list(ReminderRule.objects.filter(is_active=True).order_by("id"))


def owe_day(day: date, calendar: Calendar, rules: Iterable[ReminderRule], now: datetime) -> int:
    if not calendar.is_workday(day):
        return 0
    return sum(owe_rule(rule, day, calendar, now) for rule in rules)


def owe_rule(rule: ReminderRule, day: date, calendar: Calendar, now: datetime) -> int:
    """One statement, however many tasks there are."""
    steps, dates = zip(*steps_on(rule, day, calendar), strict=True)
    waiting = ", ".join(f"'{status}'" for status in WAITING[rule.anchor])
    with connection.cursor() as cursor:
        cursor.execute(
            OWE.format(date=DATE[rule.anchor], waiting=waiting),
            {
                "rule": rule.pk,
                "day": day,
                "now": now,
                "steps": list(steps),
                "dates": list(dates),
                "audiences": rule.audiences,
            },
        )
        return cursor.rowcount


@transaction.atomic
def catch_up(now: datetime) -> int:
    """Owe today's reminders and those of every day since the last run; how many are new.

    Today is looked at each time: a deadline moved this morning may have its step today. The second of two at
    once waits for the first, and finds nothing new.
    """
    today, calendar = timezone.localdate(now), workdays.calendar()
    run, _ = JobRun.objects.select_for_update().get_or_create(job=JOB, defaults={"ran_at": now})
    seen = run.through or today
    day = min(today, max(seen + DAY, today - FURTHEST_BACK))
    rules, owed = active_rules(), 0
    while day <= today:
        owed += owe_day(day, calendar, rules, now)
        day += DAY
    run.through, run.ran_at = max(seen, today), now
    run.save(update_fields=["through", "ran_at"])
    return owed
