"""Two at once, with real commits: nothing is owed twice and nobody is told twice."""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction

from reports import delivery, reminders, summaries
from reports.models import JobRun, Notification, Reminder, Summary
from reports.periods import Period
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


class SummaryRaceTests(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        a_task(self.gxc, cooperating=[self.cgc], issued_on=date(2026, 8, 31))

    def test_two_schedulers_make_each_summary_once(self):
        at_once(*[lambda: summaries.make_missing(self.now)] * AT_ONCE)
        once = Summary.objects.values("period", "department").distinct().count()
        self.assertEqual(Summary.objects.count(), once)
        self.assertEqual(summaries.make_missing(self.now), 0)

    def test_asked_for_at_once_all_get_the_same_one(self):
        made = at_once(*[lambda: summaries.make(Period.read("2026-09"), None, now=self.now).pk] * AT_ONCE)
        self.assertEqual((len(set(made)), Summary.objects.count()), (1, 1))

    def test_of_two_editors_at_once_one_is_told(self):
        pk = summaries.make(Period.read("2026-09"), None, now=self.now).pk

        def edit(text):
            return summaries.edit(pk, text, actor=self.admin, now=self.now, version=0)

        came = at_once(lambda: edit("甲的正文。"), lambda: edit("乙的正文。"))
        kept = Summary.objects.get(pk=pk)
        self.assertEqual(kept.version, 1)
        self.assertEqual(sum(isinstance(one, summaries.SummaryChanged) for one in came), 1)
        self.assertIn(kept.narrative, [one.narrative for one in came if isinstance(one, Summary)])

    def test_an_edit_and_a_release_at_once_never_mix(self):
        pk = summaries.make(Period.read("2026-09"), None, now=self.now).pk
        common = {"actor": self.admin, "now": self.now, "version": 0}
        came = at_once(
            lambda: summaries.edit(pk, "改过的正文。", **common), lambda: summaries.release(pk, **common)
        )
        self.assertEqual(sum(isinstance(one, summaries.SummaryChanged) for one in came), 1)
        self.assertEqual(Summary.objects.get(pk=pk).version, 1)


def turn_is_taken() -> bool:
    with transaction.atomic():
        return not JobRun.objects.select_for_update(skip_locked=True).filter(job=delivery.JOB).exists()


def until_somebody_waits() -> None:
    waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
    with connection.cursor() as cursor:
        while not cursor.execute(waiting).fetchone()[0]:
            pass
