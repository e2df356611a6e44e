from datetime import date

from django.test import SimpleTestCase, TestCase

from plans.org import workdays
from plans.org.models import Workday
from plans.org.workdays import Calendar


class PublishedCalendarTest(SimpleTestCase):
    def test_a_holiday_is_off_and_a_make_up_day_is_on(self):
        calendar = Calendar()
        self.assertFalse(calendar.is_workday(date(2026, 10, 1)))
        self.assertTrue(calendar.is_workday(date(2026, 10, 10)), "a Saturday made up for National Day")
        self.assertFalse(calendar.is_workday(date(2026, 10, 11)))

    def test_counting_goes_over_holidays(self):
        calendar = Calendar()
        self.assertEqual(calendar.add(date(2026, 9, 30), 1), date(2026, 10, 8))
        self.assertEqual(calendar.add(date(2026, 10, 8), -1), date(2026, 9, 30))
        self.assertEqual(calendar.add(date(2026, 10, 3), 0), date(2026, 10, 3))
        self.assertEqual(calendar.between(date(2026, 9, 30), date(2026, 10, 10)), 3)
        self.assertEqual(calendar.between(date(2026, 10, 10), date(2026, 9, 30)), 0)
        self.assertEqual(calendar.on_or_before(date(2026, 10, 5)), date(2026, 9, 30))

    def test_a_year_not_yet_published_counts_by_the_law(self):
        calendar = Calendar()
        self.assertNotIn(2031, workdays.PUBLISHED_YEARS)
        self.assertFalse(calendar.is_workday(date(2031, 5, 1)))
        self.assertFalse(calendar.is_workday(date(2031, 5, 2)))
        self.assertTrue(calendar.is_workday(date(2031, 5, 6)))
        self.assertFalse(calendar.is_workday(date(2031, 5, 10)), "a Saturday")


class OverrideTest(TestCase):
    def test_the_offices_own_days_go_before_the_calendar(self):
        Workday.objects.create(day=date(2026, 10, 12), is_workday=False, note="全局搬迁")
        Workday.objects.create(day=date(2026, 10, 11), is_workday=True)
        calendar = workdays.calendar()
        self.assertEqual(calendar.add(date(2026, 10, 10), 1), date(2026, 10, 11))
        self.assertEqual(calendar.add(date(2026, 10, 11), 1), date(2026, 10, 13))
