"""What sending costs: digests out of the outbox to a local SMTP server, which runs in its own process."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from plans.org.models import User
from reports import outbox
from reports.channels import email
from reports.models import Delivery, DigestLine, Notification, Reminder, ReminderRule
from tasks.models import Task
from tests.benchmarks.figures import ROOT, row

DIGESTS = 2000
LINES = 5
# Says its port; at the end of its input how many messages it took.
SERVER = """
import sys
from tests.receivers import smtp_server
with smtp_server() as server:
    print(server.port, flush=True)
    sys.stdin.read()
print(len(server.messages), flush=True)
"""


def measure() -> None:
    now = timezone.now()
    with server() as port, override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port), digests(now):
        letters = [email.compose(delivery) for delivery in Delivery.objects.order_by("id")[:200]]
        start = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", port) as line:
            for letter in letters:
                line.sendmail(letter.sender, letter.recipient, letter.content)
        bare = 1000 * (time.perf_counter() - start) / len(letters)
        start = time.perf_counter()
        sent = outbox.send(now, seconds=600)
        took = time.perf_counter() - start
    assert sent == DIGESTS, sent
    row(f"deliver, {sent} digests by SMTP", 1000 * took, more=f"{sent / took:8.0f} a second")
    row("each, beside smtplib alone", 1000 * took / sent, bare)


@contextmanager
def server() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield int(process.stdout.readline())
    taken, _ = process.communicate()
    assert int(taken) == DIGESTS + 200, taken


@contextmanager
def digests(now: datetime) -> Iterator[None]:
    """So many people with a digest of five lines each; gone afterwards."""
    rule, today = ReminderRule.objects.filter(anchor="before_due").first(), timezone.localdate(now)
    said: dict[str, Any] = {"rule": rule, "due_on": today, "step": 0, "audience": "head", "remind_on": today}
    tasks = Task.objects.order_by("-id")[:LINES]
    reminders = Reminder.objects.bulk_create(Reminder(task=task, owed_at=now, **said) for task in tasks)
    people = User.objects.bulk_create(
        User(username=f"bench{n}", email=f"bench{n}@example.test") for n in range(DIGESTS)
    )
    title = f"今日督办提醒{LINES}项：到期{LINES}项"
    text = "\n".join(
        f"{n}. {reminder.task.code} {reminder.task.title}" for n, reminder in enumerate(reminders)
    )
    with transaction.atomic():
        messages = Notification.objects.bulk_create(
            Notification(user=person, title=title, text=text, created_at=now) for person in people
        )
        DigestLine.objects.bulk_create(
            DigestLine(notification=message, reminder=reminder, user_id=message.user_id)
            for message in messages
            for reminder in reminders
        )
        outbox.post(messages, now)
    try:
        yield
    finally:
        Notification.objects.filter(pk__in=[message.pk for message in messages]).delete()
        Reminder.objects.filter(pk__in=[reminder.pk for reminder in reminders]).delete()
        User.objects.filter(pk__in=[person.pk for person in people]).delete()
