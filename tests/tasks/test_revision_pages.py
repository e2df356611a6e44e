"""The pages of a revision: upload, look, confirm, put aside."""

from django.core.files.uploadedfile import SimpleUploadedFile

from plans.models import PlanRevision
from tasks.models import Task, TaskEvent
from tasks.pages.compared import compared
from tests.builders import an_actual, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, queries_of, signed_in
from tests.plans.test_revising import PLAN, issued_plan
from tests.tasks.test_revising import GONE, LATER, MORE, OTHER_LEAD


class RevisionPagesTest(OfficeCase):
    def setUp(self) -> None:
        self.plan = issued_plan(self)
        self.browser = signed_in(self.supervisor)
        self.url = f"/plans/{self.plan.pk}/revisions/"

    def upload(self, *edits: tuple[str, str]):
        text = PLAN
        for old, new in edits:
            text = text.replace(old, new)
        file = SimpleUploadedFile("修订.txt", text.encode())
        return self.browser.post(self.url, {"file": file}, follow=True)

    def confirm(self, page, **given):
        form = page.context["form"]
        sent = {"digest": form["digest"].value(), "note": "按会议意见", "lines": form.lines, **given}
        return self.browser.post(page.request["PATH_INFO"], sent, follow=True)

    def test_from_the_plan_to_the_tasks(self):
        self.assertContains(self.browser.get(f"/plans/{self.plan.pk}/"), f'href="{self.url}"')
        page = self.upload(LATER, MORE, OTHER_LEAD, GONE)
        self.assertContains(page, "<del>6</del>", html=True)
        self.assertContains(page, "<ins>10</ins>", html=True)
        self.assertContains(page, "<del>平台基地处</del>", html=True)
        self.assertContains(page, "任务将改派，由新牵头单位签收。")
        self.assertContains(page, "任务将终止。")
        self.assertNotRegex(page.content.decode(), INLINE)
        done = self.confirm(page)
        self.assertRedirects(done, f"/plans/{self.plan.pk}/")
        self.assertContains(done, "修订1已确认：删去1处、期限1处、责任单位1处、指标1处。")
        self.assertContains(done, "修订撤销")
        self.assertContains(self.browser.get(self.url), "已确认")
        task = Task.objects.get(title="实施高企倍增行动")
        self.assertContains(self.browser.get(f"/tasks/{task.pk}/"), "计划修订1：按会议意见")

    def test_it_costs_the_same_for_many(self):
        few = self.upload(LATER).request["PATH_INFO"]
        goal = self.plan.items.get(kind="goal", heading__startswith="技术合同")
        an_actual(goal.targets.get(), 40, self.today)
        away = [("选派科技特派员300人下沉一线", "选派科技特派员下沉一线"), ("突破45亿元", "实现新突破")]
        many = self.upload(LATER, MORE, OTHER_LEAD, GONE, *away).request["PATH_INFO"]
        self.assertContains(self.browser.get(many), "该目标已填报完成值")
        self.assertEqual(queries_of(self.browser, few), queries_of(self.browser, many))
        self.assertLessEqual(queries_of(self.browser, many), MOST_QUERIES)

    def test_only_what_is_ticked(self):
        page = self.upload(LATER, MORE)
        done = self.confirm(page, lines=[1])
        self.assertContains(done, "另有1处未确认")
        self.assertEqual([line["applied"] for line in PlanRevision.objects.get().differences], [True, False])

    def test_seen_in_english_and_kept_in_chinese(self):
        self.browser.cookies["django_language"] = "en"
        page = self.upload(OTHER_LEAD)
        self.assertNotContains(page, "任务将改派，由新牵头单位签收。")
        self.browser.cookies["django_language"] = "zh-hans"  # the switch is pressed before it is confirmed
        self.assertEqual(self.confirm(page).status_code, 200)
        kept = PlanRevision.objects.get()
        self.assertEqual(kept.status, "confirmed")
        self.assertEqual([line["why"] for line in kept.differences], ["任务将改派，由新牵头单位签收。"])

    def test_what_is_not_possible_cannot_be_ticked(self):
        task = Task.objects.get(title="实施高企倍增行动")
        for move in ("accept", "submit"):
            moved(task, move, on=self.today)
        page = self.upload(LATER)
        self.assertContains(page, 'value="1" disabled')
        self.assertContains(page, "请先审核办结或退回重办")

    def test_what_changed_meanwhile_is_shown_again(self):
        page = self.upload(LATER)
        moved(Task.objects.get(title="实施高企倍增行动"), "accept", on=self.today)
        events = TaskEvent.objects.count()
        again = self.confirm(page)
        self.assertContains(again, "请刷新后重新核对", status_code=409)
        self.assertEqual(TaskEvent.objects.count(), events)
        self.assertEqual(again.context["form"]["note"].value(), "按会议意见")
        self.assertContains(self.confirm(again), "修订1已确认")

    def test_a_note_is_asked_for_and_ticks_stay(self):
        page = self.upload(LATER, MORE)
        again = self.confirm(page, note="", lines=[2])
        self.assertEqual((again.status_code, again.context["form"].ticked), (400, {2}))

    def test_a_new_task_asks_who_leads(self):
        page = self.upload(("三、保障措施", "5.出台人才新政。\n三、保障措施"))
        self.assertContains(page, "确认时须指定")
        refused = self.confirm(page)
        self.assertEqual(refused.status_code, 400)
        self.confirm(page, default_lead=self.rcc.pk)
        self.assertEqual(Task.objects.get(title="出台人才新政").lead, self.rcc)

    def test_put_aside(self):
        page = self.upload(LATER)
        done = self.browser.post(f"{page.request['PATH_INFO']}discard/", follow=True)
        self.assertContains(done, "已放弃修订1")
        self.assertContains(self.browser.get(page.request["PATH_INFO"]), "已放弃，计划和任务未作改动")

    def test_a_file_that_is_none_is_told(self):
        self.assertContains(self.upload(("云江", "机密★1年\n云江")), "密", status_code=400)
        self.assertContains(self.upload(), "与计划现行文本相同", status_code=409)

    def test_what_a_file_says_is_text(self):
        page = self.upload(("实施高企倍增行动", EVIL))
        self.assertNotContains(page, EVIL)
        self.assertContains(page, "&lt;")

    def test_who_sees_it(self):
        page = self.upload(LATER)
        path = page.request["PATH_INFO"]
        for who, looks, uploads in (("viewer", 200, 403), ("head", 404, 403), ("stranger", 404, 404)):
            browser = signed_in(getattr(self, who))
            self.assertEqual(browser.get(path).status_code, looks)
            self.assertEqual(browser.get(self.url).status_code, uploads)
            self.assertIn(browser.post(path, {"note": "改"}).status_code, (403, 404))
        self.assertNotContains(signed_in(self.viewer).get(path), "确认修订")
        self.assertEqual(signed_in(self.viewer).get(f"{path}source/").status_code, 200)


def test_words_are_marked_where_they_differ():
    before, after = compared("6月底前完成12家", "10月底前完成12家企业")
    assert before == '<p class="said"><del>6</del>月底前完成12家</p>'
    assert after == '<p class="said"><ins>10</ins>月底前完成12家<ins>企业</ins></p>'
