"""The real scheduler and worker for tests, as processes on the test's own servers."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection
from django.utils import timezone

from tests.cases import OfficeTransactionCase

SECONDS = 120  # far more than it takes: a loaded machine is no failure
LATEST = dt.time(23, 58, 30)
ROOT = Path(__file__).resolve().parent.parent


class RunningCase(OfficeTransactionCase):
    """Workers and schedulers that end with the test. Their digests go out at any hour."""

    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.processes: list[subprocess.Popen[bytes]] = []
        # In this order: the processes end before the database is emptied and the folder goes.
        self.addCleanup(self.end_all)
        # What is due today is overdue after midnight: a story of one day does not begin where that day ends.
        self.until(lambda: timezone.localtime().time() < LATEST)

    def start_worker(self, processes: int = 1, **environment: str) -> None:
        quiet = ("--without-mingle", "--without-gossip")
        name = f"worker{len(self.processes)}@%h"
        self.start("worker", f"--concurrency={processes}", *quiet, "-n", name, **environment)

    def start_scheduler(self, **environment: str) -> None:
        schedule = self.folder / f"schedule{len(self.processes)}"
        self.start("beat", "--pidfile=", "--schedule", str(schedule), **environment)

    def start(self, name: str, *arguments: str, **environment: str) -> None:
        log = (self.folder / f"{name}{len(self.processes)}.log").open("wb")
        self.addCleanup(log.close)
        ours = {"EMBED_DB": connection.settings_dict["NAME"], "DIGEST_AT": "00:00"}
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", name, "--loglevel=INFO", *arguments],
                cwd=ROOT,
                env=os.environ | ours | environment,
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
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def until(self, condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + SECONDS
        while not (value := condition()):
            dead = [process.args for process in self.processes if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                self.fail(f"waited in vain; ended: {dead}\n{self.logs()[-6000:]}")
            time.sleep(0.1)
        return value
