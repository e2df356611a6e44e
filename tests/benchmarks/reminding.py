"""What reminding costs: a day's lines of the ledger over nothing but open tasks, and the digests of them.

As most of the bureaus' tasks are closed, a temporary table stands before theirs: the same tasks, all open
and due in this year. In one transaction that is rolled back, in a process whose memory is measured.
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import date, datetime
from typing import Any

if __name__ == "__main__":  # else it is imported by a process that has done so
    import django

    django.setup()

from django.db import connection, transaction
from django.utils import timezone

from plans.org import workdays
from reports import digests, reminders
from reports.models import DigestLine, Notification
from tasks.models import Task
from tests.benchmarks.figures import ROOT, row
from tests.builders import at

LIKE_OURS = """
    CREATE TEMPORARY TABLE tasks_task (LIKE public.tasks_task INCLUDING ALL EXCLUDING INDEXES);
    INSERT INTO tasks_task ({columns}) SELECT {values} FROM public.tasks_task;
"""
INDEXES = """
    SELECT replace(indexdef, 'ON public.tasks_task', 'ON pg_temp.tasks_task') FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = 'tasks_task'
"""
THIS_YEAR = "make_date(%(year)s, extract(month FROM {0})::int, extract(day FROM {0})::int)"
OPEN = {
    "status": "CASE WHEN id %% 20 = 0 THEN 'pending' ELSE 'in_progress' END",
    "progress": "least(progress, 90)",
    "due_on": THIS_YEAR.format("due_on"),
    "assigned_on": THIS_YEAR.format("assigned_on"),
    "accepted_on": "NULL",
    "submitted_on": "NULL",
    "completed_on": "NULL",
}
# A constraint asks who signed; none of the rules does.
CONSTRAINT = "ALTER TABLE tasks_task DROP CONSTRAINT IF EXISTS tasks_task_accepted"


def measure() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.reminding"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "EMBED_DB": connection.settings_dict["NAME"],
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    for what, took, more in json.loads(answer.stdout):
        row(what, took, more=more)


def main() -> None:
    """On an ordinary day, and on the fullest: most deadlines are the year's last day."""
    calendar, year = workdays.calendar(), timezone.localdate().year
    days = {
        "an ordinary day": calendar.on_or_before(date(year, 9, 15)),
        "the fullest day": calendar.add(date(year, 12, 31), -10),
    }
    with transaction.atomic():
        with connection.cursor() as cursor:  # anew, so that what is rolled back leaves no empty pages behind
            cursor.execute("TRUNCATE reports_reminder, reports_notification CASCADE")
        count = open_all(year)
        figures = [figure for name, day in days.items() for figure in of_day(name, at(day), count)]
        transaction.set_rollback(True)
    json.dump(figures, sys.stdout)


def open_all(year: int) -> int:
    names = [field.column for field in Task._meta.concrete_fields if not field.generated]
    values = ", ".join(OPEN.get(name, f'"{name}"') for name in names)
    with connection.cursor() as cursor:
        create, insert, _ = LIKE_OURS.format(columns=", ".join(names), values=values).split(";")
        cursor.execute(create)
        cursor.execute(CONSTRAINT)
        cursor.execute(insert, {"year": year})
        count = cursor.rowcount
        cursor.execute(INDEXES)
        for (definition,) in cursor.fetchall():
            cursor.execute(definition)
        cursor.execute("ANALYZE tasks_task")
    return count


def of_day(name: str, now: datetime, count: int) -> list[tuple[str, float, str]]:
    day = timezone.localdate(now)
    owing, owed = timed(lambda: reminders.owe(day, now=now))
    memory = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reports_reminder")  # as autovacuum has done by the time of the digests
    telling, _ = timed(lambda: digests.make(day, now=now))
    lines = DigestLine.objects.filter(notification__digest_on=day).count()
    people = Notification.objects.filter(digest_on=day).count()
    return [
        (f"make_reminders, {name}", owing, f"{owed} owed by {count} open tasks, {memory}"),
        (f"digests, {name}", telling, f"{lines} lines for {people} people"),
    ]


def timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - start), result


if __name__ == "__main__":
    main()
