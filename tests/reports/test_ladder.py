"""Which steps of the ladder fall on a day: pure arithmetic on the published calendar of 2026."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase

from plans.org.workdays import Calendar
from reports.ladder import DEFAULT_RULES, MOST_REPEATS, steps_on
from reports.models import ReminderRule

CALENDAR = Calendar()


def fallen(rule: ReminderRule, day: date, calendar: Calendar = CALENDAR) -> list[tuple[int, date, date]]:
    """(step, first and last date it counts from)."""
    found: dict[int, list[date]] = {}
    for step, counted_from in steps_on(rule, day, calendar):
        found.setdefault(step, []).append(counted_from)
    return [(step, min(dates), max(dates)) for step, dates in found.items()]


def before(step: int) -> ReminderRule:
    return ReminderRule(anchor="before_due", step=step)


def overdue(step: int, repeat_every: int | None = None) -> ReminderRule:
    return ReminderRule(anchor="overdue", step=step, repeat_every=repeat_every)


class StepsTests(SimpleTestCase):
    def test_a_deadline_on_a_working_day_is_told_of_on_the_day(self):
        self.assertEqual(fallen(before(0), date(2026, 10, 14)), [(0, date(2026, 10, 14), date(2026, 10, 14))])

    def test_a_deadline_on_a_saturday_is_told_of_on_friday(self):
        # 11 September 2026 is a Friday.
        self.assertEqual(fallen(before(0), date(2026, 9, 11)), [(0, date(2026, 9, 11), date(2026, 9, 13))])

    def test_deadlines_in_the_national_holiday_are_told_of_on_its_eve(self):
        self.assertEqual(fallen(before(0), date(2026, 9, 30)), [(0, date(2026, 9, 30), date(2026, 10, 7))])

    def test_a_make_up_saturday_is_a_working_day(self):
        # 10 October 2026, a Saturday, is worked; Sunday is not.
        self.assertEqual(fallen(before(0), date(2026, 10, 10)), [(0, date(2026, 10, 10), date(2026, 10, 11))])
        self.assertEqual(fallen(before(1), date(2026, 10, 9)), [(1, date(2026, 10, 10), date(2026, 10, 11))])

    def test_the_first_working_day_after_a_weekend_is_the_first_overdue_one(self):
        self.assertEqual(fallen(overdue(1), date(2026, 9, 14)), [(1, date(2026, 9, 11), date(2026, 9, 13))])

    def test_every_week_again_up_to_an_end(self):
        steps = fallen(overdue(7, 5), date(2026, 10, 30))
        self.assertEqual(len(steps), MOST_REPEATS + 1)
        self.assertEqual(steps[0], (7, date(2026, 10, 21), date(2026, 10, 21)))
        self.assertEqual(steps[1], (12, date(2026, 10, 14), date(2026, 10, 14)))

    def test_a_long_pause_reaches_back_no_further_than_any_deadline(self):
        steps = fallen(overdue(7, 32_767), date(2026, 10, 30))
        self.assertEqual(steps, [(7, date(2026, 10, 21), date(2026, 10, 21))])

    def test_the_office_s_own_day_off_counts(self):
        calendar = Calendar({date(2026, 10, 15): False})
        self.assertEqual(
            fallen(before(0), date(2026, 10, 14), calendar), [(0, date(2026, 10, 14), date(2026, 10, 15))]
        )

    def test_each_anchor_date_has_exactly_one_day_for_each_step(self):
        days = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
        working = [day for day in days if CALENDAR.is_workday(day)]
        for rule in (before(0), before(3), overdue(1), overdue(3)):
            told: dict[date, int] = {}
            for day in working:
                for _, low, high in fallen(rule, day):
                    for n in range((high - low).days + 1):
                        told[low + timedelta(n)] = told.get(low + timedelta(n), 0) + 1
            self.assertEqual({told.get(day) for day in days[30:-30]}, {1}, rule.anchor)


class DefaultRulesTests(TestCase):
    def test_they_are_there_after_migrating(self):
        self.assertEqual(ReminderRule.objects.count(), len(DEFAULT_RULES))

    def test_migrating_again_leaves_what_the_office_changed(self):
        ReminderRule.objects.filter(code="due-30").update(is_active=False, step=20)
        call_command("migrate", verbosity=0)
        rule = ReminderRule.objects.get(code="due-30")
        self.assertEqual((rule.is_active, rule.step), (False, 20))
        self.assertEqual(ReminderRule.objects.count(), len(DEFAULT_RULES))

    def test_nobody_is_overdue_on_the_day_itself(self):
        for values in (
            {"anchor": "overdue", "step": 0},
            {"anchor": "before_due", "step": 1, "repeat_every": 5},
        ):
            with self.subTest(values), self.assertRaises(IntegrityError), transaction.atomic():
                ReminderRule.objects.create(code="x", name="x", audiences=["head"], **values)

    def test_a_step_counts_in_whole_days_forward(self):
        """Before or after is the anchor's to say: a negative step is no second way."""
        rule = ReminderRule(code="x", name="x", anchor="before_due", step=-3, audiences=["head"])
        with self.assertRaises(ValidationError) as caught:
            rule.full_clean()
        self.assertEqual(caught.exception.message_dict, {"step": ["确保该值大于或等于0。"]})
        with self.assertRaises(IntegrityError), transaction.atomic():
            rule.save()
