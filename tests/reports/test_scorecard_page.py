"""考核 as people see it: the cards, a department's points, objections raised and answered in place."""

from datetime import date
from typing import Any
from unittest.mock import patch

from django.urls import reverse
from django.utils import timezone

from reports.models import ScoreObjection, ScoreRule
from reports.scoring.page import quarters
from tests.builders import at
from tests.cases import OfficeCase
from tests.pages import EVIL, INLINE, MOST_QUERIES, queries_of, signed_in
from tests.reports.test_objections import AFTER, Objecting

localdate = timezone.localdate


class PageCase(Objecting, OfficeCase):
    def setUp(self) -> None:
        self.enterContext(patch.object(timezone, "localdate", self.localdate))
        self.event = self.late(cooperating=[self.cgc])

    def localdate(self, value: Any = None, zone: Any = None) -> date:
        return AFTER if value is None else localdate(value)

    def page(self, who: Any, status: int = 200, **asked: Any) -> str:
        answer = signed_in(who).get(reverse("scorecard"), {"period": "2026-Q3"} | asked)
        self.assertEqual(answer.status_code, status)
        html = answer.content.decode()
        self.assertIsNone(INLINE.search(html))
        return html

    def object(self, who: Any, note: str = "系统维护", department: Any = None) -> Any:
        address = reverse("scorecard-object", args=[self.event.pk, "late", (department or self.gxc).pk])
        return self.post(who, f"{address}?period=2026-Q3", {"note": note})

    def post(self, who: Any, address: str, body: dict[str, Any]) -> Any:
        with patch.object(timezone, "now", lambda: at(AFTER, 20)):
            return signed_in(who).post(address, body, follow=True)


class ScorecardPageTest(PageCase):
    def test_the_cards_side_by_side_with_their_rules(self):
        html = self.page(self.viewer)
        for words in (
            "2026年第3季度",
            "高新技术处",
            "99",
            "本季度没有承办任务，不计分。",
            "第1版",
            "配合单位按一半计",
        ):
            with self.subTest(words):
                self.assertIn(words, html)
        self.assertNotIn("提出异议", html)

    def test_a_department_sees_its_own_points(self):
        html = self.page(self.head)
        for words in (self.event.task.code, "−1", "逾期（牵头）", f"#event-{self.event.pk}", "提出异议"):
            with self.subTest(words):
                self.assertIn(words, html)
        self.assertNotIn("成果转化处", html)
        task = signed_in(self.head).get(reverse("tasks:detail", args=[self.event.task_id]))
        self.assertIn(f'id="event-{self.event.pk}"', task.content.decode())

    def test_a_quarter_under_way_says_so(self):
        self.assertIn("本季度未结束", self.page(self.viewer, period="2026-Q4"))

    def test_what_cannot_be_asked(self):
        self.assertIn("截至日期不能晚于今天", self.page(self.viewer, 400, as_of="2026-10-15"))
        self.assertIn("早于", self.page(self.viewer, 400, as_of="2026-06-30"))
        self.page(self.viewer, 400, period="2027-Q1")
        self.page(self.head2, 400, department=self.gxc.pk)

    def test_an_earlier_days_card_is_to_look_at(self):
        self.assertNotIn("提出异议", self.page(self.head, as_of="2026-10-13"))

    def test_who_has_no_post_sees_nothing(self):
        self.stranger.memberships.all().delete()
        self.assertIn("没有可以查看的单位", self.page(self.stranger))

    def test_quarters_to_choose_from(self):
        names = [period.name for period in quarters(AFTER)]
        self.assertEqual(names, ["2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1"])

    def test_it_costs_what_it_must(self):
        client = signed_in(self.supervisor)
        address = f"{reverse('scorecard')}?period=2026-Q3&department={self.gxc.pk}"
        self.raised(self.event, note="一")
        queries_of(client, address)
        before = queries_of(client, address)
        for n in range(3):
            self.raised(self.late(title=f"任务{n}"), note="二")
        self.assertEqual(queries_of(client, address), before)
        self.assertLessEqual(before, MOST_QUERIES)


class ObjectingPageTest(PageCase):
    def test_objected_and_answered_in_place(self):
        answer = self.object(self.liaison, EVIL)
        self.assertIn("已记入任务的办理记录", answer.content.decode())
        self.assertEqual(answer.redirect_chain[-1][0], f"/scorecard/?period=2026-Q3&department={self.gxc.pk}")
        objection = ScoreObjection.objects.get()
        html = self.page(self.supervisor)
        self.assertIn("待答复的异议", html)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", html)
        self.assertNotIn("待答复的异议", self.page(self.head))
        address = reverse("scorecard-answer", args=[objection.pk]) + "?period=2026-Q3"
        html = self.post(self.supervisor, address, {"note": "属实", "upheld": "true"}).content.decode()
        for words in ("异议采纳，不计", "原−1", "采纳</b> 属实", "100"):
            with self.subTest(words):
                self.assertIn(words, html)
        told = signed_in(self.head).get(reverse("tasks:detail", args=[self.event.task_id])).content.decode()
        self.assertIn("对高新技术处的“逾期”得分提出考核异议", told)
        self.assertIn("采纳对高新技术处的“逾期”得分的考核异议，该项不计", told)

    def test_what_one_raised_oneself_is_not_offered_for_an_answer(self):
        self.object(self.admin)
        self.assertNotIn("待答复的异议", self.page(self.admin))
        self.assertIn("待答复的异议", self.page(self.supervisor))

    def test_what_is_refused_is_said(self):
        self.assertIn("必填", self.object(self.head, "").content.decode())
        self.assertIn("由被考核单位", self.object(self.viewer).content.decode())
        self.assertEqual(self.object(self.head2).status_code, 404)
        self.assertEqual(ScoreObjection.objects.count(), 0)
        self.object(self.head)
        self.assertIn("已提出过异议", self.object(self.liaison).content.decode())
        address = reverse("scorecard-answer", args=[ScoreObjection.objects.get().pk])
        refused = self.post(self.head, address, {"note": "采纳", "upheld": "true"}).content.decode()
        self.assertIn("由交办单位的督查员答复", refused)
        outside = self.post(self.head2, address, {"note": "采纳", "upheld": "true"})
        self.assertEqual(outside.status_code, 404)
        self.assertIsNone(ScoreObjection.objects.get().upheld)


class AdminTest(OfficeCase):
    ADD = "/admin/reports/scorerule/add/"

    def add(self, **given: Any) -> Any:
        body = {
            **{"anchor": "late", "name": "逾期", "points": "-2", "helper_points": "-0.5"},
            **{"counts_from": "2199-10-01", "basis": "考核办法第六条"},
        }
        return signed_in(self.admin).post(self.ADD, body | given)

    def test_a_version_is_added_and_never_changed(self):
        self.assertEqual(self.add().status_code, 302)
        rule = ScoreRule.objects.get(anchor="late", version=2)
        self.assertEqual((rule.created_by, rule.points, rule.helper_points), (self.admin, -2, -0.5))
        page = f"/admin/reports/scorerule/{rule.pk}/"
        self.assertEqual(signed_in(self.admin).post(f"{page}change/", {"points": 0}).status_code, 403)
        self.assertEqual(signed_in(self.admin).post(f"{page}delete/").status_code, 403)
        self.assertIn(
            "考核办法第六条",
            signed_in(self.admin).get("/admin/reports/scorerule/?q=考核办法").content.decode(),
        )

    def test_not_for_a_quarter_that_is_over(self):
        for given, words in (
            ({"counts_from": "2020-01-01"}, "该季度已结束"),
            ({"counts_from": "2199-10-02"}, "季度的第一天"),
            ({"anchor": "base", "points": "-1"}, "基础分不能为负"),
        ):
            with self.subTest(words):
                answer = self.add(**given)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(words, answer.content.decode())
        self.assertEqual(ScoreRule.objects.count(), 5)

    def test_objections_are_to_look_at(self):
        page = signed_in(self.admin).get("/admin/reports/scoreobjection/")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(signed_in(self.admin).get("/admin/reports/scoreobjection/add/").status_code, 403)
