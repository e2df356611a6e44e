"""Who hears of what is owed, and in which words."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.org.models import Membership
from reports import delivery, reminders
from reports.models import DigestLine, Notification, Reminder, ReminderRule
from tasks import services
from tasks.models import Task
from tests.builders import a_department, a_membership, a_plan, a_task, a_user, at, moved
from tests.cases import OfficeCase


def told() -> list[tuple[str, str]]:
    rows = DigestLine.objects.order_by("reminder", "id").values_list("user__username", "reminder__rule__code")
    return list(rows)


class DeliveryTests(OfficeCase):
    def run_day(self, day: date) -> int:
        reminders.owe(day, now=at(day))
        return delivery.deliver(at(day, 10))

    def test_the_lead_s_people_hear_of_a_deadline(self):
        task = a_task(self.gxc, status="in_progress", progress=30, due_on=date(2026, 10, 19))
        self.assertEqual(self.run_day(self.today), 2)
        self.assertEqual(sorted(told()), [("head", "due-3"), ("liaison", "due-3")])
        message = Notification.objects.get(user=self.liaison)
        self.assertEqual(message.title, f"第1次催办：{task.code} 建设科技企业孵化器（还有5天到期）")
        self.assertEqual(
            message.text,
            f"任务“{task.code} 建设科技企业孵化器”，牵头单位高新技术处，办理期限2026年10月19日，"
            "还有5天到期，当前进度30%。请抓紧办理，并及时填报进展。",
        )
        self.assertEqual((message.task, message.read_at), (task, None))
        self.assertEqual(
            set(Reminder.objects.values_list("outcome", "number", "recipients", "delivered_at")),
            {("sent", 1, 1, at(self.today, 10))},
        )

    def test_each_message_says_the_how_manieth_it_is(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19))
        for day in (14, 16, 19, 20):
            self.run_day(date(2026, 10, day))
        titles = Notification.objects.filter(user=self.head).order_by("id").values_list("title", flat=True)
        self.assertEqual(
            [(title[:5], title[title.index("（") :]) for title in titles],
            [
                ("第1次催办", "（还有5天到期）"),
                ("第2次催办", "（还有3天到期）"),
                ("第3次催办", "（今天到期）"),
                ("第4次催办", "（已逾期1天）"),
            ],
        )

    def test_supervisor_and_leader_are_those_above_the_issuer(self):
        city = a_department("SZF", "云江市人民政府")
        type(self.kjj).objects.filter(pk=self.kjj.pk).update(parent=city)
        a_membership(a_user("mayor"), city, "leader")
        a_membership(a_user("other"), self.elsewhere, "leader")
        a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 30), plan=a_plan(self.kjj))
        self.run_day(date(2026, 10, 15))
        self.assertEqual(sorted(told()), [("leader", "overdue-7"), ("mayor", "overdue-7")])

    def test_the_unsigned_are_told_so(self):
        a_task(self.gxc, issued_on=date(2026, 10, 12))
        self.run_day(self.today)
        self.assertIn("（交办2天未签收）", Notification.objects.get().title)

    def test_delivered_again_tells_nobody_twice(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.run_day(self.today)
        self.assertEqual(delivery.deliver(self.now), 0)
        self.assertEqual(len(told()), 2)

    def test_a_late_message_tells_of_the_day_it_arrives(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19))
        reminders.owe(self.today, now=self.now)
        delivery.deliver(at(date(2026, 10, 16)))
        self.assertIn("（还有3天到期）", Notification.objects.get(user=self.head).title)

    def test_a_post_that_nobody_holds_is_told_to_the_supervisor(self):
        Membership.objects.filter(user=self.liaison).delete()
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.run_day(self.today)
        self.assertEqual(sorted(told()), [("head", "due-1"), ("supervisor", "due-1")])
        message = Notification.objects.get(user=self.supervisor)
        self.assertTrue(message.title.startswith("催办无人接收："), message.title)
        self.assertIn("应发牵头单位联络员（高新技术处），但该岗位目前无人任职", message.text)
        self.assertEqual(
            set(Reminder.objects.values_list("audience", "outcome", "number")),
            {("head", "sent", 1), ("liaison", "redirected", None)},
        )

    def test_who_has_left_the_office_is_not_a_recipient(self):
        self.head.is_active = False
        self.head.save(update_fields=["is_active"])
        a_membership(a_user("successor"), self.gxc, "head")
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.run_day(self.today)
        self.assertEqual(sorted(told()), [("liaison", "due-1"), ("successor", "due-1")])

    def test_without_any_supervisor_the_administrator_hears(self):
        Membership.objects.filter(role__in=["supervisor", "liaison"]).delete()
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        self.run_day(self.today)
        self.assertEqual(sorted(told()), [("admin", "due-1"), ("head", "due-1")])

    def test_administrators_are_looked_up_once_for_all_units(self):
        Membership.objects.all().delete()
        delivery.deliver(self.now)
        asked = []
        for day, units in ((15, [self.gxc]), (16, [self.gxc, self.cgc, self.ptc])):
            for unit in units:
                a_task(unit, status="in_progress", due_on=date(2026, 10, day))
            Task.objects.filter(due_on__lt=date(2026, 10, day)).update(status="suspended")
            with CaptureQueriesContext(connection) as queries:
                delivery.deliver(at(date(2026, 10, day)))
            asked.append(len(queries))
        self.assertEqual(asked[0], asked[1])

    def test_with_nobody_at_all_the_log_says_so(self):
        Membership.objects.all().delete()
        type(self.admin).objects.filter(is_superuser=True).update(is_active=False)
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        with self.assertLogs("reports.digests", "WARNING"):
            self.run_day(self.today)
        self.assertEqual(set(Reminder.objects.values_list("outcome", "recipients")), {("redirected", 0)})

    def test_the_queries_do_not_grow_with_the_reminders(self):
        delivery.deliver(self.now)
        asked = []
        for n, day in ((1, 15), (6, 16)):
            for _ in range(n):
                a_task(self.gxc, status="in_progress", due_on=date(2026, 10, day))
            with CaptureQueriesContext(connection) as queries:
                delivery.deliver(at(date(2026, 10, day)))
            asked.append(len(queries))
        self.assertEqual(Reminder.objects.filter(outcome="sent").count(), 2 + 12 + 1)
        self.assertEqual(asked[0], asked[1])


class OutageTests(OfficeCase):
    """A month without the job: of each task an audience hears once, of how it stands now."""

    last, back = date(2026, 10, 12), date(2026, 11, 12)

    def run_job(self, *days: date) -> None:
        for day in days:
            reminders.catch_up(at(day))
            delivery.deliver(at(day))

    def told_of(self, task: Task) -> list[tuple[str, str]]:
        lines = DigestLine.objects.filter(reminder__task=task, reminder__delivered_at=at(self.back))
        return sorted(lines.values_list("user__username", "reminder__rule__code"))

    def test_each_hears_the_latest_alone(self):
        late = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 20))
        ahead = a_task(self.gxc, status="in_progress", due_on=date(2026, 11, 13))
        self.run_job(self.last)
        self.run_job(self.back)
        # The liaison hears only ahead of a deadline: that it was near is no news any more.
        self.assertEqual(
            self.told_of(late), [("head", "overdue-1"), ("leader", "overdue-7"), ("supervisor", "overdue-3")]
        )
        self.assertEqual(self.told_of(ahead), [("head", "due-1"), ("liaison", "due-1")])
        digests = Notification.objects.filter(created_at=at(self.back))
        self.assertEqual(
            sorted(digests.values_list("user__username", flat=True)),
            sorted(["head", "leader", "liaison", "supervisor"]),
        )
        self.assertIn("已逾期23天", digests.get(user=self.leader).title)
        self.assertFalse(Reminder.objects.filter(delivered_at=None).exists())

    def test_only_what_was_sent_is_counted(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 9, 30), issued_on=date(2026, 9, 1))
        self.run_job(self.last, self.back, date(2026, 11, 19))
        lines = task.reminders.filter(audience="leader").order_by("remind_on")
        self.assertEqual(
            list(lines.values_list("step", "outcome", "number")),
            [
                (7, "silenced", None),
                (12, "silenced", None),
                (17, "silenced", None),
                (22, "silenced", None),
                (27, "sent", 1),
                (32, "sent", 2),
            ],
        )

    def test_the_numbers_follow_the_days_that_were_missed(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 20))
        given = {"actor": self.leader, "now": at(date(2026, 10, 15)), "answer_by": date(2026, 10, 19)}
        services.instruct(task.pk, note="请说明", **given)
        self.run_job(date(2026, 10, 17), date(2026, 10, 22))
        sent = task.reminders.filter(audience="head", outcome="sent").order_by("number")
        self.assertEqual(
            list(sent.values_list("number", "rule__code", "remind_on")),
            [(1, "answer-missing-1", date(2026, 10, 20)), (2, "overdue-1", date(2026, 10, 21))],
        )

    def test_a_later_one_that_holds_no_more_takes_no_other_s_place(self):
        task = a_task(self.gxc, due_on=date(2026, 10, 15), issued_on=date(2026, 10, 12))
        reminders.owe(self.today, now=self.now)
        reminders.owe(date(2026, 10, 15), now=self.now)
        services.edit_task(
            task.pk,
            actor=self.supervisor,
            now=self.now,
            version=task.version,
            due_on=date(2026, 12, 31),
            note="场地交付推迟",
        )
        delivery.deliver(self.now)
        self.assertEqual(told(), [("liaison", "unsigned-2")])


class ChangedMeanwhileTests(OfficeCase):
    """Owed in the morning, delivered after something happened: nobody is told what is not so any more."""

    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        reminders.owe(self.today, now=self.now)

    def assert_silenced(self):
        delivery.deliver(self.now)
        self.assertEqual(told(), [])
        self.assertEqual(
            set(Reminder.objects.values_list("outcome", "number", "recipients")), {("silenced", None, 0)}
        )

    def test_a_moved_deadline(self):
        services.edit_task(
            self.task.pk,
            actor=self.supervisor,
            now=self.now,
            version=self.task.version,
            due_on=date(2026, 12, 31),
            note="场地交付推迟",
        )
        self.assert_silenced()

    def test_an_application_to_close(self):
        moved(self.task, "submit", on=self.today)
        self.assert_silenced()

    def test_a_suspension(self):
        moved(self.task, "suspend", on=self.today)
        self.assert_silenced()

    def test_a_new_lead_hears_instead_of_the_old_one(self):
        moved(self.task, "reassign", on=self.today, actor=self.supervisor, lead=self.cgc)
        delivery.deliver(self.now)
        self.assertEqual(sorted(told()), [("head2", "due-1"), ("liaison2", "due-1")])

    def test_a_rule_switched_off(self):
        ReminderRule.objects.update(is_active=False)
        self.assert_silenced()

    def test_an_audience_taken_out_of_a_rule(self):
        ReminderRule.objects.filter(code="due-1").update(audiences=["liaison"])
        delivery.deliver(self.now)
        self.assertEqual(told(), [("liaison", "due-1")])

    def test_a_digest_by_hand_of_an_earlier_day_leaves_today_s_alone(self):
        delivery.deliver_by_hand(date(2026, 10, 13), now=self.now)
        self.assertEqual(set(Reminder.objects.values_list("outcome", flat=True)), {""})
        delivery.deliver(self.now)
        self.assertEqual(sorted(told()), [("head", "due-1"), ("liaison", "due-1")])
