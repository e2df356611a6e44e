"""A past day is told as it was told when it was today: replayed by chance, compared in everything."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from config.errors import InputInvalid
from plans.models import Plan
from plans.org import workdays
from plans.org.models import Department, User
from reports import delivery, queries, reminders
from reports.scope import Scope
from tasks import lights
from tasks.models import Task, TaskEvent
from tests.builders import ISSUED_ON, a_task, at, moved
from tests.cases import OfficeCase
from tests.reports import histories
from tests.reports.test_scope import task_ids

DAYS = 12
# What a row says, whichever table it comes from.
STATE = ("status", "progress", "due_on", "lead_id", "was_late", "submitted_on", "red_on", "shown")
FIGURES: dict[str, Callable[[Scope], Any]] = {
    "overview": queries.overview,
    "departments": queries.departments,
    "overdue": queries.overdue_board,
}
Question = tuple[str, User, dict[str, Any]]


class ReplayTests(OfficeCase):
    """Chance is the same in every run; each history of its own."""

    def test_every_past_day_is_as_it_was(self):
        self.replay(1)

    def test_in_another_year_too(self):
        self.replay(2)

    def replay(self, seed: int) -> None:
        told, rows = {}, {}
        for day in histories.play(self, seed, DAYS):
            reminders.owe(day, now=at(day, 19))
            delivery.deliver(at(day, 20))
            told[day] = self.told(day)
            rows[day] = self.rows(Scope.asked(self.admin, day))
        self.assert_eventful()
        today = day + timedelta(days=1)
        for day, answers in told.items():
            past = self.told(today, as_of=day)
            different = [question for question, answer in answers.items() if past[question] != answer]
            self.assertEqual(different, [], day)
            for who in (self.liaison, self.head2, self.viewer, self.stranger):
                with self.subTest(day=str(day), who=who.username):
                    self.assert_sees(who, today, day, rows[day])

    def assert_eventful(self) -> None:
        """Or there would be nothing to compare."""
        self.assertGreater(TaskEvent.objects.values("kind").distinct().count(), 11)
        self.assertTrue(Task.objects.exclude(parent=None).exists())
        self.assertTrue(Task.objects.filter(was_late=True).exists())
        self.assertTrue(Plan.objects.filter(status="archived").exists())

    def told(self, today: date, **as_of: date) -> dict[str, Any]:
        """Told to those who see a task whatever becomes of it."""
        asked: list[Question] = [
            *((name, who, {}) for who in (self.admin, self.supervisor) for name in FIGURES),
            *(("overview", self.admin, {"plan": plan}) for plan in Plan.objects.order_by("id")),
            *(("overview", self.leader, {"department": unit}) for unit in Department.objects.order_by("id")),
            ("departments", self.leader, {"plan": Plan.objects.first(), "department": self.gxc}),
        ]
        return {
            f"{name} {who.username} {given}": FIGURES[name](Scope.asked(who, today, **given, **as_of))
            for name, who, given in asked
        }

    def rows(self, scope: Scope) -> dict[int, tuple]:
        rows = scope.all_rows().annotate(shown=lights.light(scope.day, workdays.calendar()))
        return {pk: state for pk, *state in rows.values_list(scope.task_id, *STATE)}

    def assert_sees(self, who: User, today: date, day: date, then: dict[int, tuple]) -> None:
        """Of that day's tasks those that the person sees today, as they were; each piece of work once."""
        scope = Scope.asked(who, today, as_of=day)
        seen = set(Task.objects.visible_to(who).values_list("pk", flat=True)) & then.keys()
        self.assertEqual(self.rows(scope), {pk: then[pk] for pk in seen})
        wholes = [pk for pk in seen if not self.above(pk) & seen]
        self.assertCountEqual(task_ids(scope.rows()), wholes)

    def above(self, pk: int) -> set[int]:
        parents = dict(Task.objects.values_list("pk", "parent"))
        found: set[int] = set()
        while (pk := parents[pk]) is not None:
            found.add(pk)
        return found


class EdgeTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=date(2026, 6, 30), progress=20)

    def asked(self, as_of: date | None = None, **asked: Any) -> list[Any]:
        scope = Scope.asked(self.leader, self.today, as_of=as_of, **asked)
        return [figures(scope) for figures in FIGURES.values()]

    def test_today_is_the_same_as_no_day(self):
        self.assertEqual(self.asked(self.today), self.asked())

    def test_before_the_first_record_there_is_nothing(self):
        for day in (ISSUED_ON - timedelta(days=1), date(1990, 1, 1)):
            for asked in ({}, {"plan": self.task.plan}, {"department": self.gxc}):
                with self.subTest(day=str(day), asked=asked):
                    overview, departments, overdue = self.asked(day, **asked)
                    self.assertEqual(
                        (overview.tasks, overview.average_progress, overview.goals), (0, None, [])
                    )
                    self.assertEqual((departments.departments, overdue.departments), ([], []))

    def test_a_department_without_tasks_is_told_nothing_wrong(self):
        for day in (None, date(2026, 7, 1)):
            overview, departments, overdue = self.asked(day, department=self.bgs)
            self.assertEqual((overview.tasks, overview.on_time_rate, overview.time_share), (0, None, None))
            self.assertEqual((departments.departments, overdue.departments), ([], []))

    def test_a_day_that_has_not_come_is_refused(self):
        with self.assertRaises(InputInvalid) as refused:
            self.asked(self.today + timedelta(days=1))
        self.assertEqual(refused.exception.code, "date_in_future")

    def test_who_has_a_task_now_sees_its_past(self):
        before = date(2026, 7, 1)
        moved(self.task, "reassign", on=date(2026, 7, 10), lead=self.cgc, cooperating=[])
        for who, count in (("liaison", 0), ("liaison2", 1), ("supervisor", 1)):
            scope = Scope.asked(getattr(self, who), self.today, as_of=before)
            self.assertEqual(queries.overview(scope).tasks, count, who)
        led_then = Scope.asked(self.supervisor, self.today, as_of=before, department=self.gxc)
        self.assertEqual(queries.overview(led_then).tasks, 1)
