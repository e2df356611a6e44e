"""Another bureau's supervisor walks through every id there is, and finds nothing of ours."""

import io
import re
import zipfile
from itertools import product
from typing import Any

from django.db import transaction

from tests import bureaus, routes
from tests.cases import OfficeCase
from tests.snapshots import everything


class WalkTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.ours, self.theirs = bureaus.the_cast(self), bureaus.another(self)
        bureaus.Furnished(self, self.ours)
        self.foreign = {kind: set(ids(kind)) for kind in routes.KINDS}
        # The organisation chart is open to everybody in it.
        self.foreign["departments"] = set()
        bureaus.Furnished(self, self.theirs)
        person = self.theirs.people["supervisor"]
        self.outsider, self.insider = self.as_(person), self.as_("supervisor")
        own = set(person.tokens.values_list("pk", flat=True))
        self.foreign["tokens"] = set(ids("tokens")) - own
        self.before = everything()

    def foreign_addresses(self, operation: routes.Operation) -> list[str]:
        """Every path with at least one id of ours: ours throughout, and ours under parents of their own."""
        kinds = [kind for kind, _ in operation.ids]
        found = []
        for given in product(*(ids(kind) for kind in kinds)):
            if any(pk in self.foreign[kind] for kind, pk in zip(kinds, given, strict=True)):
                names = dict(zip((name for _, name in operation.ids), given, strict=True))
                found.append(routes.PREFIX + operation.path.format(**names))
        # Neither all of ours under all of theirs nor the reverse tells more than some of each.
        return found[:: max(1, len(found) // 60)]

    def test_ids_of_ours_are_not_there(self):
        asked = 0
        for operation in routes.operations():
            for url in self.foreign_addresses(operation) if operation.ids else ():
                with self.subTest(f"{operation.method} {url}"), transaction.atomic():
                    response = getattr(self.outsider, operation.method.lower())(url)
                    self.assertEqual(response.status_code, 404)
                    self.assertNotIn(self.ours.mark, text(response))
                asked += 1
        self.assertGreater(asked, 500)
        self.assertEqual(everything(), self.before)

    def test_what_is_theirs_tells_nothing_of_ours(self):
        shown = 0
        for operation in routes.operations():
            if operation.writes:
                continue
            for url in operation.addresses():
                response = self.outsider.get(url, EXTRA.get(operation.path, {}))
                with self.subTest(url):
                    # 409: there is nothing to write a letter about.
                    answers = (200, 404, 409) if operation.path.endswith("letter/") else (200, 404)
                    self.assertIn(response.status_code, answers)
                    self.assertNotIn(self.ours.mark, text(response))
                shown += self.theirs.mark in text(response)
        self.assertGreater(shown, 50, "they see their own")

    def test_no_search_or_filter_finds_ours(self):
        plan, lead = self.ours.ids["issued"], self.ours.lead.code
        for path in ("tasks/", "tasks/export/"):
            for query in ({"q": self.ours.mark}, {"plan": plan}, {"department": lead}, {"lead": lead}):
                url = routes.PREFIX + path
                with self.subTest(f"{path} {query}"):
                    self.assertIn(self.ours.mark, text(self.insider.get(url, query)))
                    self.assertNotIn(self.ours.mark, text(self.outsider.get(url, query)))
        for report in ("overview", "overdue"):
            refused = self.outsider.get(f"{routes.PREFIX}reports/{report}/", {"plan": plan})
            self.assertEqual(
                (refused.status_code, refused.json()["errors"][0]["code"]), (400, "plan_unknown")
            )

    def test_cursors_of_others_lead_nowhere_else(self):
        followed = 0
        for operation in routes.operations():
            if operation.ids or not operation.named("cursor"):
                continue
            page = self.insider.get(routes.PREFIX + operation.path, {"page_size": 1}).json()
            if page["next"]:
                with self.subTest(operation.path):
                    self.assertNotIn(self.ours.mark, text(self.outsider.get(page["next"])))
                followed += 1
        self.assertGreaterEqual(followed, 4)
        feed = self.insider.get(f"{routes.PREFIX}events/", {"page_size": 1}).json()
        rest = self.outsider.get(f"{routes.PREFIX}events/", {"after": feed["cursor"]})
        self.assertEqual(rest.status_code, 200)
        self.assertNotIn(self.ours.mark, text(rest))

    def test_bulk_moves_know_nothing_of_ours(self):
        body = {"move": "approve", "ids": sorted(self.foreign["tasks"]), "note": "办结"}
        answer = self.outsider.post(f"{routes.PREFIX}tasks/bulk/", body)
        self.assertEqual({row["code"] for row in answer.json()["results"]}, {"not_found"})
        self.assertEqual({row["status"] for row in answer.json()["results"]}, {None})
        self.assertEqual(everything(), self.before)


# What some reads can't do without.
EXTRA: dict[str, dict[str, Any]] = {
    "workdays/": {"from": "2026-10-14", "days": 5},
    "summaries/{id}/file/": {"format": "xlsx"},
    "tasks/{id}/letter/": {"kind": "notice"},
    "departments/{id}/letter/": {"kind": "notice"},
}


def ids(kind: str) -> list[int]:
    return list(routes.KINDS[kind][0].objects.order_by("pk").values_list("pk", flat=True))


def text(response: Any) -> str:
    """All that an answer says, workbooks included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return re.sub(
        r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), content.decode("utf-8", "replace")
    )
