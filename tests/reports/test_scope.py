"""Which tasks are in the picture: plans in force, every piece of work once; today and on a past day alike."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from plans.models import Plan
from reports import queries
from reports.scope import Scope
from tasks import services
from tasks.models import Task
from tasks.services.splitting import Part
from tests.builders import a_goal, a_plan, a_task, at, issued, moved
from tests.cases import OfficeCase

SPLIT_ON = date(2026, 4, 1)


def task_ids(pieces: list[QuerySet[Any]]) -> list[int]:
    """Of tasks as they are, and of events with the state after them."""
    return [
        pk for rows in pieces for pk in rows.values_list("id" if rows.model is Task else "task_id", flat=True)
    ]


class ScopeCase(OfficeCase):
    def scopes(self, **asked) -> list[Scope]:
        """Of the day that nothing more happened on: by the tasks' rows, and by the record."""
        return [Scope(self.today, is_past, **asked) for is_past in (False, True)]

    def split(self, task: Task, *leads) -> list[Task]:
        return services.split_task(
            task.pk, [Part(lead) for lead in leads], actor=self.admin, now=at(SPLIT_ON)
        )

    def assert_rows(self, expected: list[Task], rows: str = "rows", **asked) -> None:
        for scope in self.scopes(**asked):
            with self.subTest(rows, is_past=scope.is_past, **asked):
                found = getattr(scope, rows)()
                pieces = found if isinstance(found, list) else [found]
                self.assertEqual(sorted(task_ids(pieces)), [task.pk for task in expected])


class PartTests(ScopeCase):
    def setUp(self):
        self.whole = a_task(self.gxc, status="in_progress", cooperating=[self.bgs])
        self.own, self.part = self.split(self.whole, self.gxc, self.cgc)
        self.part = moved(self.part, "accept", on=SPLIT_ON)
        self.back, self.street = self.split(self.part, self.gxc, self.ptc)

    def test_the_office_counts_only_wholes(self):
        self.assert_rows([self.whole])
        self.assert_rows([self.whole], department=self.kjj)
        self.assert_rows([self.whole], user=self.supervisor)
        self.assert_rows([self.whole, self.own, self.part, self.back, self.street], rows="all_rows")

    def test_a_department_counts_a_part_whose_whole_it_has_no_hand_in(self):
        self.assert_rows([self.part], department=self.cgc)
        self.assert_rows([self.street], department=self.ptc)
        self.assert_rows([self.whole], department=self.bgs)
        self.assert_rows([], department=self.rcc)
        # Its own part, and even a part of somebody else's part, lies within the whole that it leads.
        self.assert_rows([self.whole], department=self.gxc)

    def test_a_person_counts_what_they_see(self):
        self.assert_rows([self.whole], user=self.liaison)
        self.assert_rows([self.part], user=self.liaison2)

    def test_a_whole_of_another_plan_is_not_in_the_picture_of_one(self):
        other = a_plan(self.kjj, code="KJJ-2026B")
        task = a_task(self.gxc, plan=other)
        self.assert_rows([task], plan=other)
        self.assert_rows([self.whole], plan=self.whole.plan)

    def test_side_by_side_each_department_has_what_it_leads_once(self):
        self.assert_rows([self.whole, self.part, self.street], rows="rows_by_lead")
        for scope in self.scopes():
            found = {row.department.code: row.tasks for row in queries.departments(scope).departments}
            self.assertEqual(found, {"CGC": 1, "GXC": 1, "PTC": 1})

    def test_a_part_handed_on_counts_where_it_lay_that_day(self):
        moved(self.own, "reassign", on=date(2026, 5, 6), lead=self.rcc)
        self.assert_rows([self.own], department=self.rcc)
        before = Scope(date(2026, 5, 5), True, department=self.rcc)
        self.assertEqual(task_ids(before.rows()), [])

    def test_every_late_part_is_on_the_board(self):
        for day in (date(2026, 12, 5), self.today):
            for is_past in (False, True):
                board = queries.overdue_board(Scope(day, is_past))
                found = [task.id for unit in board.departments for task in unit.tasks]
                everything = [self.whole, self.own, self.part, self.back, self.street]
                self.assertCountEqual(found, [task.pk for task in everything] if day.month == 12 else [])


class PlanTests(ScopeCase):
    def setUp(self):
        self.old = a_plan(self.kjj, year=2025)
        self.kept = a_task(self.gxc)
        self.done = a_task(self.gxc, plan=self.old, status="closed", issued_on=date(2025, 3, 3))
        a_goal(self.old)
        issued(self.old, date(2025, 3, 3))
        self.archived_on = date(2026, 6, 15)
        services.archive_plan(self.old, actor=self.supervisor, now=at(self.archived_on))
        self.old = Plan.objects.get(pk=self.old.pk)

    def test_what_is_put_away_is_in_no_later_picture(self):
        self.assert_rows([self.kept])
        for scope in self.scopes():
            self.assertEqual(queries.overview(scope).goals, [])

    def test_unless_it_is_asked_for(self):
        self.assert_rows([self.done], plan=self.old)
        for scope in self.scopes(plan=self.old):
            self.assertEqual(len(queries.overview(scope).goals), 1)

    def test_until_the_day_before_it_is(self):
        eve = self.archived_on - timedelta(days=1)
        for day, expected in ((eve, [self.kept.pk, self.done.pk]), (self.archived_on, [self.kept.pk])):
            scope = Scope(day, True)
            self.assertCountEqual(task_ids(scope.rows()), expected)
            self.assertEqual(len(queries.overview(scope).goals), len(expected) - 1)

    def test_of_a_period_it_is_in_when_it_was_put_away_within(self):
        last = date(2026, 6, 30)
        for since, count in ((date(2026, 6, 1), 2), (self.archived_on, 2), (date(2026, 6, 16), 1)):
            with self.subTest(since=since):
                scope = Scope(last, True, since=since)
                self.assertEqual((len(task_ids(scope.rows())), scope.plans().count()), (count, count))

    def test_before_its_release_there_is_nothing(self):
        scope = Scope(date(2025, 3, 2), True)
        self.assertEqual((len(task_ids(scope.rows())), scope.plans().count()), (0, 0))
        self.assertIsNone(queries.overview(scope).average_progress)
