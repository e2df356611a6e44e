from pathlib import Path

from django.test import SimpleTestCase

from tasks.models import TaskEvent
from tasks.states import MOVES, OPEN, TIMED, Status, as_markdown

WORKFLOW = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


class MovesTableTest(SimpleTestCase):
    def test_every_move_has_an_event_of_its_name(self):
        self.assertLessEqual(set(MOVES), set(TaskEvent.Kind.values))

    def test_every_status_is_reached_and_only_cancelled_is_final(self):
        reached = {move.target for move in MOVES.values() if move.target}
        self.assertEqual(reached, set(Status))
        left = {source for move in MOVES.values() for source in move.sources}
        self.assertEqual(set(Status) - left, {Status.CANCELLED})

    def test_a_running_clock_is_always_open(self):
        self.assertLess(set(TIMED), set(OPEN))

    def test_the_document_is_printed_from_the_table(self):
        """Print it anew: python manage.py print_workflow > docs/workflow.md"""
        self.assertEqual(WORKFLOW.read_text(encoding="utf-8"), as_markdown())
