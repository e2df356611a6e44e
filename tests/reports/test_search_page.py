"""全局搜索 and what the frame of every page shows."""

from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from plans.models import Plan
from reports import bulletins, summaries
from reports.periods import Period
from tasks import services
from tasks.services.moves import MoveInput
from tests.builders import a_goal, a_task, the_plan_of
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, days, queries_of, signed_in, today

SEARCH, WORK = reverse("search"), reverse("work")


class SearchTests(OfficeCase):
    def setUp(self):
        fresh = {"issued_on": today(), "due_on": days(60)}
        self.task = a_task(self.gxc, title=f"建设科技企业孵化器{EVIL}", **fresh)

    def found(self, asked: str, who: str = "supervisor"):
        return signed_in(getattr(self, who)).get(SEARCH, {"q": asked})

    def test_words_are_found_and_marked(self):
        page = self.found("孵化器 科技")
        self.assertContains(page, "<mark>科技</mark>企业<mark>孵化器</mark>")
        self.assertNotContains(page, EVIL)
        self.assertNotRegex(page.content.decode(), INLINE)

    def test_plans_what_they_say_and_departments(self):
        goal = a_goal(self.task.plan, "高新技术企业达到300家")
        page = self.found("高新")
        self.assertContains(page, f"#item-{goal.pk}")
        self.assertContains(page, "?department=GXC")
        self.assertContains(self.found("工作要点"), reverse("plans:detail", args=[self.task.plan_id]))

    def test_a_code_goes_straight_to_its_task(self):
        for asked in (self.task.code, f" {self.task.code.lower()} "):
            answer = self.found(asked)
            self.assertRedirects(
                answer, reverse("tasks:detail", args=[self.task.pk]), fetch_redirect_response=False
            )

    def test_nobody_finds_what_they_do_not_see(self):
        for asked in ("孵化器", self.task.code, "工作要点"):
            page = self.found(asked, "stranger")
            self.assertEqual(page.status_code, 200)
            self.assertContains(page, "没有找到")
            self.assertNotContains(page, self.task.title[:6])

    def test_too_little_too_much_and_nothing(self):
        self.assertContains(self.found(""), "输入任务编号直达")
        for asked in ("孵", "长" * 101, "a\0b"):
            self.assertContains(self.found(asked), "请输入2至100个字")
        self.assertContains(self.found("没有这样的词"), "没有找到")
        self.assertContains(self.found("<b>没有"), "&lt;b&gt;没有")

    def test_more_than_fit_are_in_the_ledger(self):
        for n in range(11):
            a_task(self.gxc, title=f"孵化器{n}", issued_on=today(), due_on=days(60))
        self.assertContains(self.found("孵化器"), "在台账中查看全部")

    def test_queries(self):
        client = signed_in(self.liaison)
        self.assertLessEqual(queries_of(client, f"{SEARCH}?q=孵化器"), MOST_QUERIES)


class FrameTests(OfficeCase):
    def test_the_place_where_one_is_is_told(self):
        task = a_task(self.gxc, issued_on=today(), due_on=days(60))
        client = signed_in(self.supervisor)
        self.assertContains(client.get(reverse("dashboard")), 'aria-current="page">概览')
        self.assertContains(client.get(reverse("tasks:detail", args=[task.pk])), 'aria-current="true">台账')

    def test_work_under_way_is_told_and_found_in_one_place(self):
        task = a_task(self.gxc, issued_on=today(), due_on=days(60))
        client = signed_in(self.supervisor)
        self.assertContains(client.get(WORK), "近7天没有后台办理的工作")
        self.assertNotContains(client.get("/"), "办理中 <span")
        now = timezone.now()
        run = services.request_run(
            [task.pk],
            "suspend",
            actor=self.supervisor,
            now=now,
            given=MoveInput("机构改革"),
            key=uuid4().hex,
        )
        Plan.objects.filter(pk=the_plan_of(self.gxc, 2026).pk).update(
            uploaded_by=self.supervisor, status="parsing"
        )
        summary = summaries.make(Period.read("2026-03"), None, now=now)
        bulletins.request(summary, actor=self.supervisor, now=now)
        self.assertContains(client.get("/"), '办理中 <span class="count">4</span>')
        page = client.get(WORK)
        self.assertContains(page, reverse("tasks:bulk-run", args=[run.pk]))
        self.assertContains(page, reverse("summary", args=[summary.pk]))
        self.assertContains(page, "导入计划</h2>")
        self.assertNotContains(signed_in(self.leader).get(WORK), reverse("summary", args=[summary.pk]))
        self.assertLessEqual(queries_of(client, WORK), MOST_QUERIES)
