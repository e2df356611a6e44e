"""The real scheduler and worker, as processes: what is due reaches a person without anybody's doing."""

from datetime import date, timedelta
from unittest import skipUnless

from django.conf import settings
from django.utils import timezone

from plans.org.models import Workday
from reports import bulletins, summaries
from reports.models import Bulletin, DigestLine, JobRun, Notification, Reminder
from reports.periods import Period
from tests.builders import a_task, at
from tests.running import RunningCase


@skipUnless(settings.EMBEDDED, "needs the embedded servers")
class WorkerTests(RunningCase):
    def test_a_deadline_reaches_the_people_who_must_act(self):
        today = timezone.localdate()
        for day in (today, today + timedelta(days=1)):  # whatever day it is, and should midnight come
            Workday.objects.create(day=day, is_workday=True)
        task = a_task(self.gxc, status="in_progress", due_on=today, issued_on=today)
        self.start_worker()
        self.start_scheduler()
        self.until(lambda: Reminder.objects.filter(task=task).count() == 2)
        self.until(lambda: Notification.objects.filter(lines__reminder__task=task).count() == 2)
        self.assertEqual(
            set(DigestLine.objects.values_list("user__username", "reminder__rule__code")),
            {("head", "due-0"), ("liaison", "due-0")},
        )
        # That it was issued to them is told as well.
        self.until(lambda: Notification.objects.filter(event__kind="issued").count() == 2)
        jobs = {"reports.jobs.make_reminders", "reports.jobs.make_summaries", "tasks.jobs.mark_late"}
        self.until(lambda: jobs <= set(JobRun.objects.values_list("job", flat=True)))
        self.assertEqual(Reminder.objects.count(), 2)
        self.end_all()
        self.assertEqual({process.returncode for process in self.ended}, {0}, self.logs())

    def test_a_bulletin_is_made_by_whoever_is_there(self):
        a_task(self.gxc)
        now = at(date(2026, 4, 2))
        summary = summaries.make(Period.read("2026-03"), None, now=now)
        rows = bulletins.request(summary, actor=None, now=now)
        self.start_worker()
        self.start_scheduler()
        self.until(lambda: Bulletin.objects.filter(status="ready").count() == len(rows))
        made = Bulletin.objects.get(format="docx")
        self.assertEqual((made.done, made.total, made.attempt), (1, 1, 1))
        self.end_all()
