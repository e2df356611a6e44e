"""The scorecard and objections over REST: shapes, refusals, who sees and does what."""

from datetime import date
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from reports.models import ScoreObjection
from tasks.models import Task, TaskEvent
from tests.builders import a_task, at, moved
from tests.reports.test_figures import FiguresCase
from tests.reports.test_objections import ANSWERED, LATE, RAISED, Objecting

CARD, OBJECTIONS = "/api/v1/reports/scorecard/", "/api/v1/reports/objections/"
AT = "2026-08-03T09:00:00+08:00"


class CardTest(Objecting, FiguresCase):
    def test_a_card_says_where_each_point_is_from(self):
        event = self.late(cooperating=[self.cgc])
        task = a_task(self.gxc, status="submitted", cooperating=[self.cgc], issued_on=LATE)
        done = moved(task, "approve", on=LATE, hour=15).events.get(kind="approve")
        objection = self.raised(event)
        body = self.figures(CARD, period="2026-Q3", department="GXC")
        self.assertEqual((body["as_of"], body["period"], body["final"]), ("2026-10-14", "2026-Q3", True))
        self.assertEqual(
            [(rule["anchor"], rule["points"]) for rule in body["rules"]],
            [("base", 100), ("on_time", 1), ("late", -1), ("returned", -2), ("report_missing", -1)],
        )
        (card,) = body["departments"]
        self.assertEqual(card["department"], {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"})
        self.assertEqual((card["base"], card["score"], card["tasks"], card["note"]), (100, 100, 2, ""))
        late, on_time = card["points"]
        self.assertEqual(
            late,
            {
                "anchor": "late",
                "rule": {"name": "逾期", "version": 1, "points": -1},
                "role": "lead",
                "points": -1,
                "void": "",
                "task": {"id": event.task_id, "code": event.task.code, "title": event.task.title},
                "event": {
                    "id": event.pk,
                    "kind": "edited",
                    "at": "2026-08-03T09:00:00+08:00",
                    "period": None,
                },
                "objection": {
                    **{"id": objection.pk, "note": "系统维护所致", "raised_by": "高新处处长"},
                    **{"raised_at": "2026-10-12T09:00:00+08:00", "upheld": None, "answer": ""},
                    **{"answered_by": None, "answered_at": None},
                },
            },
        )
        self.assertEqual((on_time["event"]["id"], on_time["objection"]), (done.pk, None))
        helper = self.figures(CARD, who="liaison2", period="2026-Q3")["departments"]
        self.assertEqual([(card["department"]["code"], card["score"]) for card in helper], [("CGC", 100.5)])

    def test_no_task_no_score(self):
        self.late()
        cards = self.figures(CARD, period="2026-Q3")["departments"]
        (idle,) = [card for card in cards if card["department"]["code"] == "RCC"]
        self.assertEqual((idle["score"], idle["tasks"], idle["points"]), (None, 0, []))
        self.assertEqual(idle["note"], "本季度没有承办任务，不计分。")

    def test_the_present_quarter_unless_said(self):
        body = self.figures(CARD)
        self.assertEqual((body["period"], body["final"]), ("2026-Q4", False))

    def test_what_cannot_be_asked(self):
        for asked, code in (
            ({"period": "2027-Q1"}, "period_in_future"),
            ({"period": "2026-10"}, "period_not_quarter"),
            ({"period": "２０２６-Q3"}, "period_not_quarter"),
            ({"period": "2026-Q3", "as_of": "2026-06-30"}, "date_before_period"),
            ({"period": "2026-Q3", "as_of": "2026-10-15"}, "date_in_future"),
            ({"quarter": "2026-Q3"}, "unknown_parameter"),
            ({"plan": 10**9}, "plan_unknown"),
            ({"department": "XYZ"}, "department_unknown"),
        ):
            with self.subTest(code):
                answer = self.get(CARD, **asked)
                codes = {answer.json()["code"], *(e["code"] for e in answer.json().get("errors", []))}
                self.assertEqual(answer.status_code, 400)
                self.assertIn(code, codes)
        refused = self.get(CARD, who="liaison2", department="GXC")
        self.assertEqual((refused.status_code, refused.json()["code"]), (403, "scorecard_not_yours"))

    def test_what_it_costs_does_not_grow(self):
        def cost() -> int:
            with self.assertNumQueries(COST):
                self.client_.get(CARD, {"period": "2026-Q3"})
            return COST

        self.client_ = self.as_("leader")
        self.raised(self.late())
        cost()
        for n in range(4):
            self.raised(self.late(title=f"任务{n}", cooperating=[self.cgc, self.ptc]))
        cost()


# Person and token, departments, rules, points, objections, tasks.
COST = 6


class ObjectionsTest(Objecting, FiguresCase):
    def setUp(self) -> None:
        super().setUp()
        self.event = self.late()

    def body(self, **given: Any) -> dict[str, Any]:
        return {"event": self.event.pk, "anchor": "late", "department": "GXC", "note": "系统维护"} | given

    def post(self, who: str, path: str, body: dict[str, Any], on: date = RAISED) -> Any:
        with patch.object(timezone, "now", lambda: at(on)):
            return self.as_(who).post(path, body)

    def test_raised_listed_and_answered(self):
        made = self.post("liaison", OBJECTIONS, self.body())
        self.assertEqual(made.status_code, 201, made.content)
        told = made.json()
        self.assertEqual(
            told,
            {
                "id": told["id"],
                "department": {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"},
                **{"period": "2026-Q3", "anchor": "late", "event": self.event.pk},
                "task": {
                    **{"id": self.event.task_id, "code": self.event.task.code},
                    "title": self.event.task.title,
                },
                **{"note": "系统维护", "raised_by": "高新处联络员", "raised_at": "2026-10-12T09:00:00+08:00"},
                **{"upheld": None, "answer": "", "answered_by": None, "answered_at": None},
            },
        )
        self.assertEqual(self.listed("supervisor", answered="false"), [told["id"]])
        path = f"{OBJECTIONS}{told['id']}/answer/"
        answer = self.post("supervisor", path, {"upheld": True, "note": "属实"}, on=ANSWERED)
        self.assertEqual((answer.status_code, answer.json()["upheld"]), (200, True))
        self.assertEqual(answer.json()["answered_by"], "杜查")
        self.assertEqual(self.listed("supervisor", answered="false"), [])
        self.assertEqual(
            self.figures(CARD, period="2026-Q3", department="GXC")["departments"][0]["score"], 100
        )

    def listed(self, who: str, **asked: Any) -> list[int]:
        return [row["id"] for row in self.figures(OBJECTIONS, who=who, **asked)["results"]]

    def test_the_list_is_of_the_cards_one_sees(self):
        objection = self.raised(self.event)
        for who, seen in (("head", True), ("liaison", True), ("viewer", True), ("head2", False)):
            with self.subTest(who):
                self.assertEqual(self.listed(who), [objection.pk] if seen else [])
        self.assertEqual(self.listed("head", period="2026-Q2"), [])
        self.assertEqual(self.listed("head", period="2026-Q3", answered="true"), [])

    def test_refusals_leave_nothing(self):
        objection = self.raised(self.event)
        path = f"{OBJECTIONS}{objection.pk}/answer/"
        other = self.late(title="另一项")
        body = self.body(event=other.pk)
        before = list(Task.objects.order_by("pk").values_list("version", "head_hash"))
        for who, where, given, status, code in (
            ("head", OBJECTIONS, {**body, "note": " "}, 400, "note_required"),
            ("head", OBJECTIONS, {**body, "anchor": "fame"}, 400, "invalid"),
            ("head", OBJECTIONS, {**body, "anchor": "returned"}, 400, "point_unknown"),
            ("head", OBJECTIONS, {**body, "event": 10**15}, 400, "point_unknown"),
            ("head", OBJECTIONS, {**body, "points": 5}, 400, "invalid"),
            ("head2", OBJECTIONS, body, 400, "point_unknown"),
            ("viewer", OBJECTIONS, body, 403, "objection_not_yours"),
            ("head", OBJECTIONS, self.body(), 409, "objection_raised"),
            ("head", path, {"upheld": True, "note": "采纳"}, 403, "objection_not_yours"),
            ("head2", path, {"upheld": True, "note": "采纳"}, 404, "not_found"),
            ("supervisor", path, {"note": "采纳"}, 400, "invalid"),
            ("supervisor", path, {"upheld": True}, 400, "note_required"),
            ("anonymous", path, {"upheld": True, "note": "采纳"}, 401, "not_authenticated"),
        ):
            with self.subTest(who=who, code=code):
                answer = self.post(who, where, given)
                self.assertEqual((answer.status_code, answer.json()["code"]), (status, code))
        self.assertEqual(list(Task.objects.order_by("pk").values_list("version", "head_hash")), before)
        self.assertEqual(ScoreObjection.objects.get().upheld, None)
        self.answered(objection)
        again = self.post("supervisor", path, {"upheld": False, "note": "不采纳"})
        self.assertEqual((again.status_code, again.json()["code"]), (409, "objection_answered"))
        self.assertEqual(TaskEvent.objects.filter(data__has_key="objection").count(), 2)
