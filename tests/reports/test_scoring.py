"""What earns and costs points, by which rules, and that a past day's card never changes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from config.errors import InputInvalid, NotAllowed
from plans.org.models import Department
from plans.services import Upload
from reports.models import ScoreRule
from reports.scoring import rules
from reports.scoring.card import DepartmentCard, Scorecard, scorecard
from reports.scoring.rules import Anchor, quarter
from tasks import services
from tasks.models import Task
from tasks.services.splitting import Part
from tests.builders import a_plan, a_task, at, issued, moved
from tests.cases import OfficeCase

Q3, Q4 = quarter("2026-Q3"), quarter("2026-Q4")
AUGUST = date(2026, 8, 5)
AFTER = date(2026, 10, 14)


class ScoringCase(OfficeCase):
    def card(self, period: Any = Q3, day: date = AFTER, **asked: Any) -> Scorecard:
        return scorecard(asked.pop("user", self.viewer), day, period=period, **asked)

    def of(self, unit: Department, **asked: Any) -> DepartmentCard:
        (found,) = [card for card in self.card(**asked).departments if card.department.id == unit.pk]
        return found

    def told(self, unit: Department, **asked: Any) -> list[tuple[str, str, Decimal]]:
        return [(point.anchor, point.role, point.points) for point in self.of(unit, **asked).points]

    def a_task(self, **fields: Any) -> Task:
        values = {"status": "in_progress", "due_on": date(2026, 12, 31), "issued_on": date(2026, 3, 2)}
        return a_task(self.gxc, **values | fields)

    def approve(self, task: Task, day: date = AUGUST) -> Task:
        moved(task, "submit", on=day, hour=9)
        return moved(task, "approve", on=day, hour=10)

    def mark_late(self, day: date) -> None:
        services.mark_late(now=at(day, 6))


class EarningTest(ScoringCase):
    def test_done_in_time_earns_for_the_lead_and_half_for_each_helper(self):
        self.approve(self.a_task(cooperating=[self.cgc, self.ptc]))
        self.assertEqual(self.told(self.gxc), [("on_time", "lead", Decimal("1"))])
        for helper in (self.cgc, self.ptc):
            self.assertEqual(self.told(helper), [("on_time", "helper", Decimal("0.5"))])
        self.assertEqual([self.of(unit).score for unit in (self.gxc, self.cgc)], [101, Decimal("100.5")])

    def test_a_point_names_its_rule_its_event_and_its_task(self):
        task = self.approve(self.a_task())
        (point,) = self.of(self.gxc).points
        event = task.events.get(kind="approve")
        self.assertEqual((point.event.id, point.event.kind, point.event.at), (event.pk, "approve", event.at))
        self.assertEqual((point.task.id, point.task.code), (task.pk, task.code))
        self.assertEqual((point.rule.name, point.rule.version, point.rule.points), ("按期办结", 1, 1))

    def test_late_costs_once_and_done_late_earns_nothing(self):
        task = self.a_task(due_on=date(2026, 7, 31), cooperating=[self.cgc])
        self.mark_late(date(2026, 8, 3))
        self.mark_late(date(2026, 8, 4))
        self.approve(task)
        self.assertEqual(self.told(self.gxc), [("late", "lead", Decimal("-1"))])
        self.assertEqual(self.told(self.cgc), [])
        self.assertEqual((self.of(self.gxc).score, self.of(self.cgc).score), (99, 100))

    def test_what_the_approval_finds_late_costs_once(self):
        task = self.a_task(due_on=date(2026, 7, 31))
        self.approve(task)
        (point,) = self.of(self.gxc).points
        self.assertEqual((point.anchor, point.event.kind, point.void), ("late", "approve", ""))
        moved(task, "reopen", on=date(2026, 8, 6))
        self.assertEqual(self.told(self.gxc), [("late", "lead", Decimal("-1"))], "late it stays")

    def test_late_in_one_quarter_is_not_late_again_in_the_next(self):
        self.a_task(due_on=date(2026, 7, 31))
        self.mark_late(date(2026, 8, 3))
        self.mark_late(date(2026, 10, 9))
        self.assertEqual(self.of(self.gxc, period=Q4).score, 100)

    def test_each_return_costs(self):
        task = self.a_task()
        for day in (AUGUST, date(2026, 8, 6)):
            moved(task, "submit", on=day, hour=9)
            moved(task, "return", on=day, hour=10)
        self.assertEqual(self.told(self.gxc), [("returned", "lead", Decimal("-2"))] * 2)
        self.assertEqual(self.of(self.gxc).score, 96)

    def test_each_missing_report_costs_whose_it_was(self):
        task = self.a_task()
        Task.objects.filter(pk=task.pk).update(reporting_cycle="monthly")
        services.open_report_periods(now=at(date(2026, 7, 20)))
        moved(task, "reassign", on=date(2026, 7, 27), lead=self.cgc)
        services.open_report_periods(now=at(date(2026, 7, 28)))
        self.assertEqual(self.told(self.gxc), [("report_missing", "lead", Decimal("-1"))])
        self.assertEqual(self.told(self.cgc), [])
        self.assertEqual(self.told(self.gxc, department=self.gxc), self.told(self.gxc))

    def test_who_led_it_then_not_who_leads_it_now(self):
        task = self.a_task(due_on=date(2026, 7, 31))
        self.mark_late(date(2026, 8, 3))
        moved(task, "reassign", on=AUGUST, lead=self.cgc)
        self.assertEqual([self.of(unit).score for unit in (self.gxc, self.cgc)], [99, 100])

    def test_the_first_and_the_last_moment_of_a_quarter(self):
        self.approve(self.a_task(title="六月"), date(2026, 6, 30))
        for title, day, hour in (("七月", date(2026, 7, 1), 0), ("九月", date(2026, 9, 30), 23)):
            task = self.a_task(title=title)
            moved(task, "submit", on=day, hour=hour)
            moved(task, "approve", on=day, hour=hour, minute=59)
        task = moved(self.a_task(title="十月"), "submit", on=date(2026, 9, 30))
        moved(task, "approve", on=date(2026, 10, 1), hour=0)
        self.assertEqual(self.of(self.gxc).score, 102)

    def test_brought_in_late_is_not_judged(self):
        a_plan(self.kjj, status="issued", released_at=at(date(2026, 3, 2)))
        content = "任务,牵头单位,状态,期限\n旧任务,GXC,办理中,2026-05-29\n"
        plan = self.kjj.plans.get()
        services.import_ledger(
            Upload(content.encode(), "台账.csv"), actor=self.supervisor, now=at(date(2026, 7, 6)), plan=plan
        )
        task = Task.objects.get()
        self.assertTrue(task.was_late)
        self.mark_late(date(2026, 7, 7))
        self.approve(task)
        self.assertEqual(self.told(self.gxc), [])


class ReopenedTest(ScoringCase):
    def test_an_approval_counts_while_it_stands(self):
        task = self.approve(self.a_task())
        moved(task, "reopen", on=date(2026, 9, 1))
        (point,) = self.of(self.gxc).points
        self.assertEqual((point.points, point.void, self.of(self.gxc).score), (0, "reopened", 100))
        self.assertEqual(self.of(self.gxc, as_of=date(2026, 8, 31)).score, 101)

    def test_approved_again_it_earns_once(self):
        task = self.approve(self.a_task())
        moved(task, "reopen", on=date(2026, 9, 1))
        self.approve(Task.objects.get(pk=task.pk), date(2026, 10, 12))
        self.assertEqual([self.of(self.gxc, period=period).score for period in (Q3, Q4)], [100, 101])
        self.assertEqual(self.of(self.gxc, as_of=date(2026, 8, 31)).score, 101, "as it was known then")


class WorkTest(ScoringCase):
    def test_without_a_task_there_is_no_score(self):
        self.a_task()
        found = {card.department.code: card for card in self.card().departments}
        self.assertEqual(sorted(found), ["BGS", "CGC", "GXC", "KJJ", "NCC", "PTC", "RCC"])
        self.assertEqual((found["GXC"].tasks, found["GXC"].score, found["GXC"].note), (1, 100, ""))
        self.assertEqual((found["RCC"].tasks, found["RCC"].score), (0, None))
        self.assertIn("没有承办任务", found["RCC"].note)

    def test_what_was_open_at_any_time_in_the_quarter_is_work(self):
        self.approve(self.a_task(title="六月办结"), date(2026, 6, 30))
        self.assertIsNone(self.of(self.gxc).score)
        self.approve(self.a_task(title="七月办结"), date(2026, 7, 1))
        self.a_task(title="未动", cooperating=[self.cgc])
        handed = self.a_task(title="改派")
        moved(handed, "reassign", on=AUGUST, lead=self.ptc)
        self.assertEqual([self.of(unit).tasks for unit in (self.gxc, self.cgc, self.ptc)], [3, 1, 1])
        later = [self.of(unit, period=Q4).tasks for unit in (self.gxc, self.cgc, self.ptc)]
        self.assertEqual(later, [1, 1, 1])

    def test_what_was_said_about_a_closed_task_is_no_work(self):
        task = self.approve(self.a_task(), date(2026, 6, 30))
        services.comment(task.pk, note="补充", actor=self.head, now=at(AUGUST))
        self.assertEqual((self.of(self.gxc).tasks, self.of(self.gxc).score), (0, None))

    def test_what_was_issued_later_is_none_of_it(self):
        self.a_task(issued_on=date(2026, 10, 12))
        self.assertIsNone(self.of(self.gxc).score)
        self.assertEqual(self.of(self.gxc, period=Q4).score, 100)

    def test_a_plan_archived_in_the_middle_counts_with_what_happened(self):
        task = self.a_task()
        self.approve(task)
        task.plan.refresh_from_db()
        services.archive_plan(task.plan, actor=self.supervisor, now=at(date(2026, 8, 20)))
        self.assertEqual((self.of(self.gxc).tasks, self.of(self.gxc).score), (1, 101))

    def test_only_one_plans(self):
        other = a_plan(self.kjj, code="KJJ-B", title="另一计划")
        self.approve(self.a_task(title="甲", plan=a_plan(self.kjj)))
        self.approve(self.a_task(title="乙", plan=other))
        card = self.of(self.gxc, plan=other)
        self.assertEqual((card.tasks, card.score, len(card.points)), (1, 101, 1))


class PartsTest(ScoringCase):
    def split(self, *leads: Department) -> list[Task]:
        task = self.a_task()
        services.split_task(
            task.pk, [Part(unit) for unit in leads], actor=self.head, now=at(date(2026, 3, 4))
        )
        parts = list(Task.objects.filter(parent=task.pk).order_by("id"))
        return [task, *(moved(part, "accept", on=date(2026, 3, 5)) for part in parts)]

    def test_a_department_is_judged_for_the_part_it_leads(self):
        _, part = self.split(self.cgc)
        self.approve(part)
        self.assertEqual((self.of(self.cgc).score, self.of(self.cgc).tasks), (101, 1))
        self.assertEqual((self.of(self.gxc).score, self.of(self.gxc).tasks), (100, 1))

    def test_its_own_part_of_its_own_whole_is_nothing_besides(self):
        whole, part = self.split(self.gxc)
        self.approve(part)
        self.assertEqual((self.of(self.gxc).score, self.of(self.gxc).tasks), (100, 1))
        self.approve(whole, date(2026, 8, 6))
        self.assertEqual(self.of(self.gxc).score, 101)

    def test_whose_the_whole_was_then(self):
        whole, part = self.split(self.gxc)
        moved(whole, "reassign", on=date(2026, 8, 3), lead=self.ptc)
        self.approve(part)
        self.assertEqual(self.of(self.gxc).score, 101)


class RulesTest(ScoringCase):
    def add(self, anchor: str = Anchor.ON_TIME, counts_from: date = Q4.starts_on, **given: Any) -> ScoreRule:
        values = {"name": "按期办结", "points": Decimal(3), "helper_points": Decimal(1)} | given
        return rules.add_rule(
            anchor, counts_from=counts_from, **{"actor": self.admin, "now": at(AFTER)} | values
        )

    def test_an_office_begins_with_the_first_version_of_each(self):
        rules.create_missing_rules()
        found = ScoreRule.objects.values_list("anchor", "version", "points", "helper_points")
        self.assertEqual(
            sorted(found),
            [
                ("base", 1, 100, 0),
                ("late", 1, -1, 0),
                ("on_time", 1, 1, Decimal("0.5")),
                ("report_missing", 1, -1, 0),
                ("returned", 1, -2, 0),
            ],
        )

    def test_a_new_version_counts_from_its_quarter_on(self):
        self.approve(self.a_task(title="三季度", cooperating=[self.cgc]))
        self.approve(self.a_task(title="四季度", cooperating=[self.cgc]), date(2026, 10, 12))
        self.add()
        self.assertEqual([self.of(self.gxc, period=period).score for period in (Q3, Q4)], [101, 103])
        self.assertEqual(
            [self.of(self.cgc, period=period).score for period in (Q3, Q4)], [Decimal("100.5"), 101]
        )
        self.assertEqual(self.of(self.gxc, period=Q4).points[0].rule.version, 2)

    def test_a_day_before_it_was_made_keeps_its_card(self):
        self.approve(self.a_task(), date(2026, 10, 12))
        before = self.card(period=Q4, as_of=date(2026, 10, 13))
        self.add()
        self.assertEqual(self.card(period=Q4, as_of=date(2026, 10, 13)), before)
        self.assertEqual(self.of(self.gxc, period=Q4).score, 103)

    def test_of_two_for_the_same_quarter_the_later_counts(self):
        self.approve(self.a_task(), date(2026, 10, 12))
        self.add(points=Decimal(5))
        self.add(points=Decimal(2))
        self.add(points=Decimal(9), counts_from=date(2027, 1, 1))
        self.assertEqual(self.of(self.gxc, period=Q4).score, 102)

    def test_a_finished_quarter_has_its_rules(self):
        for given, code in (
            ({"counts_from": Q3.starts_on}, "quarter_finished"),
            ({"counts_from": date(2026, 10, 2)}, "not_a_quarters_first_day"),
            ({"anchor": Anchor.BASE, "points": Decimal(-1)}, "invalid"),
        ):
            with self.subTest(code), self.assertRaises(InputInvalid) as refused:
                self.add(**given)
            self.assertEqual(refused.exception.code, code)
        self.assertEqual(ScoreRule.objects.count(), 5)

    def test_a_version_is_never_changed(self):
        for change in (
            lambda: ScoreRule.objects.filter(anchor="late").update(points=0),
            lambda: ScoreRule.objects.filter(anchor="late").delete(),
        ):
            with self.assertRaisesRegex(Exception, "Cannot"), transaction.atomic():
                change()

    def test_a_rule_of_ones_own_for_what_a_look_back_finds(self):
        task = self.approve(self.a_task(), date(2026, 6, 15))
        moved(task, "recheck", on=date(2026, 10, 12), outcome="not_solid")
        self.assertEqual(self.told(self.gxc, period=Q4), [])
        self.add(Anchor.NOT_SOLID, name="回头看不扎实", points=Decimal(-2), helper_points=Decimal(-1))
        self.assertEqual(self.told(self.gxc, period=Q4), [("not_solid", "lead", Decimal("-2"))])
        self.assertEqual(self.of(self.gxc, period=Q4).score, 98)


class AskingTest(ScoringCase):
    def refused(self, code: str, **asked: Any) -> None:
        with self.subTest(code), self.assertRaises(InputInvalid) as error:
            self.card(**asked)
        self.assertEqual(error.exception.code, code)

    def test_what_cannot_be_asked(self):
        self.refused("period_in_future", period=quarter("2027-Q1"))
        self.refused("date_in_future", as_of=date(2026, 10, 15))
        self.refused("date_before_period", as_of=date(2026, 6, 30))
        for name in ("2026-10", "2026", "2026-W40", "2026-Q5", "Q3", ""):
            with self.subTest(name), self.assertRaises(InputInvalid) as error:
                quarter(name)
            self.assertEqual(error.exception.code, "period_not_quarter")

    def test_a_running_quarter_is_to_date(self):
        self.assertFalse(self.card(period=Q4).final)
        self.assertTrue(self.card(period=Q3).final)
        self.assertFalse(self.card(period=Q3, as_of=date(2026, 9, 30)).final)

    def test_who_sees_whose(self):
        self.a_task()
        for who, codes in (
            (self.supervisor, ["BGS", "CGC", "GXC", "KJJ", "NCC", "PTC", "RCC"]),
            (self.leader, ["BGS", "CGC", "GXC", "KJJ", "NCC", "PTC", "RCC"]),
            (self.liaison, ["GXC"]),
            (self.head2, ["CGC"]),
            (self.stranger, ["NYJ"]),
        ):
            with self.subTest(who.username):
                self.assertEqual([card.department.code for card in self.card(user=who).departments], codes)
        with self.assertRaises(NotAllowed):
            self.card(user=self.head2, department=self.gxc)
        self.assertEqual(len(self.card(user=self.admin).departments), Department.objects.count())

    def test_a_department_that_was_closed_is_shown_where_it_had_work(self):
        self.a_task()
        Department.objects.filter(pk__in=[self.gxc.pk, self.rcc.pk]).update(is_active=False)
        codes = [card.department.code for card in self.card().departments]
        self.assertIn("GXC", codes)
        self.assertNotIn("RCC", codes)

    def test_it_costs_the_same_however_many(self):
        def cost() -> int:
            before = len(connection.queries_log)
            connection.force_debug_cursor = True
            self.card()
            return len(connection.queries_log) - before

        self.approve(self.a_task(title="甲", cooperating=[self.cgc]))
        cost()  # where the person stands is asked once
        first = cost()
        for n in range(5):
            self.approve(self.a_task(title=f"乙{n}", cooperating=[self.cgc]))
        self.assertEqual(cost(), first)
        self.assertLessEqual(first, 6)


class IssuedTest(ScoringCase):
    def test_no_plan_no_score(self):
        issued(a_plan(self.kjj), date(2026, 3, 2))
        self.assertEqual({card.score for card in self.card().departments}, {None})
