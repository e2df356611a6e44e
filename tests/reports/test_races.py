"""Two at once, with real commits: nothing is owed twice and nobody is told twice."""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from reports import delivery, reminders
from reports.models import JobRun, Notification, Reminder
from tests.builders import a_task, at
from tests.cases import OfficeTransactionCase
from tests.races import at_once

AT_ONCE = 4


class RaceTests(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        for n in range(6):
            a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15), title=f"任务{n}")

    def test_the_job_at_once_owes_each_reminder_once(self):
        owed = at_once(*[lambda: reminders.catch_up(self.now)] * AT_ONCE)
        self.assertEqual(sorted(owed), [0] * (AT_ONCE - 1) + [12])
        self.assertEqual(Reminder.objects.count(), 12)

    def test_the_job_and_the_command_at_once(self):
        other = self.now + timedelta(microseconds=1)
        owed = at_once(lambda: reminders.catch_up(self.now), lambda: reminders.owe(self.today, now=other))
        self.assertEqual((sum(owed), Reminder.objects.count()), (12, 12))

    def test_two_deliverers_tell_each_person_once_and_count_on(self):
        for day in (12, 14):
            moment = at(date(2026, 10, day))
            dealt_with = at_once(*[lambda moment=moment: delivery.deliver(moment)] * AT_ONCE)
            self.assertEqual(sorted(dealt_with), [0] * (AT_ONCE - 1) + [12])
        self.assertEqual((Reminder.objects.count(), Notification.objects.count()), (24, 4))
        self.assertEqual(set(Reminder.objects.values_list("number", flat=True)), {1, 2})

    def test_the_command_waits_for_the_job_and_never_the_job_for_it(self):
        def job() -> int:
            with transaction.atomic():
                delivery.take_turn(self.now)
                until_somebody_waits()
                return reminders.catch_up(self.now)

        def command() -> None:
            while not turn_is_taken():
                pass
            call_command("send_reminders", stdout=StringIO())

        JobRun.objects.create(job=delivery.JOB, ran_at=self.now)
        self.assertEqual(at_once(job, command)[0], 12)


def turn_is_taken() -> bool:
    with transaction.atomic():
        return not JobRun.objects.select_for_update(skip_locked=True).filter(job=delivery.JOB).exists()


def until_somebody_waits() -> None:
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    with connection.cursor() as cursor:
        while not cursor.execute(waiting).fetchone()[0]:
            pass
