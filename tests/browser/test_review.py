"""核对 with hands on the keyboard: sixty items from the file to issued tasks, every key counted."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from plans.models import Plan
from tasks.models import Task
from tests.browser.cases import BrowserCase
from tests.plans.long_plan import STRANGERS, plan_text

# docs/review.md tells what they are spent on.
KEYS = 32
KEYS_ONE_BY_ONE = 88
# What answers each name that no directory knows, and the tasks that print nobody: a code is typed fastest.
ANSWER = "BGS"


class Hands:
    """Somebody's hands: they press keys, and count them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()
        self.keys += 1


class ReviewTests(BrowserCase):
    def setUp(self) -> None:
        super().setUp()
        client = Client()
        client.force_login(self.supervisor)
        client.post(reverse("plans:upload"), {"file": SimpleUploadedFile("要点.txt", plan_text().encode())})
        self.plan = Plan.objects.get()
        self.address = reverse("plans:detail", args=[self.plan.pk])

    def opened(self, **how: object) -> Page:
        page = self.at_desk("supervisor", **how)
        page.goto(self.address)
        return page

    def answer_names(self, hands: Hands) -> None:
        """Each unknown name once, in the order in which the page asks."""
        hands.page.locator(".names input[name=department]").first.click()
        hands.keys += 1
        for left in range(len(STRANGERS) - 1, -1, -1):
            expect(hands.page.locator(".names input[name=department]").first).to_be_focused()
            hands.type(ANSWER)
            hands.press("Enter")
            expect(hands.page.locator(".names li")).to_have_count(left)

    def name_leads(self, hands: Hands) -> None:
        """The tasks that print nobody, one after the other."""
        for _ in range(self.without_lead()):
            before = self.without_lead()
            hands.press("Enter")
            expect(hands.page.locator(".editing [name=lead]")).to_be_focused()
            hands.type(ANSWER)
            hands.press("Enter")
            expect(hands.page.locator(".editing")).to_have_count(0)
            self.assertEqual(self.without_lead(), before - 1)

    def without_lead(self) -> int:
        return self.plan.items.filter(kind="task").exclude(owners__role="lead").count()

    def issue(self, hands: Hands) -> None:
        page = hands.page
        expect(page.locator("a.issue")).to_be_focused()
        hands.press("Enter")
        page.wait_for_url("**/issue/")
        page.locator("main form button.main").focus()
        hands.press("Enter")
        page.wait_for_url("**/tasks/**")
        self.assertEqual(Task.objects.filter(plan=self.plan).count(), 54)

    def test_sixty_items_are_confirmed_one_by_one_and_issued(self):
        hands = Hands(self.opened())
        self.answer_names(hands)
        hands.page.evaluate("document.activeElement.blur()")
        hands.press("j")
        for left in range(59, -1, -1):
            row = hands.page.locator(":focus")
            if row.locator("strong.gap").count():
                hands.press("Enter")
                expect(hands.page.locator(".editing [name=lead]")).to_be_focused()
                hands.type(ANSWER)
                hands.press("Enter")
            else:
                hands.press("Space")
            expect(hands.page.locator("#tally")).to_contain_text(f"60项中{60 - left}项已确认")
            expect(hands.page.locator(".editing")).to_have_count(0)
        self.issue(hands)
        self.assertEqual(hands.keys, KEYS_ONE_BY_ONE)

    def test_what_raises_no_doubt_is_confirmed_in_one_press(self):
        hands = Hands(self.opened())
        self.answer_names(hands)
        hands.click("无疑问，全部确认")
        expect(hands.page.locator("#tally")).to_contain_text("60项中57项已确认")
        hands.press("j")
        self.name_leads(hands)
        self.issue(hands)
        self.assertEqual(hands.keys, KEYS)

    def test_pointing_at_either_side_shows_the_other(self):
        page = self.opened()
        item = self.plan.items.get(number="50")
        page.locator(f"#source-{item.pk}").scroll_into_view_if_needed()
        page.locator(f"#source-{item.pk}").hover()
        row = page.locator(f"#item-{item.pk}")
        expect(row).to_have_class("k-task waits shown")
        expect(row).to_be_in_viewport()
        first = self.plan.items.get(number="1")
        page.locator(f"#item-{first.pk}").hover()
        expect(page.locator(f"#source-{first.pk}")).to_have_class("at k-task shown")
        expect(page.locator(f"#source-{first.pk}")).to_be_in_viewport()

    def test_escape_leaves_a_row_as_it_was_and_the_hands_in_it(self):
        page = self.opened()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator(".editing [name=lead]")).to_be_focused()
        page.keyboard.type("XXX")
        page.keyboard.press("Escape")
        expect(page.locator(".editing")).to_have_count(0)
        expect(page.locator("tr:focus")).to_have_class("k-goal waits shown")
        self.assertFalse(self.plan.changes.filter(kind="item_changed").exists())

    def test_a_session_that_ended_costs_nothing_that_was_typed(self):
        page = self.opened()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        heading = page.locator(".editing [name=heading]")
        heading.fill("改过的目标达到461家")
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="保存并确认").click()
        page.wait_for_url("**/login/**")
        expect(page.get_by_text("您刚才填写的内容已保留")).to_be_visible()

    def test_without_script_each_press_leads_to_the_next(self):
        page = self.opened(script=False)
        page.get_by_role("button", name="确认", exact=True).first.click()
        second = self.plan.items.filter(kind="goal")[1]
        page.wait_for_url(f"**#item-{second.pk}")
        page.locator(f"#item-{second.pk} a.edit").click()
        page.get_by_label("牵头单位").fill("高新处")
        page.get_by_role("button", name="保存并确认").click()
        expect(page.locator("#tally")).to_contain_text("60项中2项已确认")

    def test_on_a_telephone_nothing_is_wider_than_the_screen(self):
        page = self.opened(phone=True)
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 390)
        page.locator("a.edit").nth(3).click()
        expect(page.locator(".editing [name=lead]")).to_be_visible()
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 390)
