"""The way of each reader, from the door to what is on the record at the end."""

import re

from playwright.sync_api import expect

from plans.models import Plan
from tasks.models import Instruction, Task, TaskEvent
from tests.browser.cases import BrowserCase
from tests.browser.moves import act, fill, opened, press, tab_to
from tests.builders import a_task, moved
from tests.pages import a_late_task, days, today

TITLE = "建设科技企业孵化器"
PLAN = """云江市科学技术局{year}年工作要点

一、主要目标
净增高新技术企业120家。
二、重点任务
1.实施高企倍增行动。入库科技型中小企业不少于600家。（牵头单位：高新技术处；配合单位：成果转化处）
2.推进科技特派员下乡。选派科技特派员300人下沉一线。（牵头单位：火星办）
3.加强督查问效。每月报送进展。（牵头单位：办公室）
"""


def kinds(task: Task) -> list[str]:
    return list(task.events.order_by("seq").values_list("kind", flat=True))


class LiaisonTests(BrowserCase):
    def setUp(self) -> None:
        super().setUp()
        fresh = {"issued_on": days(-3), "due_on": days(90)}
        self.task = a_task(self.gxc, title=TITLE, targets=[("新增孵化器", 3)], **fresh)

    def goes_the_way(self, page) -> None:
        press(page, TITLE, "link")
        act(page, "签收")
        act(page, "填报", 工作进展="选址已定，开工建设。", 进度="60", 完成值="2")
        part = opened(page, "申请办结")
        fill(part, {"完成值": "3"})
        press(part, "申请办结")
        task = Task.objects.get()
        self.assertEqual(kinds(task), ["issued", "accept", "report", "submit"])
        self.assertEqual((task.status, task.targets.get().actual), ("submitted", 3))
        self.assertEqual(task.reports.get().done, "选址已定，开工建设。")

    def test_signs_reports_and_applies_to_close(self):
        self.goes_the_way(self.sign_in("liaison"))

    def test_without_script(self):
        self.goes_the_way(self.sign_in("liaison", script=False))

    def test_on_a_phone(self):
        self.goes_the_way(self.sign_in("liaison", phone=True))

    def test_by_the_keyboard_alone(self):
        self.head.set_password("demo-demo")
        self.head.save()
        page = self.visitor()
        page.goto("/")
        tab_to(page, "用户名")
        page.keyboard.type("head")
        tab_to(page, "密码")
        page.keyboard.type("demo-demo")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for words in (TITLE, "签收"):
            tab_to(page, words)
            if words == TITLE:
                with page.expect_navigation():
                    page.keyboard.press("Enter")
        self.unfold(page, "签收")
        self.assertEqual(kinds(self.task), ["issued", "accept"])
        tab_to(page, "填报")
        self.unfold(page, "填报", 工作进展="一键不点鼠标。")
        self.assertEqual(kinds(self.task), ["issued", "accept", "report"])
        self.assertEqual(self.task.reports.get().done, "一键不点鼠标。")

    def unfold(self, page, words: str, **fields: str) -> None:
        """The focus is on the part's heading; open already or not."""
        if page.locator("details:has(> summary:focus)").get_attribute("open") is None:
            page.keyboard.press("Enter")
        for label, text in fields.items():
            tab_to(page, label)
            page.keyboard.type(text)
        tab_to(page, words)
        with page.expect_navigation():
            page.keyboard.press("Enter")


class HeadTests(BrowserCase):
    def test_applies_to_close_thinks_again_and_applies(self):
        task = a_task(self.gxc, title=TITLE, status="in_progress", issued_on=days(-3), due_on=days(90))
        page = self.sign_in("head")
        press(page, TITLE, "link")
        for move in ("申请办结", "撤回", "申请办结"):
            act(page, move)
        self.assertEqual(kinds(task)[-3:], ["submit", "withdraw", "submit"])
        self.assertEqual({event.actor for event in task.events.order_by("-seq")[:3]}, {self.head})


class SupervisorTests(BrowserCase):
    def test_from_the_file_to_the_close(self):
        page = self.sign_in("supervisor")
        self.brings_in_and_issues(page)
        self.urges_and_approves(page)

    def test_without_script(self):
        page = self.sign_in("supervisor", script=False)
        self.brings_in_and_issues(page)
        self.urges_and_approves(page)

    def brings_in_and_issues(self, page) -> None:
        press(page, "^计划", "link")
        press(page, "导入计划", "link")
        text = PLAN.format(year=today().year).encode()
        file = {"name": "要点.txt", "mimeType": "text/plain", "buffer": text}
        page.locator("input[type=file]").set_input_files(file)
        press(page.locator("main"), "上传并识别")
        name = page.locator("#unresolved li").filter(has_text="火星办")
        name.get_by_label("火星办").fill("NCC")
        name.get_by_role("button", name=re.compile("对应")).click()
        name.wait_for(state="detached")
        self.assertEqual(Plan.objects.get().items.filter(owners__department=self.ncc).count(), 1)
        rest = page.get_by_role("button", name=re.compile("全部确认"))
        if rest.count():
            press(page, "全部确认")
        while (one := page.get_by_role("button", name="确认", exact=True)).count():
            waiting = one.count()
            one.first.click()
            expect(one).to_have_count(waiting - 1)
        press(page, "下达", "link")
        press(page.locator("main"), "下达")
        plan = Plan.objects.get()
        self.assertEqual((plan.status, Task.objects.count()), ("issued", 3))
        self.assertEqual({task.lead for task in Task.objects.all()}, {self.gxc, self.ncc, self.bgs})
        self.assertFalse(plan.items.filter(kind="task", confirmed_at=None).exists())

    def urges_and_approves(self, page) -> None:
        task = Task.objects.get(lead=self.gxc)
        moved(task, "accept", on=today(), hour=0)
        page.goto(f"/tasks/{task.pk}/")
        press(page, "催办")
        moved(task, "submit", on=today(), hour=23, minute=59)
        page.goto("/")
        press(page.locator("#review"), "审核办结", "link")
        act(page, "审核办结|办结")
        self.assertEqual(kinds(task), ["issued", "accept", "urge", "submit", "approve"])
        self.assertEqual(Task.objects.get(pk=task.pk).status, "completed")


class LeaderTests(BrowserCase):
    def test_sees_what_is_late_urges_and_instructs_in_place(self):
        task = a_late_task(self)
        page = self.sign_in("leader")
        press(page, "逾期看板", "link")
        for words, note in (("催办", "请说明原因。"), ("批示", "一周内拿出补救措施。")):
            row = page.locator(f"#late-{task.pk}")
            row.get_by_role("link", name=re.compile(words)).click()
            form = row.locator("form").last
            form.locator("textarea").fill(note)
            with page.expect_response(lambda answer: answer.request.method == "POST"):
                form.get_by_role("button", name=re.compile(words)).click()
            row.get_by_role("status").wait_for()
            self.assertIn("/overdue/", page.url)
        self.assertEqual(kinds(task)[-2:], ["urge", "instruction"])
        self.assertEqual(Instruction.objects.get().note, "一周内拿出补救措施。")
        self.assertEqual(TaskEvent.objects.filter(actor=self.leader).count(), 2)
        page.goto("/dashboard/")
        self.assertTrue(page.get_by_role("img").first.is_visible())
