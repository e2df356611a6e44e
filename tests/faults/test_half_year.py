"""Half a year of a bureau, day by day: exactly what is owed, told to exactly whom, and when."""

from pathlib import Path

from tests.cases import OfficeTransactionCase
from tests.faults import findings, reckoning, story
from tests.faults.player import Player, play, run_jobs
from tests.receivers import smtp_server

LEDGER = Path(__file__).parent.parent / "data" / "ledger-2026.txt"


def expected_ledger() -> list[str]:
    return [line for line in LEDGER.read_text().splitlines() if not line.startswith("#")]


class HalfYearTests(OfficeTransactionCase):
    maxDiff = None

    def test_everyone_is_told_exactly_what_the_ladder_says(self):
        reckoned = reckoning.reckon(story.moments())
        self.assertEqual(reckoned.ledger(), expected_ledger())
        with smtp_server() as mail, self.settings(EMAIL_HOST=mail.host, EMAIL_PORT=mail.port):
            play(Player(self), run_jobs, story.moments())
        self.assertEqual(findings.of_the_ledger(expected_ledger()), [])
        self.assertEqual(findings.of_messages(reckoned), [])
        self.assertEqual(findings.of_mails(mail.messages, reckoned), [])
