"""Every page in the browser: nothing that axe-core calls serious, nothing too wide, no complaint."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests import addresses
from tests.browser.cases import BrowserCase
from tests.browser.moves import FETCHED, WIDER

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
GRAVE = ("serious", "critical")
ASK = "() => axe.run(document, {resultTypes: ['violations']})"

# Django's own pages, and Swagger's: whether they can be read is theirs to judge.
THEIRS = ("/admin/", "/admin/tasks/task/", "/admin/org/department/", "/api/v1/docs/")


class EveryPageTests(BrowserCase):
    """One bureau with one of everything for all of it: making it takes longest."""

    def setUp(self) -> None:
        super().setUp()
        self.things = addresses.furnished(self)
        self.screens: dict[tuple[str, bool], Page] = {}

    def screen(self, who: str, phone: bool) -> Page:
        if (who, phone) not in self.screens:
            how = {"phone": phone}
            self.screens[who, phone] = self.visitor(**how) if who == "anonymous" else self.at_desk(who, **how)
        return self.screens[who, phone]

    def test_each_can_be_read_and_reached_at_a_desk(self):
        self.opens_each(phone=False)

    def test_each_can_be_read_and_reached_on_a_phone(self):
        self.opens_each(phone=True)

    def opens_each(self, *, phone: bool) -> None:
        """At a desk as its main reader; on a phone as the next, if there is one."""
        for sight in addresses.PAGES:
            who = sight.readers[phone and len(sight.readers) > 1]
            with self.subTest(page=str(sight), who=who):
                page = self.screen(who, phone)
                page.goto(sight.address(self.things))
                page.wait_for_function(FETCHED)
                self.assertEqual(grave(page), [])
                self.assertLessEqual(page.evaluate(WIDER), 0, "it scrolls sideways")

    def test_what_others_made_complains_of_nothing(self):
        page = self.at_desk("admin")
        for address in THEIRS:
            with self.subTest(address):
                page.goto(address)
                page.wait_for_load_state("networkidle")
                self.assertEqual(self.watch.found, [])


def grave(page: Page) -> list[Any]:
    """(rule, what it found) of each violation that keeps somebody out."""
    page.evaluate(AXE)
    found = page.evaluate(ASK)["violations"]
    return [
        (rule["id"], [(node["html"][:120], node["failureSummary"][:160]) for node in rule["nodes"][:3]])
        for rule in found
        if rule["impact"] in GRAVE
    ]
