"""Monthly figures: what they say, that each number names its tasks, and that they never change again."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.errors import InputInvalid
from reports import delivery, jobs, reminders, summaries
from reports.models import JobRun, Reminder, Summary
from reports.periods import Period
from tasks.services.moves import TargetActual
from tests.builders import a_goal, a_plan, a_task, an_actual, at, issued, moved
from tests.cases import OfficeCase

OCTOBER = Period.read("2026-10")
NOVEMBER_2 = at(date(2026, 11, 2))


class FiguresTests(OfficeCase):
    """A small office's October."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        done = a_task(cls.gxc, status="in_progress", due_on=date(2026, 10, 30))
        late = a_task(cls.gxc, status="in_progress", due_on=date(2026, 10, 20), targets=[("孵化器", 3)])
        ahead = a_task(
            cls.cgc, status="in_progress", cooperating=[cls.gxc], due_on=date(2026, 12, 31), progress=95
        )
        idle = a_task(cls.ptc, status="suspended")
        moved(done, "submit", on=date(2026, 10, 12))
        moved(done, "return", on=date(2026, 10, 13), actor=cls.supervisor, note="材料不全")
        moved(done, "submit", on=date(2026, 10, 14))
        moved(done, "approve", on=date(2026, 10, 15))
        figure = late.targets.get().pk
        moved(
            late,
            "report",
            on=date(2026, 10, 16),
            progress=90,
            problems="场地未交付",
            targets=[TargetActual(figure, Decimal(3))],
        )
        moved(
            late,
            "report",
            on=date(2026, 11, 1),
            progress=95,
            problems="十一月的问题",
            targets=[TargetActual(figure, Decimal(1))],
        )
        reminders.owe(date(2026, 10, 15), now=at(date(2026, 10, 15)))
        delivery.deliver(at(date(2026, 10, 15)))
        cls.done, cls.late, cls.ahead, cls.idle = done, late, ahead, idle

    def figures(self, unit=None) -> dict:
        return summaries.make(OCTOBER, unit, now=NOVEMBER_2).figures

    def named(self, *tasks) -> list[dict]:
        return [{"id": task.pk, "code": task.code} for task in tasks]

    def test_the_whole(self):
        figures = self.figures()
        self.assertEqual(
            (figures["period"], figures["starts_on"], figures["ends_on"]),
            ("2026-10", "2026-10-01", "2026-10-31"),
        )
        self.assertEqual((figures["department"], figures["tasks"]), (None, 4))
        self.assertEqual(
            [(p["name"], p["count"], p["percent"], p["tasks"]) for p in figures["pace"]],
            [
                ("已完成", 1, 25.0, [self.done.pk]),
                ("超进度", 1, 25.0, [self.ahead.pk]),
                ("达进度", 0, 0.0, []),
                ("欠进度", 1, 25.0, [self.late.pk]),
                ("其他", 1, 25.0, [self.idle.pk]),
            ],
        )
        self.assertEqual(figures["by_light"], {"red": 1, "yellow": 0, "green": 1, "blue": 1, "grey": 1})
        self.assertEqual(figures["task_ids"]["by_light"]["red"], [self.late.pk])
        self.assertEqual(figures["by_status"]["in_progress"], 2)
        self.assertEqual(figures["on_time_percent"], 100.0)
        self.assertEqual([d["code"] for d in figures["departments"]], ["CGC", "GXC", "PTC"])

    def test_what_happened_within_it(self):
        figures = self.figures()
        self.assertEqual(figures["completed"], {"count": 1, "tasks": self.named(self.done)})
        # Without a report since March, the first was red before October began.
        self.assertEqual(figures["turned_red"], {"count": 1, "tasks": self.named(self.late)})
        self.assertEqual(figures["returned"], {"count": 1, "tasks": self.named(self.done)})
        self.assertEqual(figures["reports"], {"count": 1, "tasks": self.named(self.late)})
        self.assertEqual(figures["reminders"], {"count": 2, "tasks": self.named(self.late)})
        self.assertEqual(
            figures["problems"],
            [
                {
                    "task": self.named(self.late)[0],
                    "department": "高新技术处",
                    "text": "场地未交付",
                    "at": "2026-10-16T10:00:00+08:00",
                }
            ],
        )
        self.assertEqual(figures["targets"]["planned"], {"count": 1, "tasks": self.named(self.late)})
        self.assertEqual(figures["targets"]["reached"], {"count": 1, "tasks": self.named(self.late)})

    def test_a_department_s_are_those_it_leads_or_helps_with(self):
        self.assertEqual(self.figures(self.gxc)["tasks"], 3)
        self.assertEqual(self.figures(self.cgc)["tasks"], 1)
        self.assertEqual(self.figures(self.cgc)["reports"], {"count": 0, "tasks": []})
        self.assertEqual(self.figures(self.ncc)["tasks"], 0)
        self.assertEqual(self.figures(self.kjj)["tasks"], 4)

    def test_a_department_s_share_of_what_happened(self):
        of_lead, of_none = self.figures(self.gxc), self.figures(self.ncc)
        for name in ("completed", "turned_red", "returned", "reports", "problems", "reminders", "targets"):
            with self.subTest(name):
                self.assertEqual(of_lead[name], self.figures()[name])
                self.assertEqual(self.figures(self.kjj)[name], self.figures()[name])
                self.assertNotEqual(of_none[name], self.figures()[name])

    def test_goals_planned_and_reached(self):
        plan = a_plan(self.kjj, code="KJJ-2026B")
        reached, short = (
            a_goal(plan),
            a_goal(plan, "技术合同成交额达到50亿元", targets=[("成交额", 50, "亿元")]),
        )
        issued(plan, self.issued_on)
        an_actual(reached.targets.get(), 301, date(2026, 10, 31))
        an_actual(short.targets.get(), "49.5", date(2026, 10, 31))
        an_actual(short.targets.get(), 51, date(2026, 11, 1))
        goals = self.figures()["goals"]
        self.assertEqual((goals["planned"], goals["reached"]), (2, 1))
        self.assertEqual([g["reached"] for g in goals["goals"]], [True, False])
        self.assertEqual(goals["goals"][1]["targets"][0]["actual"], 49.5)

    def test_made_again_it_is_the_same_row_whatever_happened_since(self):
        first = summaries.make(OCTOBER, None, now=NOVEMBER_2)
        moved(self.late, "submit", on=date(2026, 11, 3))
        again = summaries.make(OCTOBER, None, now=at(date(2026, 12, 1)))
        self.assertEqual((again.pk, again.figures, again.made_at), (first.pk, first.figures, NOVEMBER_2))

    def test_made_late_it_says_what_it_would_have_said_in_time(self):
        first = self.figures()
        Summary.objects.all().delete()
        moved(self.late, "submit", on=date(2026, 11, 3))
        moved(self.late, "approve", on=date(2026, 11, 4))
        self.assertEqual(summaries.make(OCTOBER, None, now=at(date(2026, 12, 1))).figures, first)

    def test_a_period_that_lasts_has_no_summary(self):
        for name in ("2026-11", "2026", "2026-W45", "2027-01"):
            with self.subTest(name), self.assertRaisesMessage(InputInvalid, f"{name}尚未结束"):
                summaries.make(Period.read(name), None, now=NOVEMBER_2)
        self.assertEqual(Summary.objects.count(), 0)

    def test_reminders_sent_in_a_period_are_found_by_an_index(self):
        sent = Reminder.objects.filter(outcome="sent", delivered_at__gte=NOVEMBER_2).order_by()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        self.assertIn("reports_reminder_sent", sent.explain())

    def test_no_figure_has_more_than_one_decimal_but_goals(self):
        for unit in (None, self.gxc):
            numbers = [
                n for key, value in self.figures(unit).items() if key != "goals" for n in floats(value)
            ]
            self.assertEqual([n for n in numbers if n != round(n, 1)], [])


class MissingTests(OfficeCase):
    def test_every_finished_month_for_the_whole_each_department_and_the_bureau(self):
        a_task(self.gxc, issued_on=date(2026, 8, 20), cooperating=[self.cgc])
        a_task(self.ptc, issued_on=date(2026, 10, 9))
        self.assertEqual(summaries.make_missing(NOVEMBER_2), 13)
        made = Summary.objects.order_by("ends_on", "department__code").values_list(
            "period", "department__code"
        )
        units = ["CGC", "GXC", "KJJ", None]
        self.assertEqual(
            list(made),
            [(month, unit) for month in ("2026-08", "2026-09") for unit in units]
            + [("2026-10", unit) for unit in ("CGC", "GXC", "KJJ", "PTC", None)],
        )
        self.assertEqual(summaries.make_missing(NOVEMBER_2), 0)
        self.assertEqual(JobRun.objects.get(job=summaries.JOB).through, date(2026, 10, 31))

    def test_the_record_is_read_once_however_many_departments_there_are(self):
        asked = []
        for units in ([self.gxc], [self.cgc, self.ptc, self.rcc]):
            for unit in units:
                a_task(unit, issued_on=date(2026, 10, 9), cooperating=[self.ncc])
            Summary.objects.all().delete()
            JobRun.objects.all().delete()
            with CaptureQueriesContext(connection) as captured:
                summaries.make_missing(NOVEMBER_2)
            asked.append(sum("tasks_taskevent" in query["sql"] for query in captured))
        self.assertEqual(asked[0], asked[1])

    def test_what_was_made_by_hand_stands(self):
        a_task(self.gxc, issued_on=date(2026, 10, 9))
        by_hand = summaries.make(OCTOBER, self.gxc, now=NOVEMBER_2)
        self.assertEqual(summaries.make_missing(NOVEMBER_2), 2)
        self.assertEqual(Summary.objects.get(department=self.gxc), by_hand)

    def test_a_month_just_over_waits_for_what_is_being_committed(self):
        a_task(self.gxc, issued_on=date(2026, 10, 9))
        self.assertEqual(summaries.make_missing(at(date(2026, 11, 1), 0, 14)), 0)
        self.assertEqual(summaries.make_missing(at(date(2026, 11, 1), 0, 15)), 3)

    def test_an_office_without_a_record_has_none(self):
        jobs.make_summaries()
        self.assertEqual(Summary.objects.count(), 0)


class CommandTests(OfficeCase):
    def run_it(self, *arguments: str) -> str:
        out = StringIO()
        call_command("make_summary", *arguments, stdout=out)
        return out.getvalue()

    def test_it_prints_the_same_figures_each_time(self):
        a_task(self.gxc)
        first = self.run_it("--period", "2026-Q1", "--department", "GXC")
        kept = Summary.objects.get().figures
        self.assertEqual((json.loads(first), kept["tasks"]), (kept, 1))
        self.assertEqual(first, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
        a_task(self.gxc)
        self.assertEqual(self.run_it("--period", "2026-Q1", "--department", "GXC"), first)

    def test_what_it_can_not_make_is_one_line(self):
        wrong = {
            ("--period", "2026-13"): "不认识的期间",
            ("--period", "2199-01"): "尚未结束",
            ("--period", "2026-01", "--department", "XYZ"): "没有代码为XYZ的单位",
        }
        for arguments, message in wrong.items():
            with self.subTest(arguments), self.assertRaisesRegex(InputInvalid, message):
                self.run_it(*arguments)
        self.assertEqual(Summary.objects.count(), 0)


def floats(value: object) -> list[float]:
    if isinstance(value, float):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [n for entry in inner for n in floats(entry)]
