"""填报提示 on pages: the supervisor's list, 工作台, and beside the reports of a task."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from plans.org.models import User
from reports.hints.services import make_hints
from reports.models import ReportHint
from tasks.models import Report
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, days, queries_of, signed_in

EVIL = "<script>alert()</script>"  # without a figure
REMARK = "仅供核实参考，不作为认定依据"


class HintsPageTest(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.task = a_task(
            cls.gxc, status="in_progress", issued_on=days(-90), due_on=days(90), cooperating=[cls.cgc]
        )
        cls.other = a_task(
            cls.cgc, status="in_progress", title="合同登记", issued_on=days(-90), due_on=days(90)
        )

    def setUp(self):
        self.report("按计划推进。", -40, by=self.liaison)
        self.report("按计划推进。", -2, by=self.liaison)
        self.report(f"有序推进{EVIL}。", -2, by=self.liaison2, task=self.other)
        make_hints(Report.objects.filter(reported_at__gte=at(days(-10))), at(days(-1)))
        self.copied = ReportHint.objects.get(reason="copied")

    def report(self, note: str, when: int, *, by: User, task=None, progress: int = 50) -> None:
        moved(task or self.task, "report", on=days(when), actor=by, note=note, progress=progress)

    def page(self, who: str = "supervisor", **query: object) -> str:
        answer = signed_in(getattr(self, who)).get(reverse("hints"), query)
        self.assertEqual(answer.status_code, 200)
        return answer.content.decode()

    def mark(self, who: str, **body: object):
        return signed_in(getattr(self, who)).post(reverse("hint-seen", args=[self.copied.report_id]), body)

    def test_a_report_stands_beside_the_one_it_resembles(self):
        page = self.page()
        self.assertIn(REMARK, page)
        self.assertIn("与以前的填报雷同", page)
        self.assertEqual(page.count("相似的填报"), 1)
        self.assertIn(days(-40).isoformat(), page)
        self.assertIn("共 <b>2</b> 份填报有提示待核实", page)
        self.assertNotIn(EVIL, page)
        self.assertNotRegex(page, INLINE)

    def test_filters(self):
        self.assertIn("共 <b>1</b> 份", self.page(reason="copied"))
        self.assertIn("共 <b>1</b> 份", self.page(department=self.cgc.pk))
        self.assertIn("没有已核实的提示", self.page(seen="true"))
        for query in ({"reason": "bad"}, {"department": "0"}):
            answer = signed_in(self.supervisor).get(reverse("hints"), query)
            self.assertEqual(answer.status_code, 400)

    def test_the_button_takes_it_off_the_list_and_goes_back_to_it(self):
        answer = self.mark("supervisor", department=str(self.gxc.pk), reason="", next="//evil.example")
        self.assertRedirects(answer, f"{reverse('hints')}?department={self.gxc.pk}")
        self.assertIn("共 <b>1</b> 份", self.page())
        self.assertIn("杜查于", self.page(seen="true"))
        self.assertEqual(ReportHint.objects.open().count(), 1, "all of that report's")

    def test_a_leader_looks_on(self):
        page = self.page("leader")
        self.assertIn("与以前的填报雷同", page)
        self.assertNotIn(reverse("hint-seen", args=[self.copied.report_id]), page)
        self.assertEqual(self.mark("leader").status_code, 403)
        self.assertIsNone(ReportHint.objects.get(pk=self.copied.pk).seen_at)

    def test_nobody_else_does(self):
        for who in ("liaison", "head", "head2", "viewer", "stranger"):
            with self.subTest(who):
                client = signed_in(getattr(self, who))
                self.assertEqual(client.get(reverse("hints")).status_code, 403)
                self.assertEqual(self.mark(who).status_code, 404)
        self.assertEqual(Client().get(reverse("hints")).status_code, 302)
        self.assertEqual(signed_in(self.supervisor).get(reverse("hint-seen", args=[1])).status_code, 405)

    def test_the_workbench_says_how_many_wait(self):
        def shown(who: str) -> str:
            return signed_in(getattr(self, who)).get(reverse("workbench")).content.decode()

        page = shown("supervisor")
        self.assertIn('填报提示 <span class="number">2</span>', page)
        self.assertIn(self.copied.text, page)
        for who in ("leader", "head", "viewer"):
            with self.subTest(who):
                self.assertNotIn("填报提示", shown(who))
        ReportHint.objects.update(seen_by=self.supervisor, seen_at=self.now)
        self.assertNotIn("填报提示", shown("supervisor"))

    def test_the_task_s_time_line_has_it_beside_the_report(self):
        def shown(who: str) -> str:
            page = signed_in(getattr(self, who)).get(reverse("tasks:detail", args=[self.task.pk]))
            return page.content.decode()

        for who in ("supervisor", "leader", "admin"):
            with self.subTest(who):
                self.assertIn(self.copied.text, shown(who))
        for who in ("head", "liaison", "head2", "viewer"):
            with self.subTest(who):
                self.assertNotIn("提示", shown(who))
                self.assertNotIn("雷同", shown(who))
        self.mark("supervisor")
        self.assertIn(f'提示（已核实） <span lang="zh-CN">{self.copied.text}', shown("supervisor"))

    def test_the_cost_does_not_grow(self):
        def cost(name: str, *args: int) -> int:
            return queries_of(signed_in(self.supervisor), reverse(name, args=args))

        pages = (("hints",), ("workbench",), ("tasks:detail", self.task.pk))
        few = [cost(*page) for page in pages]
        for n in range(12):
            task = a_task(
                self.gxc, status="in_progress", title=f"任务{n}", issued_on=days(-90), due_on=days(90)
            )
            for when in (-12, -11):
                self.report("有序推进。", when, by=self.liaison, task=task)
        for _ in range(5):
            self.report("按计划推进。", -1, by=self.liaison)
        make_hints(Report.objects.all(), self.now + timedelta(days=1))
        self.assertEqual([cost(*page) for page in pages], few)
        self.assertLessEqual(max(few), MOST_QUERIES, few)
