"""The lines of docs/api.md, run by bash and curl against a real server with the demo's data."""

import json
import re
import shlex
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import skipUnless

from django.core.management import call_command
from django.test import LiveServerTestCase
from docx import Document

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "api.md"
PLAN = ["青垣市科学技术局2026年重点工作安排", "一、重点任务", "1.建设中试基地。（牵头单位：高新技术处）"]
PLAN += ["2.开展科普活动。（牵头单位：火星办）"]
# Keeps each call's status and answer, beside showing it.
CURL = """
curl() {
    local n; n=$(wc -l < statuses)
    command curl -sS --write-out '%{stderr}%{http_code}\\n' "$@" 2>>statuses | tee "answer.$n"
}
touch statuses
"""


def block() -> str:
    (found,) = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return found


def promised(script: str) -> list[tuple[int, str]]:
    """(status, what the answer shows) of each curl."""
    calls = re.findall(r"^curl .*?# (\d{3})([^\n]*)$", script, re.DOTALL | re.MULTILINE)
    return [(int(status), shows.strip()) for status, shows in calls]


@skipUnless(shutil.which("curl"), "needs curl")
class LineTest(LiveServerTestCase):
    reset_sequences = True  # the ids are those of a fresh demo

    def test_every_line_does_what_it_says(self):
        call_command("demo", stdout=StringIO())
        script, folder = block(), Path(self.enterContext(TemporaryDirectory()))
        plan = Document()
        for line in PLAN:
            plan.add_paragraph(line)
        plan.save(folder / "要点.docx")
        done = subprocess.run(
            ["bash", "-c", CURL + self.here(script)], cwd=folder, capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.stderr, "")
        statuses = [int(status) for status in (folder / "statuses").read_text().split()]
        expected = promised(script)
        self.assertEqual(script.count("\ncurl "), len(expected), "each line says what it answers with")
        for n, ((status, shows), given) in enumerate(zip(expected, statuses, strict=True)):
            answer = (folder / f"answer.{n}").read_text(encoding="utf-8")
            with self.subTest(f"line {n + 1}"):
                self.assertEqual(given, status, answer[:500])
                self.check(shows, answer)

    def here(self, script: str) -> str:
        """With this server's address and tokens."""
        script = script.replace("http://localhost:8000", self.live_server_url)
        return re.sub(r"\$\(python manage\.py (.*?)\)", lambda found: self.printed(found[1]), script)

    def printed(self, command: str) -> str:
        out = StringIO()
        call_command(*shlex.split(command), stdout=out)
        return out.getvalue().strip()

    def check(self, shows: str, answer: str) -> None:
        """`{"a": 1}` are members of the answer; one word or a header is in it."""
        if shows.startswith("{"):
            members = json.loads(shows)
            self.assertEqual(members, {name: json.loads(answer).get(name) for name in members})
        elif shows and shows.isascii() and (" " not in shows or ": " in shows):
            self.assertIn(shows.lower(), answer.lower())
