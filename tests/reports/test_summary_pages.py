"""汇总与通报 as pages."""

import re
from datetime import date
from html import unescape

from django.urls import reverse

from reports import summaries
from reports.models import Bulletin, Summary
from reports.narrative import draft
from reports.periods import Kind, Period
from reports.summary_page import SummaryPage
from tests.builders import a_goal, a_plan, a_task, an_actual, at, issued, moved
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, queries_of, signed_in, today

OVER = at(date(2026, 1, 9))
YEAR = {"issued_on": date(2025, 3, 3), "due_on": date(2025, 11, 30)}


class SummaryPageCase(OfficeCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        plan = a_plan(cls.kjj, year=2025)
        goal = a_goal(plan)
        issued(plan, date(2025, 3, 3))
        an_actual(goal.targets.get(), 301, date(2025, 10, 31))
        cls.task = a_task(cls.gxc, status="in_progress", cooperating=[cls.cgc], plan=plan, **YEAR)
        cls.late = a_task(
            cls.cgc,
            status="in_progress",
            plan=plan,
            title=EVIL,
            targets=[("企业", 3)],
            **YEAR | {"due_on": date(2025, 10, 20)},
        )
        moved(cls.late, "report", on=date(2025, 10, 15), progress=30, problems=f"场地未交付{EVIL}")
        done = a_task(cls.gxc, status="submitted", plan=plan, title="办结的任务", **YEAR)
        moved(done, "approve", on=date(2025, 10, 16))
        october = Period.read("2025-10")
        cls.whole = summaries.make(october, cls.kjj, now=OVER)
        cls.of_gxc = summaries.make(october, cls.gxc, now=OVER)

    def address(self, name: str = "summary", summary: Summary | None = None) -> str:
        return reverse(name, args=[(summary or self.whole).pk])


class ListTests(SummaryPageCase):
    def found(self, client, **query) -> list[int]:
        periods = client.get(reverse("summaries"), query).context["periods"]
        return [row.pk for _, rows in periods for row in rows]

    def test_by_kind_with_what_is_released(self):
        summaries.make(Period.read("2025-W44"), self.kjj, now=OVER)
        summaries.release(self.whole.pk, actor=self.supervisor, now=OVER)
        client = signed_in(self.supervisor)
        page = client.get(reverse("summaries"))
        self.assertContains(page, "2025年10月")
        self.assertContains(page, "1月9日已发布</span>")
        self.assertNotContains(page, "2025年第44周")
        self.assertContains(client.get(reverse("summaries"), {"kind": "week"}), "2025年第44周")
        self.assertEqual(self.found(client, released="false"), [self.of_gxc.pk])
        self.assertEqual(self.found(client, released="true"), [self.whole.pk])
        self.assertEqual(self.found(client, department=self.gxc.pk), [self.of_gxc.pk])

    def test_each_sees_their_own(self):
        self.assertEqual(self.found(signed_in(self.head)), [self.of_gxc.pk])
        self.assertContains(signed_in(self.stranger).get(reverse("summaries")), "没有符合条件的月汇总")

    def test_who_may_makes_one_and_finds_it_when_it_is_there(self):
        client, period = signed_in(self.supervisor), Period.around(today(), Kind.MONTH).before
        for _ in range(2):
            sent = client.post(reverse("summaries"), {"period": period.name, "department": self.ptc.pk})
            made = Summary.objects.get(period=period.name)
            self.assertRedirects(sent, self.address(summary=made))
        self.assertEqual((made.department, made.bulletins.count()), (self.ptc, 2))
        self.assertContains(client.get(self.address(summary=made)), "没有承担重点任务")

    def test_a_period_that_is_not_offered(self):
        client, before = signed_in(self.supervisor), Summary.objects.count()
        for period in (Period.around(today(), Kind.MONTH).name, "2025-13", ""):
            with self.subTest(period):
                self.assertEqual(client.post(reverse("summaries"), {"period": period}).status_code, 400)
        self.assertEqual(Summary.objects.count(), before)

    def test_others_have_no_form_and_are_refused(self):
        period = Period.around(today(), Kind.MONTH).before.name
        for person in (self.head, self.leader, self.viewer):
            client = signed_in(person)
            self.assertNotContains(client.get(reverse("summaries")), "生成一期")
            self.assertEqual(client.post(reverse("summaries"), {"period": period}).status_code, 403)

    def test_the_cost_does_not_grow(self):
        client = signed_in(self.supervisor)
        before = queries_of(client, reverse("summaries"))
        for n in range(3, 10):
            summaries.make(Period.read(f"2025-0{n}"), self.gxc, now=OVER)
        self.assertEqual(queries_of(client, reverse("summaries")), before)
        self.assertLessEqual(before, MOST_QUERIES)


class DetailTests(SummaryPageCase):
    def page(self, summary: Summary | None = None) -> SummaryPage:
        return SummaryPage(summary or self.whole, self.supervisor)

    def test_it_says_what_the_figures_say(self):
        answer = signed_in(self.supervisor).get(self.address())
        for words in (
            "2025年10月汇总",
            "云江市科学技术局",
            "较上月",
            "场地未交付",
            "办结的任务",
            "高新技术企业",
        ):
            with self.subTest(words):
                self.assertContains(answer, words)
        self.assertIn(draft(self.whole.figures).split("\n")[0], unescape(answer.content.decode()))

    def test_nothing_in_it_runs(self):
        for name in ("summary", "summary-tasks"):
            html = signed_in(self.supervisor).get(self.address(name)).content.decode()
            self.assertNotIn(EVIL, html)
            self.assertIsNone(INLINE.search(html))

    def test_every_number_leads_to_so_many_tasks(self):
        client, page = signed_in(self.supervisor), self.page()
        numbers = [*page.headline, *(number for number, _ in page.paces), *page.targets]
        numbers += [number for _, row in page.departments for number in row]
        numbers += [listed.number for listed in page.happened]
        for number in numbers:
            with self.subTest(number.url):
                shown = client.get(number.url).context["page"]
                self.assertEqual(max(len(shown.rows), shown.times), number.count)

    def test_a_number_of_nothing_known(self):
        client, address = signed_in(self.supervisor), self.address("summary-tasks")
        self.assertEqual(client.get(address, {"of": "nonsense"}).status_code, 404)
        self.assertContains(client.get(address, {"lead": "999"}), "没有任务。")

    def test_tasks_that_a_reader_may_not_open_are_named_without_a_link(self):
        summaries.release(self.whole.pk, actor=self.supervisor, now=OVER)
        answer = signed_in(self.head).get(self.address("summary-tasks"))
        self.assertContains(answer, reverse("tasks:detail", args=[self.task.pk]))
        self.assertNotContains(answer, reverse("tasks:detail", args=[self.late.pk]))
        self.assertContains(answer, self.late.code)

    def test_it_is_the_same_page_after_tasks_and_departments_changed(self):
        client = signed_in(self.admin)
        strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        first = strip.sub("", client.get(self.address("summary-tasks")).content.decode())
        type(self.task).objects.filter(pk=self.task.pk).update(title="改名")
        type(self.gxc).objects.filter(pk=self.gxc.pk).update(name="改名处")
        moved(self.task, "submit", on=date(2026, 1, 20))
        self.assertEqual(strip.sub("", client.get(self.address("summary-tasks")).content.decode()), first)

    def test_who_may_not_see_it(self):
        self.assertEqual(signed_in(self.head).get(self.address()).status_code, 404)
        self.assertEqual(signed_in(self.stranger).get(self.address()).status_code, 404)
        self.assertRedirects(self.client.get(self.address()), f"/login/?next={self.address()}")

    def test_the_cost_does_not_grow_with_tasks(self):
        client, plan = signed_in(self.supervisor), self.task.plan
        before = queries_of(client, self.address())
        for _ in range(6):
            a_task(self.ptc, plan=plan, **YEAR)
        more = summaries.make(Period.read("2025-09"), self.kjj, now=OVER)
        self.assertLessEqual(queries_of(client, self.address(summary=more)), before)
        self.assertLessEqual(before, MOST_QUERIES)

    def test_it_looks_again_only_while_a_file_is_being_made(self):
        client = signed_in(self.supervisor)
        self.assertNotContains(client.get(self.address()), "refresh")
        client.post(self.address("summary-files"))
        self.assertEqual(self.whole.bulletins.count(), 2)
        self.assertContains(client.get(self.address()), 'http-equiv="refresh"')
        Bulletin.objects.update(status=Bulletin.Status.FAILED, failure="模板有误")
        page = client.get(self.address())
        self.assertNotContains(page, 'http-equiv="refresh"')
        self.assertContains(page, "模板有误")


class TextTests(SummaryPageCase):
    def edit(self, text: str = "改过的正文。", version: int = 0, who=None):
        client = signed_in(who or self.supervisor)
        return client.post(self.address("summary-edit"), {"narrative": text, "version": version})

    def test_an_edit_is_kept_and_asks_for_new_files(self):
        self.assertRedirects(self.edit("第一段。\r\n第二段。"), self.address())
        self.whole.refresh_from_db()
        self.assertEqual((self.whole.narrative, self.whole.version), ("第一段。\n第二段。", 1))
        self.assertEqual(self.whole.bulletins.count(), 2)

    def test_who_comes_second_is_told_and_keeps_what_they_typed(self):
        self.edit("甲的正文。")
        answer = self.edit("乙的正文。")
        self.assertContains(answer, "已被他人修改", status_code=412)
        self.assertContains(answer, "甲的正文。", status_code=412)
        self.assertContains(answer, "乙的正文。</textarea>", status_code=412)
        self.assertContains(answer, 'name="version" value="1"', status_code=412)
        self.whole.refresh_from_db()
        self.assertEqual(self.whole.narrative, "甲的正文。")

    def test_an_empty_text_is_refused(self):
        self.assertEqual(self.edit(" ").status_code, 400)
        self.whole.refresh_from_db()
        self.assertEqual(self.whole.version, 0)

    def test_only_who_may_is_offered_it(self):
        for person in (self.leader, self.viewer):
            self.assertNotContains(signed_in(person).get(self.address()), "保存正文")
            answer = self.edit(who=person)
            self.assertContains(answer, "改过的正文。", status_code=403)
        self.whole.refresh_from_db()
        self.assertEqual(self.whole.version, 0)

    def test_a_release_freezes_what_was_seen(self):
        client = signed_in(self.supervisor)
        self.assertRedirects(client.post(self.address("summary-release"), {"version": 0}), self.address())
        page = client.get(self.address())
        self.assertNotContains(page, "保存正文")
        self.assertContains(page, "杜查 发布于")
        self.assertContains(signed_in(self.head).get(self.address()), "截至2025年10月31日")
        self.assertEqual(self.edit("再改。", version=1).status_code, 409)

    def test_a_release_of_what_changed_meanwhile_is_none(self):
        self.edit()
        client = signed_in(self.supervisor)
        for version in ("0", "", "x"):
            answer = client.post(self.address("summary-release"), {"version": version})
            self.assertContains(answer, "没有发布", status_code=412)
        self.whole.refresh_from_db()
        self.assertIsNone(self.whole.released_at)
