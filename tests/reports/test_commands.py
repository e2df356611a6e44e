"""send_reminders and make_summary by hand."""

from datetime import timedelta
from io import StringIO

from django.core.management import CommandError, call_command
from django.utils import timezone

from reports.models import JobRun, Notification, Reminder
from tests.builders import a_task
from tests.cases import OfficeCase


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class SendRemindersTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=self.today + timedelta(days=1))
        self.expected = (
            f"{self.task.code}\tdue-1\t1\thead\thead\n{self.task.code}\tdue-1\t1\tliaison\tliaison\n"
        )

    def test_one_line_for_each_reminder_then_they_are_delivered(self):
        self.assertEqual(run("send_reminders", "--today", "2026-10-14"), self.expected)
        self.assertEqual(Notification.objects.count(), 2)
        self.assertEqual(Reminder.objects.filter(outcome="sent").count(), 2)

    def test_again_prints_and_sends_nothing(self):
        run("send_reminders", "--today", "2026-10-14")
        self.assertEqual(run("send_reminders", "--today", "2026-10-14"), "")
        self.assertEqual(Notification.objects.count(), 2)

    def test_a_dry_run_prints_the_same_and_changes_nothing(self):
        self.assertEqual(run("send_reminders", "--today", "2026-10-14", "--dry-run"), self.expected)
        self.assertEqual(Reminder.objects.count() + Notification.objects.count(), 0)
        self.assertEqual(run("send_reminders", "--dry-run"), run("send_reminders", "--dry-run"))
        self.assertEqual(Reminder.objects.count() + JobRun.objects.count(), 0)

    def test_exactly_that_day_and_no_other(self):
        run("send_reminders", "--today", "2026-10-14")
        self.assertFalse(JobRun.objects.filter(job="reports.jobs.make_reminders").exists())
        self.assertEqual(run("send_reminders", "--today", "2026-10-11"), "")  # a Sunday

    def test_without_a_day_it_does_what_the_job_does(self):
        today = timezone.localdate()
        JobRun.objects.create(
            job="reports.jobs.make_reminders", through=today - timedelta(days=10), ran_at=timezone.now()
        )
        a_task(self.cgc, issued_on=today - timedelta(days=7), due_on=today + timedelta(days=300))
        self.assertIn("\tunsigned-2\t2\tliaison\tliaison2\n", run("send_reminders"))
        self.assertEqual(JobRun.objects.get(job="reports.jobs.make_reminders").through, today)

    def test_after_an_outage_only_the_latest_has_recipients(self):
        today = timezone.localdate()
        task = a_task(
            self.cgc,
            status="in_progress",
            issued_on=today - timedelta(days=60),
            due_on=today - timedelta(days=20),
        )
        JobRun.objects.create(
            job="reports.jobs.make_reminders", through=today - timedelta(days=30), ran_at=timezone.now()
        )
        lines = [line.split("\t") for line in run("send_reminders").splitlines()]
        told = [people for code, rule, *_, people in lines if (code, rule) == (task.code, "overdue-7")]
        self.assertGreater(len(told), 1)
        self.assertEqual(told, [""] * (len(told) - 1) + ["leader"])

    def test_an_empty_post_shows_who_is_told_instead(self):
        self.liaison.memberships.all().delete()
        self.assertIn("\tliaison\tsupervisor\n", run("send_reminders", "--today", "2026-10-14"))

    def test_a_day_that_is_none_is_refused_in_one_line(self):
        for wrong in ("2026-02-30", "morgen", "0001-01-01"):
            with self.subTest(wrong), self.assertRaisesRegex(CommandError, f"--today {wrong}"):
                run("send_reminders", "--today", wrong)
