"""Overview and overdue board over REST: shapes, figures, the day asked for, and who sees what."""

from datetime import date, timedelta
from unittest.mock import patch

from django.utils import timezone

from reports import delivery, reminders
from tasks import services
from tasks.states import Status
from tests.builders import a_goal, a_plan, a_task, an_actual, at, issued, moved
from tests.cases import OfficeCase

OVERVIEW, OVERDUE = "/api/v1/reports/overview/", "/api/v1/reports/overdue/"
DEPARTMENTS = "/api/v1/reports/departments/"
STATUSES = Status.values


class FiguresCase(OfficeCase):
    """All on one fixed day."""

    def setUp(self):
        clock = patch.object(
            timezone, "localdate", lambda value=None, zone=None: localdate(value, self.today)
        )
        self.enterContext(clock)

    def get(self, path: str, who: str = "leader", **parameters):
        return self.as_(who).get(path, parameters)

    def figures(self, path: str, who: str = "leader", **parameters) -> dict:
        response = self.get(path, who, **parameters)
        self.assertEqual(response.status_code, 200, response.content)
        return response.json()


_localdate = timezone.localdate


def localdate(value, today: date) -> date:
    return _localdate(value) if value is not None else today


class OverviewTests(FiguresCase):
    def test_an_empty_office(self):
        self.assertEqual(
            self.figures(OVERVIEW),
            {
                "as_of": "2026-10-14",
                "tasks": 0,
                "by_status": dict.fromkeys(STATUSES, 0),
                "by_light": {"red": 0, "yellow": 0, "green": 0, "blue": 0, "grey": 0},
                "on_time_rate": None,
                "average_progress": None,
                "time_share": None,
                "goals": [],
            },
        )

    def test_every_status_and_light_is_counted(self):
        for status in STATUSES:
            a_task(self.gxc, status=status)
        late = a_task(self.gxc, status="submitted", due_on=date(2026, 3, 31), moved_on=date(2026, 4, 1))
        moved(late, "approve", on=date(2026, 4, 2))
        figures = self.figures(OVERVIEW)
        self.assertEqual(figures["tasks"], 9)
        self.assertEqual(figures["by_status"], dict.fromkeys(STATUSES, 1) | {"completed": 2})
        # Without progress by October two are far behind; for the submitted one the clock stands still.
        self.assertEqual(figures["by_light"], {"red": 2, "yellow": 0, "green": 1, "blue": 3, "grey": 3})
        self.assertEqual(figures["on_time_rate"], round(2 / 3, 4))
        self.assertEqual(
            figures["average_progress"], 37.5
        )  # 3 of 8 are at 100, the cancelled one is left out

    def test_progress_beside_the_time_that_has_passed(self):
        # 100 days from 2 March to 10 June; measured halfway.
        a_task(self.gxc, status="in_progress", due_on=date(2026, 6, 10), progress=40)
        figures = self.figures(OVERVIEW, as_of="2026-04-21")
        self.assertEqual((figures["average_progress"], figures["time_share"]), (40, 0.5))

    def test_goals_with_the_last_figure_of_the_day(self):
        plan = a_plan(self.kjj)
        goal = a_goal(plan)
        target = goal.targets.get()
        self.assertEqual(self.figures(OVERVIEW)["goals"], [], "a draft promises nothing yet")
        issued(plan, self.issued_on)
        an_actual(target, 210, date(2026, 6, 30))
        an_actual(target, 280, date(2026, 9, 30))
        expected = {
            "id": goal.goal.pk,
            "heading": "高新技术企业达到300家",
            "plan": {"id": plan.pk, "title": plan.title},
            "targets": [
                {
                    "id": target.pk,
                    "name": "高新技术企业",
                    "comparator": ">=",
                    "value": 300,
                    "value_max": None,
                    "unit": "家",
                    "actual": 280,
                    "measured_on": "2026-09-30",
                }
            ],
        }
        self.assertEqual(self.figures(OVERVIEW)["goals"], [expected])
        july = self.figures(OVERVIEW, as_of="2026-07-31")["goals"][0]["targets"][0]
        self.assertEqual((july["actual"], july["measured_on"]), (210, "2026-06-30"))
        march = self.figures(OVERVIEW, as_of="2026-03-31")["goals"][0]["targets"][0]
        self.assertEqual((march["actual"], march["measured_on"]), (None, None))

    def test_the_queries_do_not_grow(self):
        plan = a_plan(self.kjj)
        a_goal(plan)
        for n in (1, 3):
            for _ in range(n):
                a_task(self.gxc, plan=plan, status="in_progress")
            client = self.as_("supervisor")
            with self.assertNumQueries(5):
                self.assertEqual(client.get(OVERVIEW).status_code, 200)
            with self.assertNumQueries(10):
                client.get(OVERVIEW, {"plan": plan.pk, "department": "KJJ", "as_of": "2026-09-30"})


class OverdueTests(FiguresCase):
    def test_by_department_the_longest_overdue_first(self):
        worse = a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 30), title="建设孵化器")
        bad = a_task(self.gxc, status="pending", due_on=date(2026, 10, 12), title="引进团队")
        other = a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 13))
        a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 14))
        moved(worse, "report", on=date(2026, 8, 1), progress=20, note="完成选址")
        moved(worse, "report", on=date(2026, 9, 1), progress=30, note="完成立项")
        for day in (date(2026, 9, 30), date(2026, 10, 8)):
            reminders.owe(day, now=at(day))
            delivery.deliver(at(day))
        board = self.figures(OVERDUE)
        self.assertEqual(board["as_of"], "2026-10-14")
        self.assertEqual(
            [(d["department"]["code"], [t["code"] for t in d["tasks"]]) for d in board["departments"]],
            [("CGC", [other.code]), ("GXC", [worse.code, bad.code])],
        )
        self.assertEqual(
            board["departments"][1]["department"],
            {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"},
        )
        self.assertEqual(
            board["departments"][1]["tasks"][0],
            {
                "id": worse.pk,
                "code": worse.code,
                "title": "建设孵化器",
                "due_on": "2026-09-30",
                "days_overdue": 14,
                "last_report": {"at": "2026-09-01T10:00:00+08:00", "note": "完成立项"},
                "reminded": 3,
            },
        )
        self.assertIsNone(board["departments"][1]["tasks"][1]["last_report"])

    def test_the_queries_do_not_grow(self):
        for n in (1, 3):
            for _ in range(n):
                a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 30))
            client = self.as_("supervisor")
            with self.assertNumQueries(2):
                client.get(OVERDUE)


class DepartmentsTests(FiguresCase):
    def test_what_each_leads_side_by_side(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 30), progress=40)
        a_task(self.gxc, status="completed", cooperating=[self.cgc])
        a_task(self.cgc, status="pending")
        answer = self.figures(DEPARTMENTS)
        self.assertEqual(answer["as_of"], "2026-10-14")
        found = {row["department"]["code"]: row for row in answer["departments"]}
        self.assertEqual(list(found), ["CGC", "GXC"])
        self.assertEqual((found["CGC"]["tasks"], found["CGC"]["on_time_rate"]), (1, None))
        self.assertEqual((found["GXC"]["tasks"], found["GXC"]["average_progress"]), (2, 70.0))
        self.assertEqual((found["GXC"]["by_light"]["red"], found["GXC"]["by_status"]["completed"]), (1, 1))

    def test_they_add_up_to_the_overview_also_on_a_past_day(self):
        plan = a_plan(self.kjj)
        for unit in (self.gxc, self.cgc, self.ptc):
            a_task(unit, plan=plan, status="in_progress", progress=20, moved_on=date(2026, 7, 3))
        for asked in ({}, {"as_of": "2026-06-30"}, {"plan": plan.pk}, {"department": "GXC"}):
            with self.subTest(asked):
                rows, whole = (
                    self.figures(DEPARTMENTS, **asked)["departments"],
                    self.figures(OVERVIEW, **asked),
                )
                self.assertEqual(sum(row["tasks"] for row in rows), whole["tasks"])
                for name in ("by_status", "by_light"):
                    added = {key: sum(row[name][key] for row in rows) for key in whole[name]}
                    self.assertEqual(added, whole[name])

    def test_the_queries_do_not_grow(self):
        for unit in (self.gxc, self.cgc):
            a_task(unit, status="in_progress")
            client = self.as_("supervisor")
            with self.assertNumQueries(4):
                self.assertEqual(client.get(DEPARTMENTS).status_code, 200)


class AsOfTests(FiguresCase):
    def test_a_past_day_is_read_from_the_record(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 6, 30), progress=20)
        moved(task, "report", on=date(2026, 7, 3), progress=60, note="七月进展")
        task = moved(task, "reassign", on=date(2026, 7, 10), actor=self.supervisor, lead=self.cgc)
        task = moved(task, "accept", on=date(2026, 7, 10))
        services.edit_task(
            task.pk,
            actor=self.supervisor,
            now=at(date(2026, 7, 15)),
            version=task.version,
            due_on=date(2026, 12, 31),
            note="市里统一调整",
        )
        self.assertEqual(self.figures(OVERDUE)["departments"], [])
        board = self.figures(OVERDUE, as_of="2026-07-02")
        (late,) = board["departments"]
        self.assertEqual(late["department"]["code"], "GXC")
        self.assertEqual(late["tasks"][0]["due_on"], "2026-06-30")
        self.assertEqual(
            (late["tasks"][0]["days_overdue"], late["tasks"][0]["last_report"]["note"]), (2, "已按要求办理")
        )
        (handed_on,) = self.figures(OVERDUE, as_of="2026-07-10")["departments"]
        self.assertEqual(handed_on["department"]["code"], "CGC")
        self.assertEqual(handed_on["tasks"][0]["last_report"]["note"], "七月进展")
        self.assertEqual(self.figures(OVERVIEW, as_of="2026-07-02")["average_progress"], 20)
        self.assertEqual(self.figures(OVERVIEW, as_of="2026-07-02")["by_light"]["red"], 1)
        self.assertEqual(self.figures(OVERVIEW, as_of="2026-03-01")["tasks"], 0)

    def test_yesterday_by_the_record_is_what_today_s_rows_said_yesterday(self):
        for status in STATUSES:
            for unit in (self.gxc, self.cgc):
                a_task(unit, status=status, due_on=date(2026, 10, 1), progress=None)
                a_task(unit, status=status, due_on=date(2026, 12, 1), deadline_kind="ongoing")
        a_task(self.gxc, status="in_progress", due_on=date(2027, 12, 31), progress=35)
        live = self.figures(OVERVIEW) | {"as_of": ""}
        live_board = self.figures(OVERDUE) | {"as_of": ""}
        self.today = self.today + timedelta(days=1)
        self.assertEqual(self.figures(OVERVIEW, as_of="2026-10-14") | {"as_of": ""}, live)
        self.assertEqual(self.figures(OVERDUE, as_of="2026-10-14") | {"as_of": ""}, live_board)

    def test_a_department_s_past_is_what_it_led_or_helped_with_then(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.ptc], due_on=date(2026, 6, 30))
        moved(task, "reassign", on=date(2026, 7, 10), actor=self.supervisor, lead=self.cgc, cooperating=[])
        for as_of, units in (("2026-07-01", {"GXC", "PTC", "KJJ"}), ("2026-07-10", {"CGC", "KJJ"})):
            for code in ("GXC", "PTC", "CGC", "RCC", "KJJ"):
                with self.subTest(as_of=as_of, code=code):
                    found = self.figures(OVERVIEW, as_of=as_of, department=code)["tasks"]
                    self.assertEqual(found, int(code in units))


class ParameterTests(FiguresCase):
    def test_by_plan_and_by_department(self):
        plan, other = a_plan(self.kjj), a_plan(self.kjj, code="KJJ-2026B")
        a_task(self.gxc, plan=plan, cooperating=[self.cgc], status="in_progress", due_on=date(2026, 9, 30))
        task = a_task(self.ptc, plan=other, status="in_progress", due_on=date(2026, 9, 30))
        self.assertEqual(self.figures(OVERVIEW)["tasks"], 2)
        self.assertEqual(self.figures(OVERVIEW, plan=other.pk)["tasks"], 1)
        self.assertEqual(self.figures(OVERVIEW, department="CGC")["tasks"], 1)
        self.assertEqual(self.figures(OVERVIEW, department=self.kjj.pk)["tasks"], 2)
        self.assertEqual(self.figures(OVERVIEW, department="NCC")["tasks"], 0)
        (unit,) = self.figures(OVERDUE, plan=other.pk)["departments"]
        self.assertEqual([t["id"] for t in unit["tasks"]], [task.pk])

    def test_what_is_not_known_is_refused(self):
        hidden = a_plan(self.elsewhere)
        wrong = {
            "unknown_parameter": {"colour": "red"},
            "plan_unknown": {"plan": hidden.pk},
            "department_unknown": {"department": "XYZ"},
            "date_in_future": {"as_of": "2026-10-15"},
            "invalid": {"as_of": "2026-02-30"},
        }
        for path in (OVERVIEW, OVERDUE):
            for code, parameters in wrong.items():
                with self.subTest(path=path, code=code):
                    response = self.get(path, **parameters)
                    self.assertEqual(response.status_code, 400)
                    self.assertEqual(response["Content-Type"], "application/problem+json")
                    answer = response.json()
                    self.assertIn(code, {answer["code"], *(e["code"] for e in answer["errors"])})

    def test_each_sees_their_own(self):
        a_task(self.gxc, cooperating=[self.ptc], status="in_progress", due_on=date(2026, 9, 30))
        a_task(self.cgc, status="in_progress", due_on=date(2026, 9, 30))
        seen = {
            "admin": 2,
            "supervisor": 2,
            "leader": 2,
            "viewer": 2,
            "head": 1,
            "liaison": 1,
            "head2": 1,
            "liaison2": 1,
            "stranger": 0,
        }
        for who, count in seen.items():
            for as_of in ({}, {"as_of": "2026-10-13"}):
                with self.subTest(who=who, **as_of):
                    self.assertEqual(self.figures(OVERVIEW, who, **as_of)["tasks"], count)
                    board = self.figures(OVERDUE, who, **as_of)["departments"]
                    self.assertEqual(sum(len(unit["tasks"]) for unit in board), count)
        for path in (OVERVIEW, OVERDUE):
            self.assertEqual(self.get(path, "anonymous").status_code, 401)
