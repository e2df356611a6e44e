"""Two real schedulers and four real workers at once: today's ledger and messages are those of one."""

import re
from collections import Counter
from datetime import timedelta
from unittest import skipUnless

from django.conf import settings
from django.utils import timezone

from plans.org.models import Workday
from reports.models import Delivery, DigestLine, Notification, Reminder
from tests.builders import a_task
from tests.receivers import smtp_server
from tests.running import RunningCase

TASKS = 20
JOBS = ("make_reminders", "deliver", "tell_events")


@skipUnless(settings.EMBEDDED, "needs the embedded servers")
class SchedulersTests(RunningCase):
    def test_everyone_hears_once(self):
        today = timezone.localdate()
        for day in (today, today + timedelta(days=1)):  # whatever day it is, and should midnight come
            Workday.objects.create(day=day, is_workday=True)
        for number in range(TASKS):
            lead = (self.gxc, self.cgc)[number % 2]
            a_task(lead, status="in_progress", due_on=today, issued_on=today, title=f"第{number}项")
        with smtp_server() as mail:
            to = {"EMAIL_HOST": mail.host, "EMAIL_PORT": str(mail.port), "EMAIL_FROM": "office@example.test"}
            for _ in range(2):
                self.start_worker(2, **to)
                self.start_scheduler(**to)
            self.until(lambda: all(self.succeeded(job) >= 2 for job in JOBS))
            self.until(lambda: Delivery.objects.filter(outcome="sent").count() == 8)
            self.end_all()
        people = {"head", "liaison", "head2", "liaison2"}
        told = Counter(DigestLine.objects.values_list("user__username", flat=True))
        self.assertEqual(told, dict.fromkeys(people, TASKS // 2))
        self.assertEqual(Reminder.objects.filter(outcome="sent", number=1).count(), 2 * TASKS)
        self.assertEqual(Reminder.objects.count(), 2 * TASKS)
        # Each person a digest, and one message of all that was issued to them.
        self.assertEqual(Notification.objects.exclude(digest_on=None).count(), len(people))
        self.assertEqual(Notification.objects.exclude(event=None).count(), len(people))
        mails = Counter(address for message in mail.messages for address in message.rcpt_tos)
        self.assertEqual(mails, {f"{person}@example.test": 2 for person in people})

    def succeeded(self, job: str) -> int:
        """How often it has run, whoever ran it."""
        return len(re.findall(rf"reports\.jobs\.{job}\[.*succeeded", self.logs()))
