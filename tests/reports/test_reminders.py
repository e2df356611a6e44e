"""What the ladder owes for a task over its life, whoever asks and however often."""

from datetime import date, timedelta

from plans.org.models import Workday
from reports import reminders
from reports.models import JobRun, Reminder, ReminderRule
from tasks import services
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase

DAY = timedelta(days=1)


def ledger() -> list[tuple[str, str, int, str]]:
    rows = Reminder.objects.order_by("remind_on", "id").values_list(
        "remind_on", "rule__code", "step", "audience"
    )
    return [(f"{day:%m-%d}", code, step, audience) for day, code, step, audience in rows]


def pass_days(first: date, last: date) -> None:
    day = first
    while day <= last:
        reminders.owe(day, now=at(day))
        day += DAY


class LadderTests(OfficeCase):
    def test_a_task_that_is_never_done_climbs_every_step(self):
        task = a_task(self.gxc, due_on=date(2026, 11, 30), issued_on=date(2026, 3, 2))
        pass_days(date(2026, 3, 1), date(2026, 3, 12))
        moved(task, "accept", on=date(2026, 3, 13))
        pass_days(date(2026, 10, 14), date(2026, 12, 31))
        self.assertEqual(
            ledger(),
            [
                ("03-04", "unsigned-2", 2, "liaison"),
                ("03-09", "unsigned-5", 5, "head"),
                ("03-09", "unsigned-5", 5, "supervisor"),
                ("10-19", "due-30", 30, "liaison"),
                ("11-16", "due-10", 10, "head"),
                ("11-16", "due-10", 10, "liaison"),
                ("11-25", "due-3", 3, "head"),
                ("11-25", "due-3", 3, "liaison"),
                ("11-27", "due-1", 1, "head"),
                ("11-27", "due-1", 1, "liaison"),
                ("11-30", "due-0", 0, "head"),
                ("11-30", "due-0", 0, "liaison"),
                ("12-01", "overdue-1", 1, "head"),
                ("12-03", "overdue-3", 3, "supervisor"),
                ("12-09", "overdue-7", 7, "leader"),
                ("12-16", "overdue-7", 12, "leader"),
                ("12-23", "overdue-7", 17, "leader"),
                ("12-30", "overdue-7", 22, "leader"),
            ],
        )

    def test_the_same_day_again_owes_nothing(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.assertEqual(reminders.owe(self.today, now=self.now), 2)
        self.assertEqual(reminders.owe(self.today, now=self.now), 0)

    def test_an_inactive_rule_owes_nothing(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        ReminderRule.objects.filter(code="due-1").update(is_active=False)
        self.assertEqual(reminders.owe(self.today, now=self.now), 0)

    def test_only_who_can_still_act_is_reminded(self):
        due = {"due_on": date(2026, 10, 15)}
        owed = {}
        for status in ("declined", "submitted", "completed", "closed", "suspended", "cancelled"):
            a_task(self.gxc, status=status, **due)
            owed[status] = reminders.owe(self.today, now=self.now)
        self.assertEqual(set(owed.values()), {0}, owed)
        for status in ("pending", "in_progress"):
            a_task(self.gxc, status=status, **due)
            self.assertEqual(reminders.owe(self.today, now=self.now), 2, status)

    def test_a_task_signed_for_is_not_chased_to_sign(self):
        a_task(self.gxc, status="in_progress", issued_on=date(2026, 10, 12))
        self.assertEqual(reminders.owe(self.today, now=self.now), 0)

    def test_the_statements_are_as_many_as_the_rules(self):
        for _ in range(3):
            a_task(self.gxc, due_on=date(2026, 10, 15))
        with self.assertNumQueries(2 + ReminderRule.objects.count()):
            self.assertEqual(reminders.owe(self.today, now=self.now), 6)


class WorkingDayTests(OfficeCase):
    def owed_on(self, day: date) -> list[str]:
        before = set(Reminder.objects.values_list("pk", flat=True))
        reminders.owe(day, now=at(day))
        return sorted(set(Reminder.objects.exclude(pk__in=before).values_list("rule__code", flat=True)))

    def owed_between(self, first: date, last: date) -> dict[str, list[str]]:
        days = [first + n * DAY for n in range((last - first).days + 1)]
        return {f"{day:%m-%d}": codes for day in days if (codes := self.owed_on(day))}

    def test_a_deadline_on_a_saturday(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 12))
        self.assertEqual(
            self.owed_between(date(2026, 9, 7), date(2026, 9, 17)),
            {
                "09-08": ["due-3"],
                "09-10": ["due-1"],
                "09-11": ["due-0"],
                "09-14": ["overdue-1"],
                "09-16": ["overdue-3"],
            },
        )

    def test_a_deadline_in_the_national_holiday(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 5))
        self.assertEqual(
            self.owed_between(date(2026, 9, 28), date(2026, 10, 13)),
            {
                "09-29": ["due-1"],
                "09-30": ["due-0"],
                "10-08": ["overdue-1"],
                "10-10": ["overdue-3"],
            },
        )

    def test_a_deadline_on_a_make_up_saturday_is_its_own_day(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 10))
        self.assertEqual(
            self.owed_between(date(2026, 10, 5), date(2026, 10, 12)),
            {"10-09": ["due-1"], "10-10": ["due-0"], "10-12": ["overdue-1"]},
        )

    def test_the_office_s_own_working_days_count(self):
        Workday.objects.create(day=date(2026, 10, 15), is_workday=False)
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.assertEqual(
            self.owed_between(date(2026, 10, 14), date(2026, 10, 16)),
            {"10-14": ["due-0"], "10-16": ["overdue-1"]},
        )


class ChangeTests(OfficeCase):
    def test_a_moved_deadline_earns_its_own_reminders(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        reminders.owe(date(2026, 10, 14), now=self.now)
        services.edit_task(
            task.pk,
            actor=self.supervisor,
            now=at(date(2026, 10, 14), 15),
            version=task.version,
            due_on=date(2026, 10, 22),
            note="场地交付推迟",
        )
        pass_days(date(2026, 10, 15), date(2026, 10, 21))
        self.assertEqual(
            ledger(),
            [
                ("10-14", "due-1", 1, "head"),
                ("10-14", "due-1", 1, "liaison"),
                ("10-19", "due-3", 3, "head"),
                ("10-19", "due-3", 3, "liaison"),
                ("10-21", "due-1", 1, "head"),
                ("10-21", "due-1", 1, "liaison"),
            ],
        )
        self.assertEqual(
            set(Reminder.objects.values_list("due_on", flat=True)), {date(2026, 10, 15), date(2026, 10, 22)}
        )

    def test_a_plan_imported_late_owes_only_what_is_still_to_come(self):
        a_task(self.gxc, due_on=date(2026, 10, 9), issued_on=date(2026, 10, 12))
        pass_days(date(2026, 9, 1), date(2026, 10, 26))
        self.assertEqual(
            ledger(),
            [
                ("10-13", "overdue-3", 3, "supervisor"),
                ("10-14", "unsigned-2", 2, "liaison"),
                ("10-19", "unsigned-5", 5, "head"),
                ("10-19", "unsigned-5", 5, "supervisor"),
                ("10-19", "overdue-7", 7, "leader"),
                ("10-26", "overdue-7", 12, "leader"),
            ],
        )

    def test_a_task_overdue_for_years_is_told_of_once_a_week(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2020, 12, 31), issued_on=date(2026, 10, 12))
        pass_days(date(2026, 10, 12), date(2026, 10, 23))
        self.assertEqual([code for _, code, _, _ in ledger()], ["overdue-7", "overdue-7"])
        self.assertGreater(task.reminders.get(remind_on__lt=date(2026, 10, 17)).step, 1000)

    def test_a_reassigned_task_is_chased_to_sign_anew(self):
        task = a_task(self.gxc, status="in_progress", issued_on=date(2026, 10, 8))
        moved(task, "reassign", on=date(2026, 10, 12), actor=self.supervisor, lead=self.cgc)
        pass_days(date(2026, 10, 8), date(2026, 10, 14))
        self.assertEqual(ledger(), [("10-14", "unsigned-2", 2, "liaison")])

    def test_the_days_of_a_suspension_are_passed_over(self):
        task = a_task(self.gxc, status="suspended", due_on=date(2026, 10, 20), moved_on=date(2026, 10, 9))
        pass_days(date(2026, 10, 9), date(2026, 10, 16))
        moved(task, "resume", on=date(2026, 10, 16), hour=17, actor=self.supervisor)
        pass_days(date(2026, 10, 16), date(2026, 10, 19))
        self.assertEqual({code for _, code, _, _ in ledger()}, {"due-1"})


class CatchUpTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))

    def days(self) -> list[str]:
        return sorted({day for day, _, _, _ in ledger()})

    def test_the_first_run_owes_today_alone(self):
        self.assertEqual(reminders.catch_up(self.now), 2)
        self.assertEqual(self.days(), ["10-14"])

    def test_every_run_looks_at_today_again(self):
        reminders.catch_up(self.now)
        a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 15))
        self.assertEqual(reminders.catch_up(self.now), 2)
        self.assertEqual(reminders.catch_up(self.now), 0)

    def test_days_missed_in_an_outage_are_owed_afterwards(self):
        reminders.catch_up(at(date(2026, 10, 11)))
        reminders.catch_up(at(date(2026, 10, 16)))
        self.assertEqual(self.days(), ["10-12", "10-14", "10-15", "10-16"])
        self.assertEqual(JobRun.objects.get(job=reminders.JOB).through, date(2026, 10, 16))

    def test_a_long_outage_is_looked_back_on_for_a_month(self):
        reminders.catch_up(at(date(2026, 8, 3)))
        reminders.catch_up(at(date(2026, 11, 14)))
        self.assertEqual(self.days(), ["10-14", "10-15", "10-16", "10-20", "10-26", "11-02", "11-09"])

    def test_a_clock_set_back_owes_no_day_twice(self):
        reminders.catch_up(self.now)
        self.assertEqual(reminders.catch_up(self.now - 3 * DAY), 0)
        reminders.catch_up(self.now)
        self.assertEqual(Reminder.objects.filter(remind_on=self.today).count(), 2)

    def test_a_clock_that_once_ran_ahead_leaves_no_day_out(self):
        reminders.catch_up(at(date(2027, 1, 4)))
        reminders.catch_up(at(date(2026, 10, 12)))
        reminders.catch_up(at(date(2026, 10, 15)))
        self.assertEqual([day for day in self.days() if day < "11"], ["10-12", "10-14", "10-15"])
