"""The real scheduler and worker, as processes: what is due reaches a person without anybody's doing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import skipUnless

from django.conf import settings
from django.db import connection
from django.utils import timezone

from plans.org.models import Workday
from reports.models import DigestLine, JobRun, Notification, Reminder
from tests.builders import a_task
from tests.cases import OfficeTransactionCase

SECONDS = 120  # far more than it takes: a loaded machine is no failure
ROOT = Path(__file__).resolve().parent.parent.parent


@skipUnless(settings.EMBEDDED, "needs the embedded servers")
class WorkerTests(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.processes: list[subprocess.Popen[bytes]] = []
        # In this order: the processes end before the database is emptied and the folder goes.
        self.addCleanup(self.end_all)

    def start(self, name: str, *arguments: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        self.addCleanup(log.close)
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", name, *arguments],
                cwd=ROOT,
                env={**os.environ, "EMBED_DB": connection.settings_dict["NAME"], "DIGEST_AT": "00:00"},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        )

    def end_all(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)
        self.ended, self.processes = self.processes, []

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("*.log"))

    def until(self, condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + SECONDS
        while not (value := condition()):
            dead = [process.args for process in self.processes if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                self.fail(f"waited in vain; ended: {dead}\n{self.logs()}")
            time.sleep(0.1)
        return value

    def test_a_deadline_reaches_the_people_who_must_act(self):
        today = timezone.localdate()
        for day in (today, today + timedelta(days=1)):  # whatever day it is, and should midnight come
            Workday.objects.create(day=day, is_workday=True)
        task = a_task(self.gxc, status="in_progress", due_on=today, issued_on=today)
        self.start("worker", "--concurrency=1", "--loglevel=INFO", "--without-mingle", "--without-gossip")
        self.start("beat", "--loglevel=INFO", "--pidfile=", "--schedule", str(self.folder / "schedule"))
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
