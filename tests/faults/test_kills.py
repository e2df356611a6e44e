"""The half year again, with the worker killed fifty times on the way: nothing owed is lost, or owed twice."""

import time
from collections import Counter, defaultdict
from datetime import datetime
from email.message import EmailMessage
from random import Random
from threading import Timer
from typing import Any

from reports.models import Delivery
from tests.cases import OfficeTransactionCase
from tests.faults import findings, reckoning, story
from tests.faults.player import Player, play
from tests.faults.workers import Worker
from tests.receivers import MailServer, smtp_server

KILLS = 50
BY_MESSAGE = 0.25  # of them right after a message arrived
PAUSE = 0.003  # longer than it takes to note a message as sent


class KillsTests(OfficeTransactionCase):
    maxDiff = None

    def test_nothing_owed_is_lost_or_owed_twice(self):
        moments = story.moments(story.FEWER_HOURS)
        reckoned = reckoning.reckon(moments)
        with smtp_server() as mail, self.settings(EMAIL_HOST=mail.host, EMAIL_PORT=mail.port):
            mortal = Mortal(mail, len(moments))
            self.addCleanup(mortal.end)
            play(Player(self), mortal.run, moments)
            mortal.run(story.AFTER_ALL)  # what was claimed by one that died waits for its lease to end
        self.assertEqual(mortal.deaths, KILLS)
        self.assertEqual(findings.of_the_ledger(reckoned.ledger()), [])
        self.assertEqual(findings.of_messages(reckoned), [])
        self.check_mails(mail, reckoned)

    def check_mails(self, mail: MailServer, reckoned: reckoning.Bureau) -> None:
        """Each arrives; twice only those that the outbox says may have; no more than workers died."""
        times = Counter(each["Message-ID"] for each in mail.messages)
        first = {each["Message-ID"]: each for each in mail.messages}
        self.assertEqual(findings.of_mails(list(first.values()), reckoned), [])
        self.assertEqual(Delivery.objects.exclude(outcome="sent").count(), 0)
        twice = times.total() - len(times)
        admitted = sum(each.attempts - each.failures - 1 for each in Delivery.objects.maybe_twice())
        self.assertGreater(twice, 0)  # or nobody died between sending and noting it
        self.assertLessEqual(twice, admitted)
        self.assertLessEqual(admitted, KILLS)


class Mortal:
    """A worker that is killed again and again; each time another takes up where the ledger stands."""

    def __init__(self, mail: MailServer, runs: int) -> None:
        self.chance = Random(5)
        self.doomed = self.draw(runs)
        self.worker = Worker("run_jobs")
        self.deaths = self.runs = 0
        self.fates: list[bool] = []  # how those die whose time has come: by a message, or by the clock
        self.usual: dict[Any, float] = defaultdict(lambda: 0.05)  # how long a run takes at that hour
        mail.on_message = self.on_message

    def draw(self, runs: int) -> set[int]:
        """The runs in which a worker dies: one of each so many."""
        share = (runs - 10) / KILLS
        return {int(number * share + self.chance.random() * (share - 1)) for number in range(KILLS)}

    def run(self, at: datetime) -> None:
        if self.runs in self.doomed:
            self.fates.append(self.chance.random() < BY_MESSAGE)
        self.runs += 1
        while not self.lives_through(at):
            self.deaths += 1
            self.fates.pop(0)
            self.worker.end()
            self.worker = Worker("run_jobs")

    def lives_through(self, at: datetime) -> bool:
        """Whose hour it is dies now; whoever is done sooner has a respite until the next time."""
        timer = None
        if self.fates and not self.fates[0]:
            timer = Timer(self.chance.uniform(0, self.usual[at.time()]), self.worker.kill)
            timer.start()
        start = time.monotonic()
        alive = self.worker.run(at)
        if timer:
            timer.cancel()
        elif alive:
            self.usual[at.time()] = time.monotonic() - start
        return alive

    def on_message(self, message: EmailMessage) -> None:
        """It has arrived; the worker does not know it yet, or has just noted it."""
        if self.fates and self.fates[0]:
            if self.chance.random() < 0.5:
                self.worker.kill()
            else:
                Timer(self.chance.uniform(0, PAUSE), self.worker.kill).start()

    def end(self) -> None:
        self.worker.end()
