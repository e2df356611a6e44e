"""Two schedulers and four workers at once: the same ledger, and nobody is told twice."""

from datetime import date, datetime, time

from reports.models import Delivery
from tests.cases import OfficeTransactionCase
from tests.faults import findings, reckoning, story
from tests.faults.player import Player, play
from tests.faults.workers import Worker
from tests.receivers import smtp_server

OWING, TELLING = 2, 4
# Two months are enough: six processes for each day.
MOMENTS = story.moments([time(8, 30)], last=date(2026, 8, 31))


class AtOnceTests(OfficeTransactionCase):
    maxDiff = None

    def test_the_ledger_and_the_messages_are_those_of_one(self):
        reckoned = reckoning.reckon(MOMENTS)
        with smtp_server() as mail, self.settings(EMAIL_HOST=mail.host, EMAIL_PORT=mail.port):
            workers = [Worker("owe") for _ in range(OWING)] + [Worker("tell") for _ in range(TELLING)]
            for worker in workers:
                self.addCleanup(worker.end)

            def run(at: datetime) -> None:
                for worker in workers:
                    worker.start(at)
                self.assertTrue(all([worker.wait(at) for worker in workers]), at)

            play(Player(self), run, MOMENTS)
        self.assertEqual(findings.of_the_ledger(reckoned.ledger()), [])
        self.assertEqual(findings.of_messages(reckoned), [])
        self.assertEqual(findings.of_mails(mail.messages, reckoned), [])
        self.assertEqual(set(Delivery.objects.values_list("outcome", "attempts")), {("sent", 1)})
