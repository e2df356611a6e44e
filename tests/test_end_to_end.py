"""The whole way over a real socket: a plan file goes in, tasks come out, one is worked through to its close.

Our own documents, one per layout, always; the labelled third-party plans too where their folder stands by.
"""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.test import LiveServerTestCase
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from plans.org.models import ApiToken
from tasks import record
from tasks.models import Task
from tests import cases

ROOT = Path(__file__).resolve().parent
OURS = sorted((ROOT / "data" / "plans").glob("*.txt"))
THEIRS = sorted((ROOT.parent.parent / "shared" / "plans" / "text").glob("*.txt"))


class Caller:
    """An integrator with a token and nothing but the standard library."""

    def __init__(self, server: str, token: str) -> None:
        self.base, self.token = f"{server}/api/v1/", token

    def __call__(self, method: str, path: str, body: Any = None, file: Path | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        data = None
        if file:
            with file.open("rb") as source:
                data = encode_multipart(BOUNDARY, {"file": source, **(body or {})})
            headers["Content-Type"] = MULTIPART_CONTENT
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


class EndToEndTest(cases.Office, LiveServerTestCase):
    def setUp(self) -> None:
        super().setUp()
        cases.hire(self)

    def caller(self, who: str) -> Caller:
        return Caller(self.live_server_url, ApiToken.issue(getattr(self, who), "程序", ["write"])[1])

    def test_each_layout_of_ours_goes_from_upload_to_close(self):
        self.assertGreaterEqual(len(OURS), 5)
        for path in OURS:
            with self.subTest(path.name):
                self.walk(path)

    def test_the_labelled_plans_go_the_same_way(self):
        if not THEIRS:
            self.skipTest("../shared/plans/text is not there")
        for path in THEIRS:
            with self.subTest(path.name):
                self.walk(path)

    def walk(self, path: Path) -> None:
        supervisor, viewer = self.caller("supervisor"), self.caller("viewer")
        status, plan = supervisor("POST", "plans/", {"issuer": "KJJ"}, file=path)
        self.assertEqual(status, 201, plan)
        wanted = [item for item in plan["items"] if item["kind"] == "task"]
        self.assertTrue(wanted)
        first = f"plans/{plan['id']}/items/{wanted[0]['id']}/"
        status, item = supervisor(
            "PATCH", first, {"lead": "GXC", "cooperating": ["CGC"], "due_on": "2026-12-20"}
        )
        self.assertEqual((status, item["lead"]["code"]), (200, "GXC"))
        issue = f"plans/{plan['id']}/issue/"
        self.assertEqual(supervisor("POST", issue, {"default_lead": "BGS"}), (201, {"tasks": len(wanted)}))
        self.assertEqual(supervisor("POST", issue, {}), (200, {"tasks": 0}))
        rows, url = [], f"tasks/?plan={plan['id']}&ordering=id&page_size=20"
        while url:
            status, page = viewer("GET", url)
            self.assertEqual(status, 200)
            rows, url = rows + page["results"], page["next"]
        self.assertEqual([row["title"] for row in rows], [item["heading"] for item in [item, *wanted[1:]]])
        self.close(rows[0])

    def close(self, row: dict[str, Any]) -> None:
        people = {who: self.caller(who) for who in ("liaison", "liaison2", "head", "supervisor", "leader")}
        actuals = [{"id": target["id"], "actual": target["value"]} for target in row["targets"]]
        for who, move, body, expected in [
            ("liaison", "accept", {}, "in_progress"),
            ("liaison2", "report", {"note": "已按分工完成。", "progress": 100}, "in_progress"),
            ("liaison", "report", {"note": "有序推进。", "progress": 90, "targets": actuals}, "in_progress"),
            ("head", "submit", {"note": "申请办结。"}, "submitted"),
            ("supervisor", "approve", {}, "completed"),
            ("leader", "close", {}, "closed"),
        ]:
            shown = people[who]("GET", f"tasks/{row['id']}/")[1]
            self.assertIn(move, [m["name"] for m in shown["moves"]], f"{who} is offered what works")
            status, task = people[who]("POST", f"tasks/{row['id']}/moves/{move}/", body)
            self.assertEqual((status, task.get("status")), (200, expected), task)
        self.assertEqual(
            (task["light"], task["progress"], task["moves"][0]["name"]), ("blue", 100, "recheck")
        )
        self.assertIsNone(record.broken_link(row["id"]))
        self.assertEqual(Task.objects.get(pk=row["id"]).events.count(), 7)
