"""The page of a task as it is read and filled in: record, curves, drafts, two tabs, and what it costs."""

import gzip
import re
from datetime import timedelta
from typing import ClassVar

from django.urls import reverse
from django.utils import timezone

from plans.models import PlanItem
from tasks import services
from tasks.models import Task
from tasks.services import periods
from tasks.services.actuals import TargetActual
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in, today
from tests.tasks.acts import ActCase
from tests.tasks.test_pages import page_of, press

MOST_BYTES = 100 * 1024


def record_of(task: Task) -> str:
    return reverse("tasks:record", args=[task.pk])


class RecordTests(ActCase):
    def setUp(self) -> None:
        self.task = self.a_task()
        for n in range(120):
            services.comment(self.task.pk, note=f"第{n:03}句", actor=self.head, now=at(days(n // 40 - 3)))

    def test_the_page_shows_the_latest_and_the_way_to_the_earlier_ones(self):
        html = signed_in(self.viewer).get(page_of(self.task)).content.decode()
        self.assertIn("第119句", html)
        self.assertNotIn("第080句", html)
        self.assertIn("更早的记录（还有92条）", html)
        self.assertIn(f'<time datetime="{days(-1)}">', html)

    def test_every_line_can_be_reached_without_script(self):
        client, address, seen = signed_in(self.viewer), record_of(self.task), ""
        for _ in range(3):
            html = client.get(address).content.decode()
            seen += html
            if "更早的记录" in html:
                address = record_of(self.task) + re.findall(r"[?]before=[0-9]+", html)[-1]
        for n in range(120):
            self.assertEqual(seen.count(f"第{n:03}句"), 1, n)
        self.assertIn("下达", seen)

    def test_with_htmx_the_lines_alone_come(self):
        part = signed_in(self.viewer).get(f"{record_of(self.task)}?before=50", headers={"HX-Request": "true"})
        self.assertNotContains(part, "<html")
        self.assertContains(part, "第010句")

    def test_nonsense_in_the_address_shows_the_latest(self):
        for nonsense in ("x", "-1", "9" * 30, ""):
            page = signed_in(self.viewer).get(f"{record_of(self.task)}?before={nonsense}")
            self.assertContains(page, "第119句")
        self.assertContains(signed_in(self.viewer).get(f"{record_of(self.task)}?before=0"), "没有更早")

    def test_who_does_not_see_the_task_does_not_see_its_record(self):
        self.assertEqual(signed_in(self.stranger).get(record_of(self.task)).status_code, 404)


class SourceTests(OfficeCase):
    def test_the_paragraph_is_shown_as_printed_with_its_marks(self):
        task = a_late_task(self)
        text = "（三）建设孵化器3家，由高新处负责。"
        start = 10
        task.plan.text = "市科技局要点一二三四"[:start] + text + "（四）其他。"
        task.plan.save()
        end = start + len(text)
        PlanItem.objects.filter(pk=task.plan_item_id).update(start=start, end=end)
        place = task.plan.text.index("3家")
        task.plan_item.targets.update(start=place, end=place + 2)
        html = signed_in(self.viewer).get(page_of(task)).content.decode()
        self.assertIn('（三）建设孵化器<span class="m-target">3家</span>，由高新处负责。', html)
        self.assertNotIn("其他", html)
        self.assertIn(f"#at-{task.plan_item_id}", html)


class CurveTests(OfficeCase):
    def test_a_target_has_its_curve_once_a_figure_is_stated(self):
        task = a_late_task(self, due_on=days(20))
        self.assertNotContains(signed_in(self.viewer).get(page_of(task)), "<figure")
        target = task.targets.get()
        for n in (1, 2):
            stated = [TargetActual(target.pk, n)]
            moved(task, "report", on=days(n - 8), progress=40 + n, targets=stated, actor=self.liaison)
        html = signed_in(self.viewer).get(page_of(task)).content.decode()
        self.assertIn('<svg role="img"', html)
        self.assertIn("应达到", html)
        self.assertIn(f"{days(-6)}", html)


class FillingInTests(ActCase):
    def setUp(self) -> None:
        self.task = self.a_task(progress=40, targets=[("新增孵化器", 300)])
        target = self.task.targets.get()
        self.task = moved(
            self.task,
            "report",
            on=days(-3),
            actor=self.liaison,
            note="已完成选址",
            progress=45,
            problems="用地指标紧张",
            next_steps="办理用地手续",
            targets=[TargetActual(target.pk, 100)],
        )

    def form(self, who: str = "liaison"):
        page = signed_in(getattr(self, who)).get(page_of(self.task)).context["page"]
        return next(form for form in page.forms if form.move.name == "report")

    def test_what_is_steady_is_filled_in_and_what_was_done_is_beside(self):
        form = self.form()
        self.assertEqual((form["progress"].value(), form["next_steps"].value()), (45, "办理用地手续"))
        self.assertFalse(form["note"].value())
        self.assertFalse(form["problems"].value())
        self.assertEqual(form[f"actual-{self.task.targets.get().pk}"].value(), "100")
        self.assertContains(signed_in(self.liaison).get(page_of(self.task)), "上次填报")

    def test_a_helpers_form_starts_from_its_own_last_report(self):
        self.assertIsNone(self.form("liaison2")["progress"].value())
        moved(self.task, "report", on=today(), actor=self.liaison2, progress=70, next_steps="对接企业")
        form = self.form("liaison2")
        self.assertEqual((form["progress"].value(), form["next_steps"].value()), (70, "对接企业"))

    def test_progress_is_not_lowered_by_a_slip(self):
        client = signed_in(self.liaison)
        refused = press(client, self.task, "report", note="已开工", progress=5)
        self.assertContains(refused, "确认将进度由45%下调为5%", status_code=400)
        self.assertContains(refused, "已开工", status_code=400)
        self.assertEqual(Task.objects.get().progress, 45)
        press(client, self.task, "report", note="已开工", progress=5, lower="on")
        self.assertEqual(Task.objects.get().progress, 5)

    def test_every_form_that_is_typed_in_keeps_a_draft(self):
        html = signed_in(self.head).get(page_of(self.task)).content.decode()
        for form in html.split("<form")[1:]:
            opening, inside = form.split(">", 1)
            if "/moves/" in opening or "/acts/" in opening and "tick_step" not in opening:
                self.assertIn("data-draft", opening)
                self.assertIn("data-restored", inside.split("</form>")[0])


class TwoTabsTests(ActCase):
    def setUp(self) -> None:
        self.task = self.a_task(progress=40)
        self.old = self.task.version

    def test_what_changed_meanwhile_is_shown_beside_what_was_typed(self):
        moved(self.task, "report", on=today(), actor=self.head, note="处长先报了一次", progress=50)
        sent = press(
            signed_in(self.liaison), self.task, "report", version=self.old, note="我写的", progress=60
        )
        self.assertEqual(sent.status_code, 412)
        html = sent.content.decode()
        meanwhile = html[html.index("meanwhile") :].split("</div>")[0]
        self.assertIn("处长先报了一次", meanwhile)
        self.assertNotIn("您已经办理过", meanwhile)
        self.assertIn("我写的", html)

    def test_the_same_sent_again_after_going_back_says_so(self):
        client = signed_in(self.liaison)
        fields = {"version": self.old, "note": "只报一次", "progress": 60}
        self.assertEqual(press(client, self.task, "report", **fields).status_code, 302)
        again = press(client, self.task, "report", **fields)
        self.assertContains(again, "您已经办理过这一步", status_code=412)
        self.assertEqual(self.task.reports.filter(done="只报一次").count(), 1)

    def test_an_error_in_the_form_does_not_hide_what_changed(self):
        moved(self.task, "report", on=today(), actor=self.head, note="处长先报了一次", progress=50)
        sent = press(signed_in(self.liaison), self.task, "report", version=self.old, note="x", progress=500)
        self.assertContains(sent, "您打开页面以后的变化", status_code=400)

    def test_an_edit_of_what_was_edited_meanwhile(self):
        services.edit_task(
            self.task.pk, actor=self.admin, now=timezone.now(), version=self.old, title="别人的标题"
        )
        fields = {"version": self.old, "title": "我的标题", "due_on": self.task.due_on}
        client, address = signed_in(self.supervisor), reverse("tasks:edit", args=[self.task.pk])
        sent = client.post(address, fields)
        self.assertContains(sent, "别人的标题", status_code=412)
        self.assertContains(sent, "我的标题", status_code=412)
        self.assertContains(sent, f'value="{self.old + 1}"', status_code=412)

    def test_a_comment_sent_twice_is_one(self):
        address = reverse("tasks:act", args=[self.task.pk, "comment"])
        client = signed_in(self.liaison)
        for _ in range(2):
            self.assertEqual(client.post(address, {"note": "请提供名单"}).status_code, 302)
        self.assertEqual(self.task.events.filter(kind="comment").count(), 1)


class WaitingTests(ActCase):
    def test_what_waits_for_an_answer_stands_at_the_top_for_everyone(self):
        task = self.a_task()
        services.urge(task.pk, actor=self.supervisor, now=timezone.now(), note="请抓紧办理")
        given = services.instruct(task.pk, note="请说明原因", actor=self.leader, now=timezone.now())
        html = signed_in(self.viewer).get(page_of(task)).content.decode()
        top = html[: html.index('class="two"')]
        for words in ("请抓紧办理", "请说明原因", "待答复", "待填报"):
            self.assertIn(words, top)
        moved(task, "report", on=today(), hour=23, minute=59, actor=self.liaison, progress=10)
        services.answer_instruction(given.pk, note="已说明", actor=self.liaison, now=timezone.now())
        html = signed_in(self.viewer).get(page_of(task)).content.decode()
        self.assertNotIn("calls", html[: html.index('class="two"')])


class CostTests(OfficeCase):
    """Everything at once: a year's record, parts, files, figures, periods, 批示, extensions, 结转."""

    LINES: ClassVar[int] = 70

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        task = cls.task = a_task(
            cls.gxc,
            status="in_progress",
            issued_on=days(-200),
            due_on=days(60),
            cooperating=[cls.cgc],
            targets=[("新增孵化器", 300), ("技术合同", 80)],
            body="完善政策体系，开展培育行动。" * 20,
        )
        services.edit_task(
            task.pk, actor=cls.admin, now=at(days(-199)), version=task.version, reporting_cycle="weekly"
        )
        periods.open_report_periods(now=at(today(), 1))
        targets = list(task.targets.all())
        for n in range(cls.LINES):
            stated = [TargetActual(target.pk, n) for target in targets]
            said = {"note": f"第{n}次：走访企业{n}家。", "progress": min(99, n), "targets": stated}
            moved(task, "report", on=days(n - 190), actor=cls.liaison, **said)
            services.comment(task.pk, note=f"请注意{n}", actor=cls.supervisor, now=at(days(n - 100)))
            services.urge(task.pk, actor=cls.supervisor, now=at(days(n - 90)))
        now = timezone.now()
        for _ in range(3):
            services.instruct(task.pk, note="请说明滞后原因", actor=cls.leader, now=now)
            services.add_step(task.pk, text="选址", actor=cls.head, now=now)
        services.ask_extension(task.pk, due_on=days(90), note="设备", actor=cls.head, now=now)
        for n in range(4):
            file = services.Upload(f"说明{n}".encode(), f"说明{n}.txt")
            services.attach(task.pk, file, actor=cls.liaison, now=now)
        part = services.splitting.Part(lead=cls.ptc)
        services.split_task(task.pk, [part], actor=cls.head, now=now)
        before = a_task(cls.gxc, due_on=today() - timedelta(days=400), issued_on=days(-700))
        PlanItem.objects.filter(pk=task.plan_item_id).update(continues=before.plan_item_id)
        cls.part = task.children.get()

    def test_it_stays_within_the_limits_for_every_reader(self):
        self.assertGreaterEqual(self.task.events.count(), 3 * self.LINES)
        for task in (self.task, self.part):
            for who in ("supervisor", "leader", "head", "liaison", "liaison2", "viewer", "admin"):
                client = signed_in(getattr(self, who))
                address = page_of(task)
                if client.get(address).status_code == 404:
                    continue
                with self.subTest(who=who, task=task.code):
                    self.assertLessEqual(queries_of(client, address), MOST_QUERIES)
                    content = client.get(address).content
                    self.assertLessEqual(len(gzip.compress(content)), MOST_BYTES)
                    self.assertIsNone(INLINE.search(content.decode()))

    def test_so_does_its_record(self):
        client = signed_in(self.supervisor)
        address = f"{record_of(self.task)}?before=120"
        self.assertLessEqual(queries_of(client, address), MOST_QUERIES)
        self.assertLessEqual(len(gzip.compress(client.get(address).content)), MOST_BYTES)
