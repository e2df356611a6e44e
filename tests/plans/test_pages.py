"""From a file to issued tasks by pages alone, and the goals' figures."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from plans import services
from plans.models import GoalActual, Plan, PlanItem
from plans.readers import READERS
from plans.source import passages
from tasks.models import Task
from tests.builders import a_goal, a_plan, a_task, an_item
from tests.cases import OfficeCase
from tests.pages import MOST_QUERIES, days, queries_of, signed_in, today

TEXT = """云江市科学技术局2026年工作要点

一、主要目标

高新技术企业总数达到460家；技术合同成交额突破85亿元。

二、重点任务

1.建设科技企业孵化器。年底前新增孵化器3家以上。（责任单位：高新技术处、成果转化处）

2.办好<script>alert(1)</script>对接会。每季度举办一次。（责任单位：海洋处）

3.选派科技特派员。9月底前选派260名。
"""


def a_file(text: str = TEXT, name: str = "要点.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), content_type="text/plain")


def page_of(plan: Plan) -> str:
    return reverse("plans:detail", args=[plan.pk])


class UploadTests(OfficeCase):
    def setUp(self):
        self.client.force_login(self.supervisor)
        self.address = reverse("plans:upload")

    def ask(self, address: str):
        """As the page does by itself while a job reads the file."""
        return self.client.get(address, {"reading": 1}, headers={"HX-Request": "true"})

    def upload(self, text: str = TEXT, name: str = "要点.txt", **fields):
        return self.client.post(self.address, {"file": a_file(text, name), **fields})

    def test_the_page_warns_of_classified_files(self):
        self.assertContains(self.client.get(self.address), "涉密文件不得上传")

    def test_a_file_becomes_a_draft_to_review(self):
        sent = self.upload()
        plan = Plan.objects.get()
        self.assertRedirects(sent, page_of(plan))
        self.assertEqual((plan.status, plan.issuer, plan.uploaded_by), ("draft", self.kjj, self.supervisor))

    def test_what_the_uploader_says_goes_first(self):
        self.upload(title="另一标题", year=2025, issuer=self.kjj.pk)
        plan = Plan.objects.get()
        self.assertEqual((plan.title, plan.year, plan.code), ("另一标题", 2025, "KJJ-2025"))

    def test_the_same_file_again_leads_to_the_same_plan(self):
        self.upload()
        sent = self.client.post(self.address, {"file": a_file()}, follow=True)
        self.assertContains(sent, "已经导入过")
        self.assertEqual(Plan.objects.count(), 1)

    def test_what_cannot_be_taken_is_said_and_nothing_is_kept(self):
        refused = {
            "空文件": ("", "空.txt", 400),
            "密级": ("机密★1年\n\n某局2026年工作要点\n\n1.甲任务。\n", "要点.txt", 400),
        }
        for name, (text, file_name, status) in refused.items():
            with self.subTest(name):
                sent = self.upload(text, file_name, title="我填的标题")
                self.assertContains(sent, 'role="alert"', status_code=status)
                self.assertContains(sent, "我填的标题", status_code=status)
                self.assertEqual(Plan.objects.count(), 0)

    def test_a_large_file_is_read_later(self):
        with self.settings(PLAN_READ_AT_ONCE_BYTES=10):
            sent = self.upload()
        plan = Plan.objects.get()
        self.assertEqual(plan.status, "parsing")
        page = self.client.get(sent.url)
        self.assertContains(page, "第 1 步，共 4 步：排队")
        self.assertContains(page, "hx-trigger")
        Plan.objects.update(step="parsing")
        self.assertContains(self.client.get(sent.url), "第 3 步，共 4 步：识别条目")
        self.assertContains(self.ask(sent.url), "第 3 步，共 4 步：识别条目")
        self.assertNotContains(self.ask(sent.url), "<main")
        services.read_waiting(plan.pk, now=self.now)
        self.assertEqual(self.ask(sent.url).headers["HX-Refresh"], "true")
        self.assertNotContains(self.client.get(sent.url), "hx-trigger")

    def test_a_failed_plan_says_why_and_what_to_do(self):
        plan = a_plan(self.kjj, status="failed", failure="文件已加密，请取消密码后重新上传。")
        page = self.client.get(page_of(plan))
        for words in (
            "识别失败：文件已加密",
            reverse("plans:upload"),
            reverse("plans:delete", args=[plan.pk]),
        ):
            self.assertContains(page, words)
        self.client.post(reverse("plans:delete", args=[plan.pk]))
        self.assertEqual(Plan.objects.count(), 0)

    def test_the_page_offers_what_the_readers_read(self):
        html = self.client.get(self.address).content.decode()
        accepted = re.search('accept="([^"]*)"', html)[1].split(",")
        self.assertEqual(accepted, [suffix for suffix in READERS if suffix])
        self.assertIn(" ".join(accepted), html)


class ReviewTests(OfficeCase):
    def setUp(self):
        self.client.force_login(self.supervisor)
        self.client.post(reverse("plans:upload"), {"file": a_file()})
        self.plan = Plan.objects.get()
        self.tasks = list(self.plan.items.filter(kind="task"))

    def test_the_source_is_there_to_the_last_character(self):
        items = list(self.plan.items.prefetch_related("owners", "targets"))
        pieces = [piece for passage in passages(self.plan, items) for piece in passage.pieces]
        self.assertEqual("".join(piece.text for piece in pieces), self.plan.text)
        self.assertEqual(
            {piece.kind for piece in pieces} & {"owner", "deadline", "target"},
            {"owner", "deadline", "target"},
        )

    def test_every_item_is_marked_in_the_source_and_listed_beside_it(self):
        html = self.client.get(page_of(self.plan)).content.decode()
        for item in self.plan.items.all():
            with self.subTest(item.path):
                self.assertIn(f'id="source-{item.pk}"', html)
                self.assertIn(f'href="#source-{item.pk}"', html)
                self.assertIn(f'id="item-{item.pk}"', html)
        self.assertIn('<span class="m-owner">高新技术处</span>', html)
        self.assertNotIn("<script>alert", html)

    def test_what_is_missing_is_said_with_its_place(self):
        html = self.client.get(page_of(self.plan)).content.decode()
        self.assertIn("2 项没有牵头单位", html)
        self.assertIn("海洋处（未对应）", html)
        self.assertIn("未对应的单位", html)
        self.assertEqual(html.count('id="warning-1"'), 1)

    def test_a_warning_leads_to_its_place(self):
        start = self.plan.text.index("9月底前")
        told = {"code": "x", "message": "期限不明确", "start": start, "end": start + 4}
        Plan.objects.update(warnings=[told, told | {"start": None, "message": "没有位置"}])
        html = self.client.get(page_of(self.plan)).content.decode()
        self.assertIn('<a href="#warning-1" lang="zh-CN">期限不明确</a>', html)
        self.assertRegex(html, 'id="warning-1"[^>]*>⚑</span><span class="m-deadline">9月底前')
        self.assertIn('<li><span lang="zh-CN">没有位置</span></li>', html)

    def test_an_item_is_corrected(self):
        item = self.tasks[1]
        address = reverse("plans:item", args=[self.plan.pk, item.pk])
        self.assertContains(self.client.get(address), "海洋处")
        fields = {"kind": "task", "heading": "办好对接会", "lead": self.cgc.pk, "due_on": "2026-11-30"}
        sent = self.client.post(address, fields | {"cooperating": [self.gxc.pk]})
        self.assertRedirects(sent, f"{page_of(self.plan)}#item-{item.pk}", fetch_redirect_response=False)
        item = PlanItem.objects.prefetch_related("owners__department").get(pk=item.pk)
        units = {(owner.role, owner.department) for owner in item.owners.all()}
        self.assertEqual(units, {("lead", self.cgc), ("cooperating", self.gxc)})
        self.assertEqual((item.heading, item.due_on), ("办好对接会", date(2026, 11, 30)))

    def test_saving_an_item_as_it_is_keeps_the_printed_places(self):
        item = self.tasks[0]
        before = list(item.owners.values_list("role", "printed", "start"))
        address = reverse("plans:item", args=[self.plan.pk, item.pk])
        form = self.client.get(address).context["form"]
        fields = {name: value for name, value in form.initial.items() if value is not None}
        self.client.post(address, fields)
        self.assertEqual(list(item.owners.values_list("role", "printed", "start")), before)
        self.assertFalse(self.plan.changes.filter(kind="item_changed").exists())

    def test_a_wrong_date_is_said_and_nothing_is_lost(self):
        address = reverse("plans:item", args=[self.plan.pk, self.tasks[0].pk])
        sent = self.client.post(address, {"kind": "task", "heading": "改过的标题", "due_on": "2026-02-30"})
        self.assertContains(sent, "改过的标题", status_code=400)
        self.assertContains(sent, "errorlist", status_code=400)

    def test_an_item_of_another_plan_is_not_there(self):
        other = an_item(a_plan(self.kjj, year=2025))
        self.assertEqual(
            self.client.get(reverse("plans:item", args=[self.plan.pk, other.pk])).status_code, 404
        )

    def test_an_item_is_added(self):
        sent = self.client.post(
            reverse("plans:new-item", args=[self.plan.pk]),
            {"kind": "task", "number": "4", "heading": "新增的任务", "lead": self.bgs.pk},
        )
        self.assertEqual(sent.status_code, 302)
        self.assertEqual(self.plan.items.get(heading="新增的任务").lead, self.bgs)

    def test_a_draft_is_discarded_with_its_file(self):
        self.assertRedirects(self.client.post(reverse("plans:delete", args=[self.plan.pk])), "/plans/")
        self.assertEqual(Plan.objects.count(), 0)

    def test_the_original_is_a_download(self):
        sent = self.client.get(reverse("plans:source", args=[self.plan.pk]))
        self.assertEqual(b"".join(sent.streaming_content), TEXT.encode())
        self.assertIn("attachment", sent["Content-Disposition"])

    def test_issuing_asks_for_leads_and_then_makes_the_tasks(self):
        address = reverse("tasks:issue", args=[self.plan.pk])
        listed = self.client.get(address)
        self.assertContains(listed, "将下达 3 项任务")
        refused = self.client.post(address, {"default_due_on": "2026-12-20"})
        self.assertContains(refused, "没有牵头单位", status_code=400)
        for item in self.tasks[1:]:
            self.assertContains(refused, reverse("plans:item", args=[self.plan.pk, item.pk]), status_code=400)
        self.assertContains(refused, 'value="2026-12-20"', status_code=400)
        self.assertEqual(Task.objects.count(), 0)
        sent = self.client.post(address, {"default_due_on": "2026-12-20", "default_lead": self.bgs.pk})
        self.assertRedirects(sent, f"/tasks/?plan={self.plan.pk}")
        leads = list(Task.objects.order_by("code").values_list("lead__code", flat=True))
        self.assertEqual(leads, ["GXC", "BGS", "BGS"])
        self.assertContains(self.client.get(address), "没有待下达的任务")

    def test_an_issued_plan_is_not_edited_or_discarded(self):
        self.client.post(reverse("tasks:issue", args=[self.plan.pk]), {"default_lead": self.bgs.pk})
        item = reverse("plans:item", args=[self.plan.pk, self.tasks[0].pk])
        self.assertNotContains(self.client.get(page_of(self.plan)), item)
        self.assertContains(
            self.client.post(item, {"kind": "task", "heading": "改"}), "已下达", status_code=409
        )
        sent = self.client.post(reverse("plans:delete", args=[self.plan.pk]), follow=True)
        self.assertContains(sent, "不能这样修改")
        self.assertEqual(Plan.objects.count(), 1)

    def test_the_issued_plan_is_read_by_its_departments_and_a_draft_is_not(self):
        self.assertEqual(signed_in(self.liaison).get(page_of(self.plan)).status_code, 404)
        self.client.post(reverse("tasks:issue", args=[self.plan.pk]), {"default_lead": self.bgs.pk})
        page = signed_in(self.liaison).get(page_of(self.plan))
        self.assertContains(page, "建设科技企业孵化器")
        self.assertNotContains(page, "下达新增条目")
        self.assertNotContains(page, "识别提示")


class GoalTests(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        plan = a_plan(cls.kjj)
        cls.goal = a_goal(plan).goal
        a_task(cls.gxc, plan=plan)
        cls.plan, cls.target = plan, cls.goal.item.targets.get()
        cls.address = reverse("plans:goals", args=[plan.pk])
        cls.stating = reverse("plans:goal-actual", args=[plan.pk, cls.goal.pk, cls.target.pk])

    def test_the_keeper_states_a_figure(self):
        keeping = reverse("plans:goal-keeper", args=[self.plan.pk, self.goal.pk])
        self.assertRedirects(signed_in(self.supervisor).post(keeping, {"keeper": self.gxc.pk}), self.address)
        figure = {"value": "204.5", "measured_on": today(), "note": "月报"}
        client = signed_in(self.liaison)
        self.assertContains(client.get(self.address), "填报")
        self.assertRedirects(client.post(self.stating, figure), self.address)
        self.assertContains(client.get(self.address), "<strong>204.5</strong>")

    def test_others_read_and_do_not_write(self):
        client = signed_in(self.liaison2)
        self.assertNotContains(client.get(self.address), "<summary>填报")
        sent = client.post(self.stating, {"value": "1", "measured_on": today()})
        self.assertEqual(sent.status_code, 403)
        self.assertFalse(GoalActual.objects.exists())

    def test_a_day_to_come_is_refused_and_the_figure_stays_in_the_form(self):
        sent = signed_in(self.supervisor).post(self.stating, {"value": "77", "measured_on": days(3)})
        self.assertContains(sent, "不能晚于今天", status_code=400)
        self.assertContains(sent, 'value="77"', status_code=400)

    def test_a_figure_is_shown_as_its_share_of_the_aim_and_two_as_a_curve(self):
        client = signed_in(self.supervisor)
        client.post(self.stating, {"value": "150", "measured_on": days(-30)})
        self.assertContains(client.get(self.address), "完成50%")
        self.assertNotContains(client.get(self.address), "看曲线")
        client.post(self.stating, {"value": "225", "measured_on": today()})
        self.assertContains(client.get(self.address), "完成75%")
        self.assertContains(client.get(self.address), 'role="img"')

    def test_the_keeper_is_typed_and_an_unknown_one_is_said(self):
        keeping = reverse("plans:goal-keeper", args=[self.plan.pk, self.goal.pk])
        client = signed_in(self.supervisor)
        self.assertContains(client.post(keeping, {"keeper": "金星处"}, follow=True), "没有找到单位“金星处”")
        client.post(keeping, {"keeper": "成果处"})
        self.goal.refresh_from_db()
        self.assertEqual(self.goal.keeper, self.cgc)


class ListTests(OfficeCase):
    def test_it_tells_what_is_done_and_what_is_still_to_confirm(self):
        plan = a_plan(self.kjj, year=2025)
        for status in ("closed", "completed", "in_progress", "cancelled"):
            a_task(self.gxc, plan=plan, status=status)
        client = signed_in(self.supervisor)
        client.post(reverse("plans:upload"), {"file": a_file()})
        page = client.get(reverse("plans:list"))
        self.assertContains(page, ">2/3</a>")
        self.assertContains(page, "5 项未确认")


class CostTests(OfficeCase):
    def test_queries_do_not_grow_with_the_plan(self):
        plan = a_plan(self.kjj)
        client = signed_in(self.supervisor)
        addresses = [
            page_of(plan),
            reverse("plans:goals", args=[plan.pk]),
            reverse("tasks:issue", args=[plan.pk]),
        ]
        addresses.append(reverse("plans:list"))

        def grow(count):
            for n in range(count):
                an_item(plan, f"任务{n}", lead=self.gxc, cooperating=[self.cgc], targets=[("指标", 3)])
                a_goal(plan, f"目标{n}")

        grow(3)
        few = [queries_of(client, address) for address in addresses]
        grow(30)
        self.assertEqual([queries_of(client, address) for address in addresses], few)
        self.assertLessEqual(max(few), MOST_QUERIES)
