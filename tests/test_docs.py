"""What the documents say is true of the code."""

import re
from pathlib import Path

from django.test import SimpleTestCase

from reports.ladder import COUNTS, DEFAULT_RULES
from reports.scoring import rules as scoring
from reports.scoring.points import EARNS

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"""\bcode\s*=\s*"([a-z_]+)\"""")
# Of commands alone, of signing in, and of the base class: no answer of the API bears them.
ELSEWHERE = {
    "list_not_readable",
    "not_possible",
    "password_incorrect",
    "period_not_finished",
    "period_unknown",
}


class ErrorCodeTest(SimpleTestCase):
    def test_every_code_an_answer_can_bear_is_documented(self):
        told = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
        raised = {
            (code, path.relative_to(ROOT).as_posix())
            for package in ("config", "plans", "tasks", "reports")
            for path in sorted((ROOT / package).rglob("*.py"))
            if not {"migrations", "management", "parser"} & set(path.parts)
            for code in CODE.findall(path.read_text(encoding="utf-8"))
        }
        missing = sorted(
            (code, path) for code, path in raised if f"`{code}`" not in told and code not in ELSEWHERE
        )
        self.assertEqual(missing, [])

    def test_every_document_that_is_named_is_there(self):
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
            for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
                self.assertTrue((path.parent / link).exists(), f"{path.name} → {link}")


class LadderTest(SimpleTestCase):
    def test_the_rules_that_are_told_are_those_an_office_starts_with(self):
        when = {
            "assigned": "assigned, not signed for",
            **dict.fromkeys(("before_due", "overdue"), "due date"),
            **dict.fromkeys(("before_report", "report_missing"), "report due"),
            **dict.fromkeys(("before_answer", "answer_missing"), "批示 to be answered by"),
        }
        expected = []
        for code, _, anchor, step, repeat, audiences in DEFAULT_RULES:
            side = "before" if COUNTS[anchor].ahead else "after"
            days = f"{step} {side}" if step else "on the day"
            days += f", then every {repeat}" if repeat else ""
            expected.append(f"| {code} | {when[anchor]} | {days} | {', '.join(audiences)} |")
        told = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8").splitlines()
        self.assertEqual([line for line in told if re.match(r"\| [a-z]+(-[a-z]+)?-\d+ ", line)], expected)


class ScoringTest(SimpleTestCase):
    def test_the_rules_that_are_told_are_those_an_office_starts_with(self):
        told = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
        rows = [
            line.split(" | ")[:4]
            for line in told.splitlines()
            if re.match(r"\| [a-z_]+ \| [^|]+ \| -?\d", line)
        ]
        expected = [[f"| {a}", name, points, helper] for a, name, points, helper, _ in scoring.DEFAULT_RULES]
        self.assertEqual(rows, expected)
        for anchor in EARNS:
            self.assertRegex(told, f"[| `]{anchor}[ `]")
