"""填报提示 over REST: who sees them, how they are found, who marks them."""

from datetime import date

from reports.hints.services import make_hints
from reports.models import ReportHint
from tasks import services
from tasks.models import Report
from tasks.services.splitting import Part
from tests.builders import a_department, a_membership, a_task, a_user, at, moved
from tests.cases import OfficeCase

LIST = "/api/v1/hints/"
SEPTEMBER, OCTOBER = date(2026, 9, 25), date(2026, 10, 13)


class HintsApiTest(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.task = a_task(cls.gxc, status="in_progress", cooperating=[cls.cgc])
        cls.other = a_task(cls.cgc, status="in_progress", title="推进技术合同登记")
        moved(cls.task, "report", on=SEPTEMBER, actor=cls.liaison, note="新增3家。", progress=40)
        for _ in range(2):
            moved(cls.task, "report", on=OCTOBER, actor=cls.liaison, note="按计划推进。", progress=50)
        moved(cls.other, "report", on=OCTOBER, actor=cls.liaison2, note="有序推进。", progress=20)

    def setUp(self):
        make_hints(Report.objects.all(), self.now)
        self.report = self.task.reports.order_by("-id").first()
        self.hint = ReportHint.objects.get(reason="copied")

    def listed(self, who: str = "supervisor", **query: object) -> list[tuple[str, int]]:
        answer = self.as_(who).get(LIST, query)
        self.assertEqual(answer.status_code, 200, answer.content)
        return [(hint["reason"], hint["report"]["task"]["id"]) for hint in answer.json()["results"]]

    def url(self) -> str:
        return f"{LIST}{self.hint.pk}/seen/"

    def test_one_says_what_about_which_report(self):
        (shown,) = self.as_("supervisor").get(LIST, {"reason": "copied"}).json()["results"]
        self.assertEqual(
            shown,
            {
                "id": self.hint.pk,
                "report": {
                    "id": self.report.pk,
                    "task": {"id": self.task.pk, "code": self.task.code, "title": self.task.title},
                    "department": {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"},
                    "reported_at": "2026-10-13T10:00:00+08:00",
                    "progress": 50,
                    "done": "按计划推进。",
                },
                "reason": "copied",
                "text": "与2026年10月13日的填报内容相同（“按计划推进。”），请核实是否有新的进展。",
                "made_at": "2026-10-14T09:00:00+08:00",
                "seen_by": None,
                "seen_at": None,
            },
        )

    def test_filters(self):
        one, other = self.task.pk, self.other.pk
        everything = [("bare", other), ("bare", one), ("copied", one), ("bare", one)]
        self.assertCountEqual(self.listed(), everything)
        self.assertEqual(self.listed(reason="copied"), [("copied", one)])
        self.assertEqual(self.listed(department="CGC"), [("bare", other)])
        self.assertCountEqual(self.listed(department=self.kjj.pk), everything)
        self.assertCountEqual(self.listed(plan=self.task.plan_id), everything)
        self.assertEqual(self.listed(plan=self.task.plan_id + 1), [])
        self.assertEqual(self.listed(seen="true"), [])
        self.as_("supervisor").post(self.url())
        self.assertEqual(self.listed(seen="true"), [("copied", one)])
        self.assertCountEqual(self.listed(seen="false"), [hint for hint in everything if hint[0] == "bare"])

    def test_what_no_filter_knows_is_refused(self):
        for query in ({"reason": "bad"}, {"seen": "1"}, {"plan": "x"}, {"department": "XX"}, {"task": 1}):
            with self.subTest(query):
                self.assertEqual(self.as_("supervisor").get(LIST, query).status_code, 400)

    def test_the_department_does_not_see_what_is_noticed(self):
        for who in ("liaison", "head", "head2", "viewer", "stranger"):
            with self.subTest(who):
                self.assertEqual(self.listed(who), [])
                self.assertEqual(self.as_(who).post(self.url()).status_code, 404)
        self.assertEqual(self.as_("anonymous").get(LIST).status_code, 401)
        self.hint.refresh_from_db()
        self.assertIsNone(self.hint.seen_at)
        answer = self.as_("head").get(f"/api/v1/tasks/{self.task.pk}/reports/")
        self.assertNotIn("hint", answer.content.decode())

    def test_a_leader_sees_and_does_not_mark(self):
        self.assertEqual(len(self.listed("leader")), 4)
        refused = self.as_("leader").post(self.url())
        self.assertEqual((refused.status_code, refused.json()["code"]), (403, "hint_not_yours"))
        self.assertEqual(ReportHint.objects.open().count(), 4)

    def test_who_looked_first_stays_named(self):
        first = self.as_("supervisor").post(self.url())
        self.assertEqual((first.status_code, first.json()["seen_by"]), (200, "杜查"))
        again = self.as_("admin").post(self.url())
        self.assertEqual(again.json(), first.json())

    def test_nothing_is_sent_with_it(self):
        answer = self.as_("supervisor").post(self.url(), {"note": "属实"})
        self.assertEqual(answer.status_code, 200)  # as with a message that is read: there is nothing to say

    def test_marking_leaves_the_record_alone(self):
        before = self.task.events.count()
        self.as_("supervisor").post(self.url())
        self.assertEqual(self.task.events.count(), before)

    def test_a_bureau_above_the_lead_alone_sees_nothing(self):
        """A supervisor of a department that only leads the task oversees nobody's report but their own."""
        inner = a_user("inner")
        a_membership(inner, self.gxc, "supervisor")
        self.assertEqual(self.listed(inner), [])

    def test_parts_are_overseen_by_whoever_oversees_the_plan(self):
        unit = a_department("KFQ", "开发区分局", self.gxc)
        clerk = a_user("clerk")
        a_membership(clerk, unit, "liaison")
        services.split_task(self.task.pk, [Part(unit)], actor=self.head, now=at(OCTOBER, 15))
        part = self.task.children.get()
        for name in ("accept", "report"):
            moved(part, name, on=OCTOBER, hour=16, actor=clerk, note="有序推进。", progress=10)
        make_hints(Report.objects.all(), self.now)
        self.assertIn(("bare", part.pk), self.listed())
        self.assertNotIn(("bare", part.pk), self.listed("head"))

    def test_a_bare_report_s_hint_goes_when_the_file_comes(self):
        bare = ReportHint.objects.get(reason="bare", report=self.report)
        upload = services.Upload("台账".encode(), "台账.txt")
        services.attach(self.task.pk, upload, actor=self.liaison, now=self.now, report=self.report.pk)
        self.assertEqual(self.as_("supervisor").post(f"{LIST}{bare.pk}/seen/").status_code, 404)
        self.assertEqual(len(self.listed()), 3)
