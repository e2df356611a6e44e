"""Which periods a department must report on, when they open, and which of them are missing."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from django.db import connection
from django.test import SimpleTestCase
from django.test.utils import CaptureQueriesContext

from config.errors import InputInvalid
from plans.org import workdays
from plans.org.models import Department, Workday
from plans.org.workdays import Calendar
from tasks import record, services
from tasks.models import ReportPeriod, Task, TaskEvent
from tasks.services import periods
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

MONTHLY, WEEKLY, QUARTERLY = "monthly", "weekly", "quarterly"
ISSUED = date(2026, 3, 2)


def due_dates(cycle: str, first: date, last: date) -> dict[str, date]:
    return {
        span.period: span.due_on for span in periods.spans(first, last, Calendar()) if span.cycle == cycle
    }


class CalendarTest(SimpleTestCase):
    """By the calendar of 2026 as published, with its make-up days."""

    def test_a_month_is_due_on_the_25th_or_the_working_day_before(self):
        found = due_dates(MONTHLY, date(2026, 1, 1), date(2026, 12, 31))
        self.assertEqual(len(found), 12)
        self.assertEqual(found["2026-11"], date(2026, 11, 25))
        self.assertEqual(found["2026-04"], date(2026, 4, 24), "the 25th is a Saturday")
        self.assertEqual(found["2026-09"], date(2026, 9, 24), "the 25th is 中秋")
        self.assertEqual(found["2026-10"], date(2026, 10, 23))

    def test_a_quarter_is_due_in_its_last_month(self):
        found = due_dates(QUARTERLY, date(2026, 1, 1), date(2026, 12, 31))
        due = [date(2026, 3, 25), date(2026, 6, 25), date(2026, 9, 24), date(2026, 12, 25)]
        self.assertEqual(found, dict(zip(("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"), due, strict=True)))

    def test_a_week_is_due_on_its_friday(self):
        found = due_dates(WEEKLY, date(2026, 9, 21), date(2026, 10, 18))
        expected = {
            "2026-W39": date(2026, 9, 24),
            "2026-W40": date(2026, 9, 30),  # holidays from Thursday on
            "2026-W41": date(2026, 10, 9),
            "2026-W42": date(2026, 10, 16),
        }
        self.assertEqual(found, expected)

    def test_a_week_without_a_working_day_is_none(self):
        found = due_dates(WEEKLY, date(2026, 2, 9), date(2026, 3, 1))
        self.assertEqual(list(found), ["2026-W07", "2026-W09"], "between them is 春节")

    def test_the_last_week_of_a_year_may_belong_to_the_next(self):
        found = due_dates(WEEKLY, date(2024, 12, 30), date(2025, 1, 3))
        self.assertEqual(found, {"2025-W01": date(2025, 1, 3)})

    def test_another_day_of_the_month(self):
        with self.settings(REPORT_DAY=31):
            found = due_dates(MONTHLY, date(2026, 1, 1), date(2026, 4, 30))
        expected = [date(2026, 1, 30), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
        self.assertEqual(list(found.values()), expected, "28 February is a make-up day")

    def test_the_periods_of_a_cycle_follow_one_another(self):
        for cycle in periods.CYCLES:
            day, found = date(2025, 1, 1), []
            while day < date(2028, 1, 1):
                found.append(periods.days_of(cycle, day))
                day += timedelta(days=1)
            spans = sorted(set(found))
            for (first, last), (following, _) in pairwise(spans):
                self.assertEqual(following, last + timedelta(days=1))
                names = {periods.period_of(day, cycle) for day in (first, last)}
                self.assertEqual(len(names), 1)
                self.assertEqual({periods.cycle_of(name) for name in names}, {cycle})


class PeriodsCase(OfficeCase):
    def a_task(self, cycle: str = MONTHLY, lead: Department | None = None, **fields: Any) -> Task:
        """Worked on since March, with that cycle from the beginning."""
        values = {"status": "in_progress", "issued_on": ISSUED, "due_on": date(2026, 12, 31)} | fields
        task = a_task(lead or self.gxc, **values)
        Task.objects.filter(pk=task.pk).update(reporting_cycle=cycle)
        task.refresh_from_db()
        return task

    def run_on(self, *days: date, hour: int = 6) -> None:
        for day in days:
            services.open_report_periods(now=at(day, hour))

    def rows(self, task: Task) -> list[tuple[str, date | None, bool]]:
        return list(
            task.report_periods.order_by("due_on").values_list("period", "reported_on", "was_missing")
        )

    def names(self, task: Task) -> list[str]:
        return [name for name, _, _ in self.rows(task)]

    def report(self, task: Task, day: date, **given: Any) -> str:
        """The period that a report of that day told of."""
        values = {"progress": 50, "hour": 15} | given
        moved(task, "report", on=day, **values)
        return task.reports.latest("id").period


class OpeningTest(PeriodsCase):
    def test_each_cycle_opens_its_present_period(self):
        tasks = [self.a_task(cycle, title=cycle) for cycle in (WEEKLY, MONTHLY, QUARTERLY, "")]
        self.run_on(date(2026, 11, 2))
        found = [
            list(task.report_periods.values_list("period", "starts_on", "due_on", "was_missing"))
            for task in tasks
        ]
        expected = [
            [("2026-W45", date(2026, 11, 2), date(2026, 11, 6), False)],
            [("2026-11", date(2026, 11, 1), date(2026, 11, 25), False)],
            [("2026-Q4", date(2026, 10, 1), date(2026, 12, 25), False)],
            [],
        ]
        self.assertEqual(found, expected)

    def test_only_for_tasks_that_are_worked_on(self):
        for status in ("pending", "submitted", "suspended", "completed", "cancelled"):
            self.a_task(status=status, title=status)
        self.run_on(date(2026, 11, 2))
        self.assertEqual(ReportPeriod.objects.count(), 0)

    def test_again_and_all_month_long_opens_nothing_more(self):
        task = self.a_task()
        self.run_on(date(2026, 11, 2), date(2026, 11, 2), date(2026, 11, 20), date(2026, 11, 30))
        self.assertEqual(self.names(task), ["2026-11"])

    def test_a_year_has_its_periods_and_no_others(self):
        tasks = {cycle: self.a_task(cycle, title=cycle) for cycle in (WEEKLY, MONTHLY, QUARTERLY)}
        day = date(2026, 4, 1)
        while day <= date(2026, 12, 31):
            self.run_on(day)
            day += timedelta(days=1)
        self.assertEqual(self.names(tasks[QUARTERLY]), ["2026-Q2", "2026-Q3", "2026-Q4"])
        self.assertEqual(self.names(tasks[MONTHLY]), [f"2026-{month:02}" for month in range(4, 13)])
        weeks = {f"2026-W{week:02}" for week in range(14, 54)}
        self.assertEqual(set(self.names(tasks[WEEKLY])), weeks)

    def test_who_signs_just_before_the_date_begins_with_the_next_period(self):
        # Five working days before 25 November is the 18th.
        in_time = self.a_task(title="及时", moved_on=date(2026, 11, 17))
        late = self.a_task(title="临近", moved_on=date(2026, 11, 18))
        self.run_on(date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 25), date(2026, 12, 1))
        self.assertEqual(self.names(in_time), ["2026-11", "2026-12"])
        self.assertEqual(self.names(late), ["2026-12"])

    def test_who_signs_during_a_week_begins_with_the_next(self):
        task = self.a_task(WEEKLY, moved_on=date(2026, 11, 2))
        self.run_on(date(2026, 11, 3), date(2026, 11, 9))
        self.assertEqual(self.names(task), ["2026-W46"])

    def test_a_suspended_task_is_asked_again_when_it_is_resumed(self):
        task = self.a_task()
        moved(task, "suspend", on=date(2026, 10, 20))
        self.run_on(date(2026, 11, 2))
        self.assertEqual(self.names(task), [])
        moved(task, "resume", on=date(2026, 11, 10))
        self.run_on(date(2026, 11, 10), hour=12)
        self.assertEqual(self.names(task), ["2026-11"])

    def test_a_task_resumed_after_the_date_is_not_asked_for_what_was_due_before(self):
        task = self.a_task()
        moved(task, "suspend", on=date(2026, 10, 20))
        self.run_on(date(2026, 11, 2))
        moved(task, "resume", on=date(2026, 11, 26))
        self.run_on(date(2026, 11, 27), date(2026, 12, 1))
        self.assertEqual(self.names(task), ["2026-12"])

    def test_a_cycle_set_just_before_the_date_begins_with_the_next_period(self):
        early, late, after = (self.a_task("", title=title) for title in ("早", "晚", "过后"))
        self.run_on(date(2026, 11, 2))
        for task, day in (
            (early, date(2026, 11, 17)),
            (late, date(2026, 11, 18)),
            (after, date(2026, 11, 26)),
        ):
            services.edit_task(
                task.pk,
                actor=self.supervisor,
                now=at(day),
                version=Task.objects.get(pk=task.pk).version,
                reporting_cycle=MONTHLY,
            )
            self.run_on(day, hour=12)
        self.run_on(date(2026, 12, 1))
        self.assertEqual(
            [self.names(task) for task in (early, late, after)],
            [["2026-11", "2026-12"], ["2026-12"], ["2026-12"]],
        )

    def test_a_report_that_was_in_before_the_job_ran_counts(self):
        task = self.a_task()
        self.report(task, date(2026, 11, 1), hour=0)
        self.run_on(date(2026, 11, 1))
        self.assertEqual(self.rows(task), [("2026-11", date(2026, 11, 1), False)])

    def test_an_office_may_move_its_days(self):
        task = self.a_task()
        Workday.objects.create(day=date(2026, 11, 25), is_workday=False)
        self.run_on(date(2026, 11, 2))
        self.assertEqual(task.report_periods.get().due_on, date(2026, 11, 24))


class OutageTest(PeriodsCase):
    """The jobs stood still from 20 September until 23 November."""

    def test_what_was_left_out_is_opened_and_missing(self):
        task = self.a_task()
        weekly = self.a_task(WEEKLY, title="每周")
        self.run_on(date(2026, 9, 19))
        self.report(task, date(2026, 10, 21))
        self.run_on(date(2026, 11, 23))
        expected = [
            ("2026-09", None, True),
            ("2026-10", date(2026, 10, 21), False),
            ("2026-11", None, False),
        ]
        self.assertEqual(self.rows(task), expected)
        self.assertEqual(self.names(weekly), [f"2026-W{week}" for week in range(39, 49)])
        self.assertEqual([missing for _, _, missing in self.rows(weekly)], [True] * 9 + [False])

    def test_the_record_tells_how_tasks_stood_on_each_date(self):
        closed = self.a_task(title="已办结")
        paused = self.a_task(title="曾暂缓")
        signed = self.a_task(title="新签收", status="pending")
        self.run_on(date(2026, 9, 19))
        moved(paused, "suspend", on=date(2026, 10, 20))
        moved(paused, "resume", on=date(2026, 10, 28))
        moved(signed, "accept", on=date(2026, 10, 15))
        moved(closed, "submit", on=date(2026, 10, 26))
        moved(closed, "approve", on=date(2026, 10, 27))
        self.run_on(date(2026, 11, 23))
        self.assertEqual(self.names(closed), ["2026-09", "2026-10"])
        self.assertEqual(self.names(paused), ["2026-09", "2026-11"])
        self.assertEqual(self.names(signed), ["2026-10", "2026-11"])

    def test_a_cycle_set_meanwhile_asks_for_nothing_of_the_past(self):
        self.a_task()
        task = self.a_task("", title="后定周期")
        self.run_on(date(2026, 9, 19))
        services.edit_task(
            task.pk, actor=self.supervisor, now=at(date(2026, 10, 26)), version=2, reporting_cycle=MONTHLY
        )
        self.run_on(date(2026, 11, 23))
        self.assertEqual(self.names(task), ["2026-11"])

    def test_a_late_report_does_not_undo_that_it_was_missing(self):
        task = self.a_task()
        self.run_on(date(2026, 9, 19))
        self.report(task, date(2026, 9, 28), period="2026-09")
        self.run_on(date(2026, 11, 23))
        self.assertEqual(self.rows(task)[0], ("2026-09", date(2026, 9, 28), True))

    def test_an_office_that_begins_is_asked_for_nothing_of_the_past(self):
        task = self.a_task()
        self.run_on(date(2026, 11, 26))
        self.assertEqual(self.names(task), [], "November's date is over")

    def test_no_further_back_than_a_quarter(self):
        task = self.a_task()
        self.run_on(date(2026, 4, 1), date(2026, 12, 1))
        self.assertEqual(self.names(task), ["2026-04", "2026-09", "2026-10", "2026-11", "2026-12"])


class MissingTest(PeriodsCase):
    DUE, NEXT = date(2026, 11, 25), date(2026, 11, 26)

    def setUp(self):
        self.task = self.a_task(cooperating=[self.cgc])
        self.run_on(date(2026, 11, 2))

    def is_missing(self) -> bool:
        return self.task.report_periods.get(period="2026-11").was_missing

    def test_on_the_first_day_after_its_date(self):
        self.run_on(self.DUE, hour=23)
        self.assertFalse(self.is_missing())
        self.run_on(self.NEXT, hour=0)
        self.assertTrue(self.is_missing())

    def test_not_when_it_was_in_on_the_last_day(self):
        self.report(self.task, self.DUE, hour=23)
        self.run_on(self.NEXT)
        self.assertFalse(self.is_missing())

    def missed(self) -> list[TaskEvent]:
        return list(self.task.events.filter(data__has_key="report_missing"))

    def test_it_is_put_on_the_record_once(self):
        self.run_on(self.NEXT, self.NEXT, date(2026, 11, 27))
        (event,) = self.missed()
        self.assertEqual((event.kind, event.actor, event.actor_name), ("edited", None, "系统"))
        self.assertEqual(event.data, {"report_missing": "2026-11", "department": self.gxc.pk})
        self.assertEqual((event.at, event.status), (at(self.NEXT, 6), "in_progress"))
        self.assertIsNone(record.broken_link(self.task.pk))

    def test_whose_it_was_the_record_tells_after_an_outage_too(self):
        moved(self.task, "reassign", on=self.NEXT, lead=self.cgc)
        self.run_on(date(2026, 11, 30))
        (event,) = self.missed()
        self.assertEqual((event.lead, event.data["department"]), (self.cgc, self.gxc.pk))

    def test_each_of_several_has_its_own_line(self):
        self.run_on(date(2027, 1, 4))
        self.assertEqual([event.data["report_missing"] for event in self.missed()], ["2026-11", "2026-12"])
        self.assertIsNone(record.broken_link(self.task.pk))

    def test_what_a_report_settles_leaves_no_line(self):
        self.report(self.task, self.DUE)
        version = Task.objects.get(pk=self.task.pk).version
        self.run_on(self.NEXT)
        self.assertEqual(self.missed(), [])
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, version)

    def test_never_unset(self):
        self.run_on(self.NEXT)
        self.report(self.task, self.NEXT)
        moved(self.task, "suspend", on=date(2026, 11, 27))
        self.run_on(date(2026, 11, 28))
        self.assertEqual(self.rows(self.task), [("2026-11", self.NEXT, True)])

    def test_a_report_before_the_job_ran_came_late_all_the_same(self):
        self.report(self.task, self.NEXT, hour=0, period="2026-11")
        self.run_on(self.NEXT)
        self.assertEqual(self.rows(self.task), [("2026-11", self.NEXT, True)])

    def test_who_applied_to_close_has_reported(self):
        moved(self.task, "submit", on=self.DUE)
        self.run_on(self.NEXT)
        moved(self.task, "return", on=self.NEXT)
        self.run_on(date(2026, 11, 27))
        self.assertFalse(self.is_missing())

    def test_not_while_it_was_suspended(self):
        moved(self.task, "suspend", on=date(2026, 11, 20))
        self.run_on(self.NEXT)
        moved(self.task, "resume", on=self.NEXT)
        self.run_on(date(2026, 11, 27))
        self.assertFalse(self.is_missing())

    def test_a_helpers_report_does_not_count(self):
        self.report(self.task, date(2026, 11, 24), actor=self.liaison2)
        self.assertIsNone(self.task.report_periods.get().reported_on)
        self.run_on(self.NEXT)
        self.assertTrue(self.is_missing())

    def test_a_new_lead_that_signs_just_before_the_date_is_spared(self):
        moved(self.task, "reassign", on=date(2026, 11, 19), lead=self.cgc)
        moved(self.task, "accept", on=date(2026, 11, 20))
        self.run_on(self.NEXT)
        self.assertFalse(self.is_missing())

    def test_nothing_is_missing_of_a_cycle_that_was_given_up(self):
        services.edit_task(
            self.task.pk, actor=self.supervisor, now=at(date(2026, 11, 10)), version=2, reporting_cycle=""
        )
        self.run_on(self.NEXT)
        self.assertEqual(self.rows(self.task), [("2026-11", None, False)])

    def test_another_cycle_opens_its_own_periods(self):
        services.edit_task(
            self.task.pk, actor=self.supervisor, now=at(date(2026, 11, 10)), version=2, reporting_cycle=WEEKLY
        )
        self.run_on(date(2026, 11, 10), date(2026, 11, 16))
        self.assertEqual(self.names(self.task), ["2026-W47", "2026-11"])
        self.run_on(date(2026, 12, 1))
        missing = [name for name, _, was_missing in self.rows(self.task) if was_missing]
        self.assertEqual(missing, ["2026-W47", "2026-W48"])


class WhichPeriodTest(PeriodsCase):
    """Of which period a report tells."""

    def setUp(self):
        self.task = self.a_task(cooperating=[self.cgc])
        self.run_on(date(2026, 10, 12), date(2026, 11, 2))

    def test_of_the_latest_that_is_missing(self):
        self.assertEqual(self.report(self.task, date(2026, 11, 3)), "2026-10")
        self.assertEqual(self.report(self.task, date(2026, 11, 3), hour=16), "2026-11")
        expected = [("2026-10", date(2026, 11, 3), True), ("2026-11", date(2026, 11, 3), False)]
        self.assertEqual(self.rows(self.task), expected)

    def test_of_the_next_when_it_is_asked_for(self):
        # The second working day before 25 November is the 23rd.
        self.assertEqual(self.report(self.task, date(2026, 11, 23)), "2026-11")
        self.assertEqual(self.report(self.task, date(2026, 11, 23), hour=16), "2026-11", "it is over with")

    def test_a_helper_tells_of_the_same_and_ends_nothing(self):
        self.assertEqual(self.report(self.task, date(2026, 11, 3), actor=self.liaison2), "2026-10")
        self.assertEqual(self.report(self.task, date(2026, 11, 3), hour=16), "2026-10")

    def test_of_the_one_it_names(self):
        for hour, name in ((10, "2026-11"), (11, "2026-10")):
            self.assertEqual(self.report(self.task, date(2026, 11, 3), hour=hour, period=name), name)
        self.assertEqual([day for _, day, _ in self.rows(self.task)], [date(2026, 11, 3)] * 2)

    def test_the_first_report_is_the_one_that_is_dated(self):
        self.report(self.task, date(2026, 11, 3), period="2026-11")
        self.report(self.task, date(2026, 11, 20), period="2026-11")
        self.assertEqual(self.task.report_periods.get(period="2026-11").reported_on, date(2026, 11, 3))

    def test_of_no_other(self):
        before = Task.objects.get(pk=self.task.pk).version
        for name in ("2026-09", "2026-12", "2026-W45", "九月"):
            with self.subTest(name), self.assertRaises(InputInvalid) as caught:
                self.report(self.task, date(2026, 11, 3), period=name)
            self.assertEqual(caught.exception.code, "period_unknown")
        self.assertEqual(Task.objects.get(pk=self.task.pk).version, before)
        self.assertEqual(self.task.reports.count(), 0)

    def test_without_a_cycle_of_the_month(self):
        task = self.a_task("", title="不定期")
        self.assertEqual(self.report(task, date(2026, 11, 3)), "2026-11")
        self.assertEqual(self.report(task, date(2026, 11, 4), period="2026-11"), "2026-11")
        self.assertEqual(self.names(task), [])

    def test_after_another_cycle_of_the_new_one(self):
        services.edit_task(
            self.task.pk, actor=self.supervisor, now=at(date(2026, 11, 3)), version=3, reporting_cycle=WEEKLY
        )
        self.assertEqual(self.report(self.task, date(2026, 11, 24)), "2026-W48")

    def test_a_new_lead_is_not_asked_for_the_old_ones(self):
        moved(self.task, "reassign", on=date(2026, 11, 3), lead=self.cgc)
        moved(self.task, "accept", on=date(2026, 11, 4))
        self.assertEqual(self.report(self.task, date(2026, 11, 5)), "2026-11")

    def test_it_costs_two_statements_more_and_one_where_it_is_named(self):
        plain = self.a_task("", title="不定期")
        self.cost(plain, date(2026, 11, 3), "")  # where the person stands is asked once
        costs = [
            self.cost(plain, date(2026, 11, 4), ""),
            self.cost(self.task, date(2026, 11, 4), "2026-11"),
            self.cost(self.task, date(2026, 11, 5), ""),
        ]
        self.assertEqual([cost - costs[0] for cost in costs], [0, 1, 2])

    def cost(self, task: Task, day: date, period: str) -> int:
        given = services.moves.MoveInput(note="进展", progress=10, period=period)
        with CaptureQueriesContext(connection) as queries:
            services.make_move(task.pk, "report", actor=self.admin, now=at(day), given=given)
        return len(queries)


class AskedTest(PeriodsCase):
    def asked(self, day: date) -> list[str]:
        until = periods.asked_until(day, workdays.calendar())
        return list(ReportPeriod.objects.asked(day, until).values_list("period", flat=True))

    def test_from_two_working_days_before_its_date_until_it_is_in(self):
        task = self.a_task()
        self.run_on(date(2026, 11, 2))
        for day, asked in ((22, []), (23, ["2026-11"]), (25, ["2026-11"])):
            with self.subTest(day):
                self.assertEqual(self.asked(date(2026, 11, day)), asked)
        self.run_on(date(2026, 11, 26), date(2026, 12, 10))
        self.assertEqual(self.asked(date(2026, 12, 10)), ["2026-11"])
        self.report(task, date(2026, 12, 10))
        self.assertEqual(self.asked(date(2026, 12, 10)), [])

    def test_of_several_only_the_latest(self):
        self.a_task(WEEKLY)
        self.run_on(date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16))
        self.assertEqual(self.asked(date(2026, 11, 16)), ["2026-W46"])
        self.assertEqual(self.asked(date(2026, 11, 18)), ["2026-W47"])

    def test_not_of_what_is_at_rest_or_handed_on_or_of_another_cycle(self):
        names = ("paused", "handed", "freed", "asked")
        tasks = {name: self.a_task(title=name) for name in names}
        self.run_on(date(2026, 10, 12), date(2026, 11, 2))
        moved(tasks["paused"], "suspend", on=date(2026, 11, 3))
        moved(tasks["handed"], "reassign", on=date(2026, 11, 3), lead=self.cgc)
        moved(tasks["handed"], "accept", on=date(2026, 11, 4))
        services.edit_task(
            tasks["freed"].pk,
            actor=self.supervisor,
            now=at(date(2026, 11, 3)),
            version=3,
            reporting_cycle="",
        )
        until = periods.asked_until(date(2026, 11, 4), workdays.calendar())
        found = ReportPeriod.objects.asked(date(2026, 11, 4), until).values_list("task__title", flat=True)
        self.assertEqual(list(found), ["asked"])


class RacesTest(OfficeTransactionCase):
    def test_two_schedulers_open_each_period_once(self):
        tasks = [a_task(self.gxc, status="in_progress", title=f"任务{n}") for n in range(5)]
        Task.objects.update(reporting_cycle=WEEKLY)
        first = partial(services.open_report_periods, now=at(date(2026, 10, 12)))
        self.assertEqual(sorted(at_once(first, first, first)), [0, 0, 5])
        later = partial(services.open_report_periods, now=at(date(2026, 11, 2)))
        self.assertEqual(sorted(at_once(later, later, later)), [0, 0, 15])
        self.assertEqual(ReportPeriod.objects.filter(was_missing=True).count(), 3 * len(tasks))
        self.assertEqual(
            TaskEvent.objects.filter(data__has_key="report_missing").count(), 3 * len(tasks), "once each"
        )
        self.assertEqual([record.broken_link(task.pk) for task in tasks], [None] * len(tasks))

    def test_a_report_and_the_job_at_once(self):
        for n in range(6):
            task = a_task(self.gxc, status="in_progress", title=f"任务{n}")
            Task.objects.filter(pk=task.pk).update(reporting_cycle=MONTHLY)
            now = at(date(2026, 11, 2), 10)
            report = partial(moved, task, "report", on=date(2026, 11, 2), progress=10, actor=self.liaison)
            at_once(report, partial(services.open_report_periods, now=now))
            services.open_report_periods(now=now)
            self.assertEqual(task.report_periods.get().reported_on, date(2026, 11, 2))
