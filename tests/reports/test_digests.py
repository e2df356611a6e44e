"""One message a person and working day, with all that is owed."""

from datetime import date, timedelta

from django.test import override_settings

from plans.org.models import Membership, Workday
from reports import delivery, reminders
from reports.models import Delivery, DigestLine, JobRun, Notification, Reminder
from tasks import services
from tasks.models import Task
from tasks.services.splitting import Part
from tests.builders import a_membership, a_task, a_user, at, moved
from tests.cases import OfficeCase

DAY = timedelta(days=1)


class HourTests(OfficeCase):
    """From 08:30 on working days, once."""

    def setUp(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))

    def digests(self) -> list[str]:
        return sorted(Notification.objects.values_list("user__username", flat=True))

    def test_not_before_the_hour(self):
        self.assertEqual(delivery.deliver(at(self.today, 8, 29)), 0)
        self.assertEqual(delivery.deliver(at(self.today, 8, 30)), 2)
        self.assertEqual(self.digests(), ["head", "liaison"])
        self.assertEqual(set(Notification.objects.values_list("digest_on", flat=True)), {self.today})

    @override_settings(DIGEST_AT=at(date(2026, 10, 14), 14).time())
    def test_an_office_chooses_the_hour(self):
        self.assertEqual(delivery.deliver(at(self.today, 13, 59)), 0)
        self.assertEqual(delivery.deliver(at(self.today, 14, 0)), 2)

    def test_once_a_day_and_the_rest_waits_for_the_next_working_day(self):
        friday = date(2026, 10, 16)
        delivery.deliver(at(friday))
        late = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19), issued_on=friday)
        reminders.catch_up(at(friday, 11))
        self.assertEqual(late.reminders.count(), 2)
        for moment in (at(friday, 12), at(date(2026, 10, 17)), at(date(2026, 10, 18))):
            self.assertEqual(delivery.deliver(moment), 0)
        delivery.deliver(at(date(2026, 10, 19)))
        told = Notification.objects.get(user=self.liaison, digest_on=date(2026, 10, 19))
        self.assertIn(late.code, told.text)

    def test_a_day_off_of_the_office_s_own(self):
        Workday.objects.create(day=self.today, is_workday=False)
        self.assertEqual(delivery.deliver(self.now), 0)
        self.assertFalse(JobRun.objects.filter(through=self.today).exists())

    def test_what_the_day_owes_is_owed_before_it_is_told(self):
        self.assertEqual(Reminder.objects.count(), 0)
        self.assertEqual(delivery.deliver(self.now), 2)

    def test_a_clock_that_ran_ahead_keeps_no_later_day_from_its_digest(self):
        delivery.deliver(at(date(2027, 6, 1)))
        self.assertEqual(delivery.deliver(self.now), 2)
        self.assertEqual(delivery.deliver(at(self.today, 11)), 0)

    def test_a_clock_set_back_tells_no_day_twice(self):
        a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 16))
        told = [delivery.deliver(at(date(2026, 10, day))) for day in (14, 15, 14, 15, 16)]
        self.assertEqual(told, [2, 4, 0, 0, 3])

    def test_by_hand_besides_the_day_s(self):
        delivery.deliver(self.now)
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19))
        reminders.owe(self.today, now=self.now)
        self.assertEqual(delivery.deliver(self.now), 0)
        self.assertEqual(delivery.deliver_by_hand(self.today, now=self.now), 2)
        self.assertEqual(
            list(Notification.objects.filter(user=self.head).values_list("digest_on")),
            [(None,), (self.today,)],
        )


class WordsTests(OfficeCase):
    def test_several_are_one_message_in_parts_the_most_pressing_first(self):
        issued = date(2026, 10, 12)
        overdue = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 13), title="建设孵化器")
        due = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19), title="培育企业")
        new = a_task(self.gxc, due_on=date(2026, 12, 20), issued_on=issued, title="编制规划")
        a_membership(self.liaison, self.gxc, "head")
        delivery.deliver(self.now)
        told = Notification.objects.get(user=self.liaison)
        self.assertEqual(told.title, "今日督办提醒4项：已逾期1项，即将到期2项，待签收1项")
        self.assertEqual(
            told.text,
            "【已逾期】1项\n"
            f"1. {overdue.code} 建设孵化器（高新处，办理期限2026年10月13日，已逾期1天，第1次催办）\n\n"
            "【即将到期】2项\n"
            f"1. {due.code} 培育企业（高新处，办理期限2026年10月19日，还有5天到期，第1次催办）\n"
            f"2. {due.code} 培育企业（高新处，办理期限2026年10月19日，还有5天到期，第1次催办）\n\n"
            "【待签收】1项\n"
            f"1. {new.code} 编制规划（高新处，交办日期2026年10月12日，交办2天未签收，第1次催办）",
        )
        self.assertIsNone(told.task)
        self.assertEqual(
            [task.code for task in Notification.objects.for_display().get(pk=told.pk).tasks],
            [overdue.code, due.code, new.code],
        )

    def test_a_title_of_several_lines_cannot_pass_for_a_part(self):
        for title in ("甲", "乙\r\n\n【已逾期】9项"):
            a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15), title=title)
        delivery.deliver(self.now)
        lines = Notification.objects.get(user=self.head).text.split("\n")
        self.assertEqual(len(lines), 3)
        self.assertIn(" 乙 【已逾期】9项（高新处，", lines[2])

    def test_of_very_many_the_most_urgent_are_named(self):
        for n in range(32):
            a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 19), title=f"任务{n}")
        first = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15), title="最先到期")
        delivery.deliver(self.now)
        told = Notification.objects.get(user=self.liaison)
        self.assertEqual(told.title, "今日督办提醒33项：即将到期33项")
        self.assertIn(f"\n1. {first.code} ", told.text)
        self.assertTrue(told.text.endswith("…共33项，其余请登录系统查看。"), told.text)
        self.assertEqual(told.lines.count(), 33)

    def test_what_is_overdue_is_named_before_very_many_that_are_unsigned(self):
        for n in range(31):
            a_task(self.gxc, due_on=date(2026, 12, 20), issued_on=date(2026, 10, 8), title=f"任务{n}")
        overdue = a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 10))
        delivery.deliver(self.now)
        told = Notification.objects.for_display().get(user=self.supervisor)
        self.assertTrue(told.text.startswith(f"【已逾期】1项\n1. {overdue.code} "), told.text)
        self.assertEqual((told.tasks[0], len(told.tasks)), (overdue, 30))

    def test_a_report_and_an_answer_that_are_waited_for(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 12, 20))
        Task.objects.update(reporting_cycle="monthly")
        services.instruct(
            task.pk,
            note="请说明进展",
            actor=self.leader,
            now=at(date(2026, 10, 20)),
            answer_by=date(2026, 10, 23),
        )
        delivery.deliver(at(date(2026, 10, 22)))
        text = Notification.objects.get(user=self.liaison).text
        self.assertIn("【批示待答复】1项\n", text)
        self.assertIn("（高新处，答复期限2026年10月23日，批示答复还有1天到期，第2次催办）", text)
        self.assertIn("（高新处，填报截止2026年10月23日，2026年10月填报还有1天截止，第1次催办）", text)
        only = Notification.objects.get(user=self.head)
        self.assertEqual(only.title, f"第1次催办：{task.code} 建设科技企业孵化器（批示答复还有1天到期）")
        self.assertTrue(only.text.startswith("批示：请说明进展\n任务“"), only.text)

    def test_a_deadline_on_a_day_off_says_that_this_is_the_last_day_to_work_on_it(self):
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 5))
        delivery.deliver(at(date(2026, 9, 30)))
        told = Notification.objects.get(user=self.liaison)
        self.assertTrue(told.title.endswith("（还有5天到期，今天是最后一个工作日）"), told.title)


class ReportTests(OfficeCase):
    """A period's report: two working days before, then each working day until it is in."""

    def setUp(self):
        due = {"due_on": date(2027, 6, 30), "issued_on": date(2026, 3, 2)}
        self.task = a_task(self.gxc, status="in_progress", **due)
        Task.objects.update(reporting_cycle="monthly")

    def ledger(self, first: date, last: date) -> list[tuple[str, str, int, str]]:
        day = first
        while day <= last:
            delivery.deliver(at(day))
            day += DAY
        rows = Reminder.objects.filter(remind_on__gte=first).order_by("remind_on", "audience")
        told = rows.values_list("remind_on", "rule__code", "step", "audience")
        return [(f"{day:%m-%d}", *rest) for day, *rest in told]

    def test_until_it_is_in(self):
        owed = self.ledger(date(2026, 10, 19), date(2026, 10, 27))
        self.assertEqual(
            owed,
            [
                ("10-21", "report-2", 2, "liaison"),
                ("10-22", "report-1", 1, "liaison"),
                ("10-23", "report-0", 0, "liaison"),
                ("10-26", "report-missing-1", 1, "head"),
                ("10-26", "report-missing-1", 1, "liaison"),
                ("10-27", "report-missing-1", 2, "head"),
                ("10-27", "report-missing-1", 2, "liaison"),
            ],
        )
        moved(self.task, "report", on=date(2026, 10, 27), actor=self.liaison, progress=40)
        self.assertEqual(self.ledger(date(2026, 10, 28), date(2026, 11, 20)), [])

    def test_the_next_one_that_is_asked_for_takes_its_place(self):
        self.ledger(date(2026, 10, 19), date(2026, 11, 19))
        told = self.ledger(date(2026, 11, 20), date(2026, 11, 25))
        self.assertEqual(
            [(day, code) for day, code, _, audience in told if audience == "liaison"],
            [
                ("11-20", "report-missing-1"),
                ("11-23", "report-2"),
                ("11-24", "report-1"),
                ("11-25", "report-0"),
            ],
        )

    def test_who_has_applied_to_close_is_not_asked(self):
        moved(self.task, "submit", on=date(2026, 10, 20))
        self.assertEqual(self.ledger(date(2026, 10, 20), date(2026, 10, 30)), [])

    def test_in_before_the_digest_nobody_is_told(self):
        day = date(2026, 10, 21)
        self.assertEqual(reminders.catch_up(at(day, 1)), 1)
        moved(self.task, "report", on=day, hour=8, actor=self.liaison, progress=40)
        delivery.deliver(at(day))
        self.assertEqual(set(Reminder.objects.values_list("outcome", flat=True)), {"silenced"})
        self.assertEqual(Notification.objects.count(), 0)


class AnswerTests(OfficeCase):
    """A 批示 with a day to answer by."""

    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=date(2027, 6, 30))

    def instruct(self, answer_by: date | None = date(2026, 10, 15)) -> int:
        now = at(date(2026, 10, 13))
        return services.instruct(
            self.task.pk, note="请说明", actor=self.leader, now=now, answer_by=answer_by
        ).pk

    def told(self, first: date, last: date) -> list[tuple[str, str, str]]:
        day = first
        while day <= last:
            delivery.deliver(at(day))
            day += DAY
        rows = DigestLine.objects.order_by("reminder__remind_on", "user__username")
        return [
            (f"{day:%m-%d}", code, who)
            for day, code, who in rows.values_list(
                "reminder__remind_on", "reminder__rule__code", "user__username"
            )
        ]

    def test_it_climbs_until_it_is_answered(self):
        pk = self.instruct()
        self.told(date(2026, 10, 13), date(2026, 10, 27))
        services.answer_instruction(pk, note="已说明", actor=self.head, now=at(date(2026, 10, 27), 17))
        self.assertEqual(
            self.told(date(2026, 10, 28), date(2026, 11, 4)),
            [
                ("10-14", "answer-1", "head"),
                ("10-14", "answer-1", "liaison"),
                ("10-15", "answer-0", "head"),
                ("10-15", "answer-0", "liaison"),
                ("10-16", "answer-missing-1", "head"),
                ("10-16", "answer-missing-1", "supervisor"),
                ("10-20", "answer-missing-3", "leader"),
                ("10-27", "answer-missing-3", "leader"),
            ],
        )

    def test_two_for_the_same_day_are_two(self):
        self.instruct(), self.instruct()
        self.told(date(2026, 10, 14), date(2026, 10, 14))
        self.assertEqual(Reminder.objects.filter(outcome="sent", rule__code="answer-1").count(), 4)

    def test_without_a_day_nobody_is_chased(self):
        self.instruct(answer_by=None)
        self.assertEqual(self.told(date(2026, 10, 13), date(2026, 10, 30)), [])


class WhoTests(OfficeCase):
    def test_a_part_s_supervisor_is_also_who_split_it(self):
        whole = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 9), issued_on=date(2026, 9, 1))
        services.split_task(whole.pk, [Part(self.ptc)], actor=self.head, now=at(date(2026, 9, 2)))
        Task.objects.filter(parent=None).update(status="suspended")
        for day in (12, 13, 14):
            delivery.deliver(at(date(2026, 10, day)))
        told = DigestLine.objects.filter(reminder__rule__code="overdue-3").values_list(
            "user__username", flat=True
        )
        self.assertEqual(sorted(told), ["head", "supervisor"])

    def test_a_person_with_two_posts_hears_of_each_line_once(self):
        a_membership(self.liaison, self.cgc, "liaison")
        tasks = [
            a_task(unit, status="in_progress", due_on=date(2026, 10, 15)) for unit in (self.gxc, self.cgc)
        ]
        delivery.deliver(self.now)
        digest = Notification.objects.get(user=self.liaison)
        self.assertEqual(
            sorted(digest.lines.values_list("reminder__task", flat=True)), [task.pk for task in tasks]
        )

    def test_two_liaisons_of_one_unit_both_hear(self):
        a_membership(a_user("deputy"), self.gxc, "liaison")
        a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))
        delivery.deliver(self.now)
        self.assertEqual(Reminder.objects.get(audience="liaison").recipients, 2)
        self.assertEqual(Notification.objects.count(), 3)

    def test_an_empty_post_is_told_in_the_supervisor_s_digest(self):
        Membership.objects.filter(user=self.liaison).delete()
        tasks = [a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15)) for _ in range(2)]
        delivery.deliver(self.now)
        told = Notification.objects.get(user=self.supervisor)
        self.assertEqual(told.title, "今日督办提醒2项：无人接收2项")
        self.assertIn(
            f"1. {tasks[0].code} 建设科技企业孵化器（高新处，办理期限2026年10月15日，还有1天到期，"
            "应发牵头单位联络员，无人任职）",
            told.text,
        )


@override_settings(EMAIL_HOST="mail.example.test")
class OutOfReachTests(OfficeCase):
    """Who can be told in the system alone is told there, and to the supervisor."""

    def setUp(self):
        self.task = a_task(self.gxc, status="in_progress", due_on=date(2026, 10, 15))

    def test_a_person_without_an_address_is_reported(self):
        type(self.head).objects.filter(pk=self.head.pk).update(email="")
        delivery.deliver(self.now)
        self.assertEqual(Notification.objects.filter(user=self.head).count(), 1)
        told = Notification.objects.get(user=self.supervisor)
        self.assertEqual(told.title, "1人未登记通讯方式")
        self.assertEqual(
            told.text,
            "【未登记通讯方式】1人\n高新处处长（head）今日有提醒，但只能在系统内看到，请补充邮箱或机器人地址。",
        )
        self.assertEqual(told.lines.count(), 0)
        posted = Delivery.objects.order_by("notification__user__username")
        self.assertEqual(
            list(posted.values_list("notification__user__username", "channel")),
            [("liaison", "email"), ("supervisor", "email")],
        )

    def test_it_stands_below_what_the_supervisor_is_reminded_of(self):
        a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 10))
        type(self.head2).objects.filter(pk=self.head2.pk).update(email="")
        a_task(self.cgc, status="in_progress", due_on=date(2026, 10, 15))
        delivery.deliver(self.now)
        told = Notification.objects.get(user=self.supervisor)
        self.assertTrue(told.title.startswith("第1次催办："), told.title)
        self.assertIn("请予督办。\n\n【未登记通讯方式】1人\n成果处处长（head2）", told.text)

    def test_everybody_has_one(self):
        delivery.deliver(self.now)
        self.assertFalse(Notification.objects.filter(user=self.supervisor).exists())

    def test_without_any_supervisor_the_administrator_hears(self):
        Membership.objects.filter(role="supervisor").delete()
        type(self.head).objects.filter(pk=self.head.pk).update(email="")
        delivery.deliver(self.now)
        self.assertEqual(Notification.objects.get(user=self.admin).title, "1人未登记通讯方式")
