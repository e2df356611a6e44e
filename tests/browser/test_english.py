"""The pages in English: all that is left of Chinese is what the office itself wrote."""

import re

from django.db.models import F

from plans.org.models import Department, User
from tests.browser.cases import BrowserCase
from tests.browser.moves import press
from tests.builders import a_plan
from tests.pages import a_late_task

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
NOTED = "已按要求办理"  # with each move of tests.builders
# Not the 考核: its rules are rows of the office's own words.
WALK = ("/", "/tasks/", "/overdue/", "/dashboard/", "/plans/", "/summaries/")


class EnglishTests(BrowserCase):
    def setUp(self) -> None:
        super().setUp()
        Department.objects.update(name=F("code"), short_name=F("code"))
        User.objects.update(display_name=F("username"))
        self.kjj.refresh_from_db()
        plan = a_plan(self.kjj, title="Work plan")
        targets = [("Incubators", 3, "units")]
        self.task = a_late_task(self, plan=plan, title="Build incubators", targets=targets)

    def test_a_supervisor_presses_the_switch_once(self):
        page = self.at_desk("supervisor")
        page.goto("/")
        press(page, "^English$")
        for address in (*WALK, f"/tasks/{self.task.pk}/", f"/plans/{self.task.plan_id}/"):
            with self.subTest(address):
                page.goto(address)
                words = page.locator("body").inner_text().replace("中文", "").replace(NOTED, "")
                self.assertEqual(sorted(set(CHINESE.findall(words))), [])
                self.assertEqual(page.locator("html").get_attribute("lang"), "en")
