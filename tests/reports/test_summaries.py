"""汇总: what its figures say, that each number names its tasks, and that they never change again."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

from celery.signals import before_task_publish
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.errors import InputInvalid, NotAllowed
from plans.org.models import Department, User
from reports import delivery, jobs, reminders, summaries
from reports.models import JobRun, Reminder, Summary
from reports.narrative import text_of
from reports.pace import Pace
from reports.periods import Kind, Period
from tasks import services
from tasks.services.moves import TargetActual
from tasks.services.splitting import Part
from tests.builders import a_goal, a_membership, a_plan, a_task, an_actual, at, issued, moved
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


class ScopeTests(OfficeCase):
    """Which tasks count."""

    def figures(self, unit=None, period="2026-10") -> dict:
        return summaries.make(Period.read(period), unit, now=at(date(2027, 1, 11))).figures

    def test_a_split_task_counts_once_and_its_part_where_the_whole_is_another_s(self):
        whole = a_task(self.gxc, status="in_progress")
        (part,) = services.split_task(
            whole.pk, [Part(lead=self.cgc)], actor=self.admin, now=at(date(2026, 4, 1))
        )
        for unit, counted in ((None, whole), (self.kjj, whole), (self.gxc, whole), (self.cgc, part)):
            with self.subTest(unit):
                figures = self.figures(unit)
                self.assertEqual([line["id"] for line in figures["ledger"]], [counted.pk])
                self.assertEqual(figures["tasks"], 1)

    def test_a_plan_archived_in_mid_period_counts_in_that_period_and_in_no_later_one(self):
        old = a_plan(self.kjj, code="KJJ-OLD")
        done = a_task(self.gxc, plan=old, status="closed")
        a_task(self.cgc, plan=a_plan(self.kjj, code="KJJ-NEW"))
        services.archive_plan(old, actor=self.admin, now=at(date(2026, 10, 15)))
        expected = {"2026-09": 2, "2026-10": 2, "2026-11": 1, "2026-W43": 1, "2026-W42": 2, "2026-Q4": 2}
        for period, tasks in expected.items():
            with self.subTest(period):
                self.assertEqual(self.figures(period=period)["tasks"], tasks)
        self.assertIn(done.pk, [line["id"] for line in self.figures()["ledger"]])
        self.assertEqual(self.figures(self.gxc, "2026-11")["tasks"], 0)
        self.assertEqual(self.figures(period="2026-11")["before"]["change"]["tasks"], -1)

    def test_a_department_without_tasks_has_zeros_and_a_clear_sentence(self):
        a_task(self.gxc)
        summary = summaries.make(OCTOBER, self.ncc, now=NOVEMBER_2)
        self.assertEqual((summary.figures["tasks"], summary.figures["ledger"]), (0, []))
        self.assertEqual(text_of(summary), "截至2026年10月31日，农村科技处没有承担重点任务。")

    def test_before_the_record_nothing_is_known_which_is_no_zero(self):
        early = summaries.make(Period.read("2026-02"), None, now=NOVEMBER_2)
        self.assertEqual(text_of(early), "还没有办理记录，本月没有可以汇总的数据。")
        self.assertIsNone(early.figures["record_begins"])
        a_task(self.gxc, issued_on=date(2026, 3, 2))
        for period in ("2025", "2025-Q4", "2026-W09"):
            with self.subTest(period):
                text = text_of(summaries.make(Period.read(period), None, now=NOVEMBER_2))
                self.assertTrue(text.startswith("办理记录自2026年3月2日起，"), text)
        for period in ("2026-W10", "2026-03"):
            self.assertEqual(self.figures(period=period)["tasks"], 1)


class BeforeTests(OfficeCase):
    """The period before, and what changed since."""

    def setUp(self):
        self.task = a_task(
            self.gxc, status="in_progress", issued_on=date(2026, 9, 1), due_on=date(2026, 9, 20)
        )
        a_task(self.cgc, status="in_progress", issued_on=date(2026, 10, 9), due_on=date(2026, 12, 31))
        moved(self.task, "submit", on=date(2026, 10, 12))
        moved(self.task, "approve", on=date(2026, 10, 13))

    def before(self, unit=None, period=OCTOBER) -> dict | None:
        return summaries.make(period, unit, now=NOVEMBER_2).figures["before"]

    def test_headline_figures_then_and_their_difference(self):
        before = self.before()
        self.assertEqual(
            [before[name] for name in ("period", "tasks", "done", "red", "overdue")], ["2026-09", 1, 0, 1, 1]
        )
        change = before["change"]
        self.assertEqual(
            (change["tasks"], change["done"], change["red"], change["pace"]["已完成"]), (1, 1, -1, 1)
        )
        self.assertEqual(self.before(self.cgc)["change"]["tasks"], 1)

    def test_it_is_null_when_the_record_had_not_begun(self):
        self.assertIsNone(self.before(period=Period.read("2026-09")))

    def test_reckoned_it_says_what_the_summary_of_then_does(self):
        reckoned = self.before()
        Summary.objects.all().delete()
        kept = summaries.make(OCTOBER.before, None, now=NOVEMBER_2).figures["headline"]
        self.assertEqual(self.before(), reckoned)
        self.assertEqual({name: reckoned[name] for name in kept}, kept)

    def test_the_summary_of_then_is_what_is_compared_with(self):
        figures = {
            "headline": {"tasks": 9, "done": 9, "pace": dict.fromkeys(Pace, 9)}
            | dict.fromkeys(("red", "overdue", "reports", "missing_reports", "reminders"), 9)
        }
        past = OCTOBER.before
        Summary.objects.create(
            period=past.name,
            starts_on=past.starts_on,
            ends_on=past.ends_on,
            figures=figures,
            made_at=NOVEMBER_2,
        )
        self.assertEqual((self.before()["tasks"], self.before()["change"]["tasks"]), (9, -7))


class ForEverTests(OfficeCase):
    """The same row prints the same, whatever happens to what it is about."""

    def test_nothing_that_changes_later_changes_it(self):
        plan = a_plan(self.kjj, code="KJJ-A")
        a_goal(plan)
        task = a_task(self.gxc, status="in_progress", plan=plan, cooperating=[self.cgc])
        summary = summaries.make(OCTOBER, self.gxc, now=NOVEMBER_2)
        first, text = json.dumps(summary.figures), text_of(summary)
        later = at(date(2026, 11, 3))
        services.edit_task(task.pk, actor=self.admin, now=later, version=task.version, title="改名")
        moved(task, "submit", on=date(2026, 11, 4))
        moved(task, "approve", on=date(2026, 11, 5))
        services.archive_plan(plan, actor=self.admin, now=at(date(2026, 11, 6)))
        Department.objects.filter(pk=self.gxc.pk).update(name="新名称处", parent=self.elsewhere)
        summaries.release(summary.pk, actor=self.admin, now=later)
        again = summaries.make(OCTOBER, self.gxc, now=at(date(2026, 12, 1)))
        self.assertEqual((json.dumps(again.figures), text_of(again)), (first, text))

    def test_made_late_it_names_tasks_as_they_were_called_then(self):
        task = a_task(self.gxc)
        for title in ("改名", "又改名"):
            task.refresh_from_db()
            services.edit_task(task.pk, actor=self.admin, now=NOVEMBER_2, version=task.version, title=title)
        figures = summaries.make(OCTOBER, None, now=at(date(2026, 12, 1))).figures
        self.assertEqual([line["title"] for line in figures["ledger"]], ["建设科技企业孵化器"])

    def test_its_figures_can_not_be_changed_in_the_database_either(self):
        a_task(self.gxc)
        summary = summaries.make(OCTOBER, None, now=NOVEMBER_2)
        with self.assertRaises(DatabaseError), transaction.atomic():
            Summary.objects.filter(pk=summary.pk).update(figures={})


class TextTests(OfficeCase):
    """Editing and releasing."""

    def setUp(self):
        a_task(self.gxc)
        self.summary = summaries.make(OCTOBER, self.kjj, now=NOVEMBER_2)

    def edit(self, text="改过的正文。", who=None, version=0) -> Summary:
        return summaries.edit(
            self.summary.pk, text, actor=who or self.supervisor, now=NOVEMBER_2, version=version
        )

    def release(self, who=None, **more) -> Summary:
        return summaries.release(self.summary.pk, actor=who or self.supervisor, now=NOVEMBER_2, **more)

    def assertUntouched(self):
        self.summary.refresh_from_db()
        self.assertEqual((self.summary.version, self.summary.narrative), (0, ""))

    def test_an_edit_says_who_and_when_and_counts(self):
        summary = self.edit()
        self.assertEqual((summary.version, text_of(summary)), (1, "改过的正文。"))
        self.assertEqual((summary.edited_by, summary.edited_at), (self.supervisor, NOVEMBER_2))

    def test_the_draft_sent_back_unchanged_is_no_edit(self):
        self.edit(text_of(self.summary))
        self.assertUntouched()

    def test_two_editors_do_not_overwrite_each_other(self):
        self.edit("甲的正文。")
        with self.assertRaises(summaries.SummaryChanged) as lost:
            self.edit("乙的正文。")
        self.assertEqual(lost.exception.detail, {"version": 1})
        self.assertEqual(text_of(Summary.objects.get(pk=self.summary.pk)), "甲的正文。")

    def test_who_may_not_and_without_a_version(self):
        for who in (self.leader, self.viewer, self.head, self.liaison, self.stranger):
            with self.subTest(who), self.assertRaises(NotAllowed):
                self.edit(who=who)
            with self.subTest(who), self.assertRaises(NotAllowed):
                self.release(who=who)
        with self.assertRaises(summaries.VersionMissing):
            self.edit(version=None)
        self.assertUntouched()

    def test_the_whole_is_edited_by_who_oversees_every_bureau(self):
        whole = summaries.make(OCTOBER, None, now=NOVEMBER_2)
        with self.assertRaises(NotAllowed):
            summaries.release(whole.pk, actor=self.supervisor, now=NOVEMBER_2)
        a_membership(self.supervisor, self.elsewhere, "supervisor")
        person = User.objects.get(pk=self.supervisor.pk)
        self.assertIsNotNone(summaries.release(whole.pk, actor=person, now=NOVEMBER_2).released_at)

    def test_a_release_keeps_the_text(self):
        text = text_of(self.summary)
        released = self.release(version=0)
        self.assertEqual((released.narrative, released.version), (text, 1))
        self.assertEqual((released.released_by, released.released_at), (self.supervisor, NOVEMBER_2))

    def test_again_it_is_the_same_and_nothing_changes_it_any_more(self):
        first = self.release()
        again = summaries.release(first.pk, actor=self.admin, now=at(date(2026, 11, 9)), version=0)
        self.assertEqual(
            (again.version, again.released_by, again.released_at), (1, self.supervisor, NOVEMBER_2)
        )
        with self.assertRaises(summaries.SummaryReleased):
            self.edit(version=1)
        with self.assertRaises(DatabaseError), transaction.atomic():
            Summary.objects.filter(pk=first.pk).update(narrative="改")

    def test_what_somebody_else_changed_is_not_released_unseen(self):
        self.edit()
        with self.assertRaises(summaries.SummaryChanged):
            self.release(version=0)
        self.assertIsNone(Summary.objects.get(pk=self.summary.pk).released_at)


class AccessTests(OfficeCase):
    PEOPLE = ("supervisor", "leader", "viewer", "head", "liaison", "head2", "stranger")

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        a_task(cls.gxc)

    def seen_by(self, summary) -> set[str]:
        people = {who: User.objects.get(pk=getattr(self, who).pk) for who in self.PEOPLE}
        return {who for who, user in people.items() if Summary.objects.visible_to(user).contains(summary)}

    def test_a_department_s_by_its_own_people_and_those_above(self):
        above = {"supervisor", "leader", "viewer"}
        for unit, people in {self.gxc: {*above, "head", "liaison"}, self.kjj: above}.items():
            with self.subTest(unit):
                self.assertEqual(self.seen_by(summaries.make(OCTOBER, unit, now=NOVEMBER_2)), people)

    def test_a_released_one_also_by_those_below(self):
        summary = summaries.make(OCTOBER, self.kjj, now=NOVEMBER_2)
        summaries.release(summary.pk, actor=self.admin, now=NOVEMBER_2)
        self.assertEqual(self.seen_by(summary), {*self.PEOPLE} - {"stranger"})

    def test_the_whole_by_who_looks_over_every_bureau_and_once_released_by_everybody(self):
        whole = summaries.make(OCTOBER, None, now=NOVEMBER_2)
        self.assertEqual(self.seen_by(whole), set())
        a_membership(self.viewer, self.elsewhere, "viewer")
        self.assertEqual(self.seen_by(whole), {"viewer"})
        summaries.release(whole.pk, actor=self.admin, now=NOVEMBER_2)
        self.assertEqual(self.seen_by(whole), {*self.PEOPLE})


class MissingTests(OfficeCase):
    def made(self, **which) -> list[tuple[str, str | None]]:
        rows = Summary.objects.filter(**which).order_by("ends_on", "period", "department__code")
        return list(rows.values_list("period", "department__code"))

    def test_every_finished_period_of_each_kind_for_the_whole_each_department_and_the_bureau(self):
        a_task(self.gxc, issued_on=date(2026, 9, 21), cooperating=[self.cgc])
        a_task(self.ptc, issued_on=date(2026, 10, 9))
        now = at(date(2027, 1, 4))
        while summaries.make_missing(now):
            pass
        first, then = ["CGC", "GXC", "KJJ", None], ["CGC", "GXC", "KJJ", "PTC", None]
        months = self.made(period__regex=r"^\d{4}-\d")
        self.assertEqual(
            months,
            [("2026-09", unit) for unit in first]
            + [(month, unit) for month in ("2026-10", "2026-11", "2026-12") for unit in then],
        )
        self.assertEqual(
            self.made(period__contains="Q"),
            [("2026-Q3", u) for u in first] + [("2026-Q4", unit) for unit in then],
        )
        self.assertEqual(self.made(period="2026"), [("2026", unit) for unit in then])
        weeks = dict.fromkeys(period for period, _ in self.made(period__contains="W"))
        self.assertEqual(list(weeks), [f"2026-W{week}" for week in range(39, 54)])
        through = {kind: JobRun.objects.get(job=summaries.job_of(kind)).through for kind in Kind}
        self.assertEqual(set(through.values()), {date(2026, 12, 31), date(2027, 1, 3)})

    def test_a_long_record_is_caught_up_with_in_bounded_runs_the_oldest_first(self):
        a_task(self.gxc, issued_on=date(2026, 9, 1))
        runs = []
        while summaries.make_missing(NOVEMBER_2, most=4):
            runs.append(dict.fromkeys(period for period, _ in self.made()))
        self.assertEqual(list(runs[0]), ["2026-W36", "2026-W37", "2026-W38", "2026-W39"])
        self.assertEqual([len(run) for run in runs], [4, 8, 12])
        self.assertEqual([len(dict.fromkeys(self.made(period__contains="W")))], [27])

    def test_the_job_asks_for_itself_until_nothing_is_lacking(self):
        asked = []

        def note(sender: str, **_) -> None:
            asked.append(sender)

        before_task_publish.connect(note)
        self.addCleanup(before_task_publish.disconnect, note)
        a_task(self.gxc, issued_on=timezone.localdate() - timedelta(weeks=15))
        jobs.make_summaries()
        self.assertEqual(asked, ["reports.jobs.make_summaries"])
        while summaries.lacking(timezone.now()):
            jobs.make_summaries()
        asked.clear()
        jobs.make_summaries()
        self.assertEqual(asked, [])

    def test_each_finds_the_one_before_it_made(self):
        a_task(self.gxc, issued_on=date(2026, 9, 1))
        summaries.make_missing(NOVEMBER_2)
        october = Summary.objects.get(period="2026-10", department=None).figures
        september = Summary.objects.get(period="2026-09", department=None).figures
        self.assertEqual(october["before"]["tasks"], september["tasks"])

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
        summaries.make_missing(NOVEMBER_2)
        self.assertEqual(Summary.objects.get(department=self.gxc, period="2026-10"), by_hand)

    def test_a_period_just_over_waits_for_what_is_being_committed(self):
        a_task(self.gxc, issued_on=date(2026, 10, 26))
        self.assertEqual(summaries.make_missing(at(date(2026, 11, 1), 0, 14)), 0)
        self.assertEqual(summaries.make_missing(at(date(2026, 11, 1), 0, 15)), 3)
        self.assertEqual(set(self.made()), {("2026-10", unit) for unit in ("GXC", "KJJ", None)})

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
