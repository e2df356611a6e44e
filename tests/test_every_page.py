"""What holds for every page, whoever reads it and however much there is."""

import gzip
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tasks import services
from tasks.models import Task
from tests import addresses, builders
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, a_late_task, days

MOST_BYTES = 100 * 1024
OWN_SCRIPT_LINES = 200
STATIC = Path(__file__).resolve().parent.parent / "config" / "static"
SHEET = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)"')
SCRIPT = re.compile(r'<script[^>]* src="/static/([^"]+)"')


@dataclass(frozen=True)
class Opened:
    sight: addresses.Sight
    who: str
    status: int
    headers: dict[str, str]
    html: str
    queries: int


class EveryPageTests(OfficeCase):
    """One of everything, and plenty of what a year brings most of. Each page is opened once, then judged."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        folder = cls.enterClassContext(TemporaryDirectory())
        cls.enterClassContext(override_settings(MEDIA_ROOT=folder))
        things = cls.furnished()
        cls.files = [cls.opened(sight, sight.readers[0], things) for sight in addresses.FILES]
        cls.pages = [cls.opened(sight, who, things) for sight in addresses.PAGES for who in sight.readers]

    @classmethod
    def furnished(cls) -> dict[str, int]:
        things = addresses.furnished(cls())
        busy = Task.objects.get(pk=things["busy"])
        for n in range(12):
            a_late_task(cls, plan=busy.plan, title=f"加快推进第{n}批科技企业孵化器提质增效")
            status = ("pending", "submitted", "declined", "completed", "in_progress")[n % 5]
            more = {"status": status, "issued_on": days(-9), "due_on": days(40), "cooperating": [cls.cgc]}
            builders.a_task(cls.gxc, plan=busy.plan, title=f"完善第{n}项科技服务机制", **more)
        for n in range(30):
            services.comment(busy.pk, note=f"第{n}次留言", actor=cls.liaison, now=timezone.now())
        return things

    @classmethod
    def opened(cls, sight: addresses.Sight, who: str, things: dict[str, int]) -> Opened:
        client = Client(raise_request_exception=False)
        if who != "anonymous":
            client.force_login(getattr(cls, who))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(sight.address(things))
        html = page.content.decode() if "html" in page["Content-Type"] else ""
        return Opened(sight, who, page.status_code, dict(page.headers), html, len(captured))

    def of(self, opened: Opened) -> AbstractContextManager[None]:
        return self.subTest(page=str(opened.sight), who=opened.who)

    def test_no_route_is_forgotten(self):
        named = {sight.route for sight in (*addresses.PAGES, *addresses.FILES)} | addresses.SENT
        named |= addresses.ON_THE_WAY
        self.assertEqual(set(addresses.routes()) ^ named, set(), "each belongs in one of tests.addresses")

    def test_files_are_files(self):
        for opened in self.files:
            with self.of(opened):
                self.assertEqual(opened.status, 200)
                self.assertIn("attachment", opened.headers["Content-Disposition"])

    def test_each_opens_with_one_heading_and_nothing_inline(self):
        for opened in self.pages:
            with self.of(opened):
                self.assertEqual(opened.status, 200)
                self.assertTrue(opened.headers["Content-Type"].startswith("text/html"))
                self.assertIn("default-src 'self'", opened.headers["Content-Security-Policy"])
                self.assertNotRegex(opened.html, INLINE)
                self.assertIn('<html lang="zh-CN">', opened.html)
                self.assertEqual(opened.html.count("<h1"), 1)

    def test_each_is_called_by_a_name_of_its_own(self):
        named: dict[str, str] = {}
        for opened in self.pages:
            with self.of(opened):
                title = re.search(r"<title>(.*?)</title>", opened.html, re.S)[1].strip()
                self.assertRegex(title, r"^(?!督查督办).+ · 督查督办$")
                self.assertEqual(named.setdefault(title, opened.sight.route), opened.sight.route)

    def test_none_shows_what_a_template_could_not_find(self):
        for opened in self.pages:
            with self.of(opened):
                self.assertNotRegex(re.sub(r"<[^>]*>", "\n", opened.html), r"(?m)^\s*None\b")

    def test_the_first_sight_takes_one_page_and_one_sheet(self):
        for opened in self.pages:
            with self.of(opened):
                (sheet,) = SHEET.findall(opened.html)
                self.assertNotIn("@import", asset(sheet).decode())
                scripts = re.findall(r"<script[^>]*>", opened.html)
                self.assertEqual([tag for tag in scripts if " defer" not in tag], [])

    def test_none_weighs_more_than_a_hundred_kilobytes(self):
        for opened in self.pages:
            with self.of(opened):
                parts = map(asset, {*SHEET.findall(opened.html), *SCRIPT.findall(opened.html)})
                weight = sum(len(gzip.compress(part, 6)) for part in (opened.html.encode(), *parts))
                self.assertLessEqual(weight, MOST_BYTES)

    def test_none_asks_the_database_often(self):
        for opened in self.pages:
            with self.of(opened):
                self.assertLessEqual(opened.queries, MOST_QUERIES)

    def test_our_own_script_is_short(self):
        (script,) = STATIC.rglob("*.js")
        self.assertLessEqual(len(script.read_text().splitlines()), OWN_SCRIPT_LINES)


@cache
def asset(name: str) -> bytes:
    return Path(finders.find(name)).read_bytes()
