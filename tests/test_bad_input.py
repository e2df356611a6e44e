"""Whatever is sent: a refusal with a code, and nothing saved; or it is kept as text and shown as text."""

import base64
import io
import json
import re
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from reports.webhooks import services as webhooks
from tests import bureaus, hostile, routes
from tests.cases import OfficeCase
from tests.snapshots import everything

# What depends on the body alone.
REFUSED = (400, 413, 415)


class HostileBodyTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.bureau = bureaus.the_cast(self)
        given = {"name": "推送", "url": "https://hook.example.test/", "by": None, "now": self.now}
        webhooks.make(self.admin, **given)  # the first that there is
        bureaus.Furnished(self, self.bureau)
        self.client = self.as_("admin")
        self.before = everything()
        self.wrong: list[str] = []

    def nothing_was_taken(self) -> None:
        self.assertEqual(self.wrong, [])
        self.assertEqual(everything(), self.before)

    def writing(self, media: str) -> list[tuple[routes.Operation, str]]:
        """Operations that take such a body, each with an address where a sound one would be taken."""
        found = []
        for operation in routes.operations():
            if operation.writes and media in operation.media:
                busy = f"tasks/{self.bureau.ids['busy']}/"
                addresses = operation.addresses()
                found.append((operation, next((url for url in addresses if busy in url), addresses[0])))
        return found

    def refuses(self, operation: routes.Operation, url: str, why: str, body: Any, **how: Any) -> None:
        response = getattr(self.client, operation.method.lower())(url, body, **how)
        said = f"{operation}: {why} → {response.status_code} {response.content.decode()[:200]}"
        if response.status_code not in REFUSED:
            self.wrong.append(said)
        else:
            self.assertEqual(response["Content-Type"], "application/problem+json", said)
            self.assertTrue(response.json()["code"], said)

    def test_no_field_of_any_body_takes_what_it_is_not(self):
        for operation, url in self.writing("application/json"):
            for why, body in hostile.bodies(operation):
                self.refuses(operation, url, why, json.dumps(body), content_type="application/json")
        self.nothing_was_taken()

    def test_bytes_that_are_no_json(self):
        for operation, url in self.writing("application/json"):
            for why, body in hostile.RAW.items():
                self.refuses(operation, url, why, body, content_type="application/json")
            self.refuses(operation, url, "another type", "note=x", content_type="text/plain")
        self.nothing_was_taken()

    def test_forms_with_files(self):
        self.client, self.before = self.as_("supervisor"), everything()  # who may bring in plans
        for operation, url in self.writing("multipart/form-data"):
            file = ("要点.txt", b"1. x")
            for why, body in {
                "no file": {},
                "a text for a file": {"file": "x"},
                "an empty file": {"file": ("x.txt", b"")},
                "a field that is not known": {"file": file, "colour": "red"},
                "a type that it is not": {"file": ("x.pdf", b"\x7fELF\x02\x01" + bytes(100))},
                **{f"{name} = NUL": {"file": file, name: "x\0y"} for name in self.fields(operation)},
                **{f"{name} too long": {"file": file, name: "长" * 6000} for name in self.fields(operation)},
            }.items():
                sent = {n: SimpleUploadedFile(*v) if isinstance(v, tuple) else v for n, v in body.items()}
                self.refuses(operation, url, why, sent, format="multipart")
            self.refuses(operation, url, "as JSON", {"file": "x"}, format="json")
        self.nothing_was_taken()

    def fields(self, operation: routes.Operation) -> list[str]:
        schema = routes.resolve(operation.media["multipart/form-data"]["schema"])
        return [name for name in schema["properties"] if name != "file"]

    def test_parameters_that_are_not_known(self):
        asked = 0
        for operation in routes.operations():
            url = f"{operation.addresses()[0]}?colour=red"
            with self.subTest(str(operation)):
                response = getattr(self.client, operation.method.lower())(url)
                self.assertEqual((response.status_code, response.json()["code"]), (400, "unknown_parameter"))
            asked += 1
        self.assertGreater(asked, 60)
        self.assertEqual(everything(), self.before)

    def test_cursors_that_were_tampered_with(self):
        lists = [op for op in routes.operations() if op.named("cursor")]
        self.assertGreater(len(lists), 10)
        for operation in lists:
            for cursor in TAMPERED:
                with self.subTest(f"{operation} {cursor:.40}"):
                    response = self.client.get(operation.addresses()[0], {"cursor": cursor})
                    self.assertEqual((response.status_code, response.json()["code"]), (400, "bad_cursor"))
        for cursor in TAMPERED:
            with self.subTest(f"the feed {cursor:.40}"):
                response = self.client.get(f"{routes.PREFIX}events/", {"after": cursor})
                self.assertEqual((response.status_code, response.json()["code"]), (400, "bad_cursor"))


def coded(parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


TAMPERED = [
    *("x", "====", "你好", "\0", "A" * 5000, "../../etc/passwd", "' OR 1=1 --"),
    *(coded(parts) for parts in (None, 5, [], {}, ["id"], ["id", 1, "x", 1], ["id", False, "x", 2**70])),
    *(
        coded(parts)
        for parts in (["due_on", False, "x'; --", 1], ["colour", False, "1", 1], [["id"], False, "1", 1])
    ),
]
SCRIPT = "<script>alert('甲')</script>"


class InertTextTest(OfficeCase):
    """A bureau whose every text is a formula and a script: pages and workbooks show it, and that is all."""

    def setUp(self) -> None:
        super().setUp()
        self.bureau = bureaus.the_cast(self)
        self.bureau.mark = f"=1+1{SCRIPT}"
        bureaus.Furnished(self, self.bureau)
        self.ids = {**self.bureau.ids, "pk": self.bureau.ids["busy"]}

    def test_pages_show_it_as_text(self):
        shown = 0
        for who in ("supervisor", "liaison", "leader"):
            self.client.force_login(self.bureau.people[who])
            for url in page_urls(self.bureau.ids):
                response = self.client.get(url)
                text = content_of(response).decode("utf-8", "replace")
                if "text/html" not in response.get("Content-Type", ""):
                    continue
                with self.subTest(f"{url} for {who}"):
                    self.assertLess(response.status_code, 500)
                    self.assertNotIn("<script>alert", text)
                    self.assertNotIn("onclick=", text)
                shown += "&lt;script&gt;alert" in text
        self.assertGreater(shown, 8)

    def test_cells_are_no_formulas(self):
        client, export = self.as_("supervisor"), f"{routes.PREFIX}tasks/export/"
        with zipfile.ZipFile(io.BytesIO(content_of(client.get(export, {"format": "xlsx"})))) as book:
            parts = {name: book.read(name).decode("utf-8", "replace") for name in book.namelist()}
        self.assertIn("&lt;script&gt;", "".join(parts.values()))
        sheets = "".join(text for name, text in parts.items() if name.startswith("xl/worksheets/sheet"))
        self.assertNotRegex(sheets, r"<f[ >]")
        lines = content_of(client.get(export, {"format": "csv"})).decode()
        self.assertIn("=1+1", lines)
        self.assertNotRegex(lines, r'(^|,|\n)"?[=+@]')


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def page_urls(ids: dict[str, int]) -> list[str]:
    """Every page, of a plan or a task where it is about one."""
    found = []
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "":
            for page in pattern.url_patterns:
                if isinstance(page, URLPattern):
                    found += filled(str(page.pattern), ids)
    return found


def filled(route: str, ids: dict[str, int]) -> list[str]:
    owner = "busy" if route.startswith("tasks") else "issued"
    of = {"tasks": ["busy", "waiting", "whole"], "plans": ["draft", "issued"]}.get(
        route.split("/")[0], [owner]
    )
    return list(dict.fromkeys("/" + re.sub(r"<int:\w+>", str(ids[name]), route) for name in of))
