"""Periods and pace: pure."""

from datetime import date

from django.test import SimpleTestCase

from reports.pace import Pace, pace
from reports.past import turns_red
from reports.periods import Kind, Period, PeriodUnknown, finished
from tasks.states import Status


class PeriodTests(SimpleTestCase):
    def test_each_form(self):
        expected = {
            "2026-10": (date(2026, 10, 1), date(2026, 10, 31)),
            "2026-12": (date(2026, 12, 1), date(2026, 12, 31)),
            "2024-02": (date(2024, 2, 1), date(2024, 2, 29)),
            "2026-W44": (date(2026, 10, 26), date(2026, 11, 1)),
            "2026-W53": (date(2026, 12, 28), date(2027, 1, 3)),
            "2026-Q3": (date(2026, 7, 1), date(2026, 9, 30)),
            "2026-Q4": (date(2026, 10, 1), date(2026, 12, 31)),
            "2026": (date(2026, 1, 1), date(2026, 12, 31)),
        }
        for text, days in expected.items():
            with self.subTest(text):
                period = Period.read(text)
                self.assertEqual((period.name, period.starts_on, period.ends_on), (text, *days))

    def test_what_is_no_period(self):
        wrong = (
            "2026-13 2026-00 2026-W00 2025-W53 2026-Q5 2026-Q0 2026-1 26-10 2026-10-01 0000 9999 1948 十月"
        )
        for text in ["", " 2026", "２０２６", "2026-10\n", *wrong.split()]:
            with self.subTest(text), self.assertRaises(PeriodUnknown):
                Period.read(text)

    def test_those_that_are_over(self):
        expected = {
            Kind.WEEK: ["2026-W01", "2026-W02"],
            Kind.MONTH: ["2025-12"],
            Kind.QUARTER: ["2025-Q4"],
            Kind.YEAR: ["2025"],
        }
        for kind, names in expected.items():
            with self.subTest(kind):
                found = finished(kind, date(2025, 12, 29), date(2026, 1, 15))
                self.assertEqual([period.name for period in found], names)

    def test_its_kind_its_name_in_words_and_the_one_before(self):
        expected = {
            "2026-W01": (Kind.WEEK, "2026年第1周", "2025-W52"),
            "2026-01": (Kind.MONTH, "2026年1月", "2025-12"),
            "2026-Q1": (Kind.QUARTER, "2026年第一季度", "2025-Q4"),
            "2026": (Kind.YEAR, "2026年", "2025"),
        }
        for name, (kind, label, before) in expected.items():
            with self.subTest(name):
                period = Period.read(name)
                self.assertEqual((period.kind, period.label, period.before.name), (kind, label, before))

    def test_any_day_lies_in_one_of_each_kind(self):
        for day in (date(2027, 1, 1), date(2026, 12, 31), date(2024, 2, 29), date(2026, 10, 1)):
            for kind in Kind:
                with self.subTest(day=day, kind=kind):
                    period = Period.around(day, kind)
                    self.assertTrue(period.starts_on <= day <= period.ends_on)
                    self.assertEqual(period.kind, kind)


class PaceTests(SimpleTestCase):
    def pace(self, status=Status.IN_PROGRESS, progress=0, due_on=date(2026, 6, 10), **fields) -> str:
        """100 days from 2 March to 10 June; measured on 21 April, when half have passed."""
        given = {"submitted_on": None, "deadline_kind": "by", "day": date(2026, 4, 21)} | fields
        return pace(status, progress, assigned_on=date(2026, 3, 2), due_on=due_on, **given)

    def test_ten_points_either_way_are_on_pace(self):
        words = {39: "欠进度", 40: "达进度", 50: "达进度", 60: "达进度", 61: "超进度"}
        for progress, word in words.items():
            with self.subTest(progress):
                self.assertEqual(self.pace(progress=progress), word)

    def test_exactly_ten_points_whatever_a_division_rounds_to(self):
        for day in range(1, 90):
            today = date.fromordinal(date(2026, 3, 2).toordinal() + day)
            with self.subTest(day):
                self.assertEqual(self.pace(progress=day + 10, day=today), Pace.ON_PACE)
                self.assertEqual(self.pace(progress=day + 11, day=today), Pace.AHEAD)

    def test_the_overdue_are_behind_whatever_their_progress(self):
        self.assertEqual(self.pace(progress=99, day=date(2026, 6, 11)), Pace.BEHIND)
        self.assertEqual(self.pace(progress=99, day=date(2026, 6, 11), deadline_kind="ongoing"), Pace.BEHIND)

    def test_the_clock_stands_still_once_submitted(self):
        late = {"submitted_on": date(2026, 4, 21), "day": date(2026, 12, 31)}
        self.assertEqual(self.pace(Status.SUBMITTED, 50, **late), Pace.ON_PACE)

    def test_tasks_without_one_final_day_keep_pace(self):
        self.assertEqual(self.pace(progress=0, deadline_kind="recurring"), Pace.ON_PACE)

    def test_no_time_given_is_all_of_it(self):
        for due_on in (date(2026, 3, 2), date(2026, 2, 1)):
            day = date(2026, 2, 1)
            self.assertEqual(self.pace(progress=80, due_on=due_on, day=day), Pace.BEHIND)
            self.assertEqual(self.pace(progress=90, due_on=due_on, day=day), Pace.ON_PACE)

    def test_done_and_not_running(self):
        for status in (Status.COMPLETED, Status.CLOSED):
            self.assertEqual(self.pace(status, 100), Pace.DONE)
        for status in (Status.SUSPENDED, Status.DECLINED, Status.CANCELLED):
            self.assertEqual(self.pace(status), Pace.OTHER)


class TurnsRedTests(SimpleTestCase):
    """October, seen from the states a task went through."""

    EVE, END = date(2026, 9, 30), date(2026, 10, 31)

    def turns_red(self, *story) -> bool:
        return turns_red(
            [(self.day(since), red_on and self.day(red_on)) for since, red_on in story], self.EVE, self.END
        )

    @staticmethod
    def day(text: str) -> date:
        return date.fromisoformat(f"2026-{text}")

    def test_by_time_passing(self):
        self.assertTrue(self.turns_red(("09-30", "10-01")))
        self.assertTrue(self.turns_red(("09-30", "10-31")))
        self.assertFalse(self.turns_red(("09-30", "11-01")))
        self.assertFalse(self.turns_red(("09-30", None)))

    def test_red_all_along_is_not_turned(self):
        self.assertFalse(self.turns_red(("09-30", "09-30")))
        self.assertFalse(self.turns_red(("09-30", "09-30"), ("10-12", "09-29")))

    def test_red_for_some_days_and_then_done(self):
        self.assertTrue(self.turns_red(("09-30", "10-09"), ("10-12", None)))

    def test_done_before_it_would_have_turned(self):
        self.assertFalse(self.turns_red(("09-30", "10-12"), ("10-12", None)))

    def test_red_again_after_a_reprieve(self):
        self.assertTrue(self.turns_red(("09-30", "09-01"), ("10-09", "10-20")))
        self.assertTrue(self.turns_red(("09-30", "09-01"), ("10-09", None), ("10-20", "10-12")))

    def test_a_reprieve_of_an_hour_is_none(self):
        self.assertFalse(self.turns_red(("09-30", "09-01"), ("10-09", None), ("10-09", "09-01")))

    def test_issued_already_late(self):
        self.assertTrue(self.turns_red(("10-09", "10-01")))
