"""What goes wrong at a desk: a sentence that helps, and nothing lost."""

from django.conf import settings
from playwright.sync_api import expect

from plans.org.models import Department, User
from tasks.models import Task
from tests import addresses
from tests.browser.cases import BrowserCase, fill_door
from tests.browser.moves import WIDER, act, fill, opened, press
from tests.builders import PASSWORD, a_task
from tests.pages import EVIL, a_late_task, days

LONG = "长" * 300
WIDE = "w" * 300
TYPED = "写了整整一个上午的进展。"


class MishapTests(BrowserCase):
    def setUp(self) -> None:
        super().setUp()
        self.task = a_task(self.gxc, issued_on=days(-3), due_on=days(90))
        self.address = f"/tasks/{self.task.pk}/"

    def kinds(self) -> list[str]:
        return list(self.task.events.order_by("seq").values_list("kind", flat=True))

    def test_a_session_that_ends_in_mid_form_costs_nothing(self):
        for script in (True, False):
            with self.subTest(script=script):
                self.task = a_task(self.gxc, status="in_progress", issued_on=days(-3), due_on=days(90))
                self.liaison.set_password(PASSWORD)
                self.liaison.save()
                page = self.at_desk("liaison", script=script)
                page.goto(f"/tasks/{self.task.pk}/")
                part = opened(page, "填报")
                fill(part, {"工作进展": TYPED, "进度": "60"})
                page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
                press(part, "填报")
                self.assertIn("/login/", page.url)
                with page.expect_navigation():
                    fill_door(page, "liaison")
                self.assertIn(TYPED, page.content() + str(self.values(page)))
                self.sends_again(page)
                self.assertEqual(self.task.reports.get().done, TYPED)

    def values(self, page) -> list[str]:
        return [area.input_value() for area in page.locator("textarea").all()]

    def sends_again(self, page) -> None:
        press(page.locator("main"), "提交|继续|填报|发送|办理")
        if not self.task.reports.exists():
            press(opened(page, "填报"), "填报")

    def test_two_tabs_move_the_same_task_once(self):
        one = self.at_desk("liaison")
        two = one.context.new_page()
        for page in (one, two):
            page.goto(self.address)
        act(one, "签收")
        act(two, "签收")
        self.assertTrue(two.get_by_role("alert").first.is_visible())
        self.assertEqual(self.kinds(), ["issued", "accept"])

    def test_going_back_after_a_move_shows_what_is_so_now(self):
        page = self.at_desk("liaison")
        page.goto(self.address)
        act(page, "签收")
        page.go_back()
        expect(page.locator("#move-report")).to_be_visible()
        self.assertEqual(self.kinds(), ["issued", "accept"])

    def test_sent_again_from_the_page_before_it_is_done_once(self):
        page = self.at_desk("liaison", script=False)
        page.goto(self.address)
        act(page, "签收")
        page.go_back()
        if page.locator("#move-accept").count():
            act(page, "签收")
            self.assertTrue(page.get_by_role("alert").first.is_visible())
        self.assertEqual(self.kinds(), ["issued", "accept"])


class HostileNameTests(BrowserCase):
    def test_long_and_evil_names_break_no_page(self):
        things = addresses.furnished(self)
        Department.objects.filter(pk=self.gxc.pk).update(name=f"{EVIL}处", short_name=EVIL)
        User.objects.filter(pk=self.head.pk).update(display_name=f"{EVIL}{WIDE[:20]}")
        Task.objects.filter(pk=things["busy"]).update(title=WIDE)
        Task.objects.exclude(pk=things["busy"]).update(title=f"{EVIL}{LONG[:250]}")
        a_late_task(self, title=WIDE)
        page = self.at_desk("supervisor", phone=True)
        page.on("dialog", lambda dialog: self.fail(dialog.message))
        for sight in addresses.PAGES:
            if "supervisor" in sight.readers:
                with self.subTest(str(sight)):
                    page.goto(sight.address(things))
                    self.assertLessEqual(page.evaluate(WIDER), 0)
