"""What happens to a task is told to whom it concerns: at once, each event once to each person."""

from datetime import date, timedelta

from django.urls import reverse

from plans.org.models import Membership, User
from reports import jobs, tidings
from reports.models import FeedCursor, Notification
from tasks import services
from tasks.models import Task
from tasks.services.revision_lines import digest_of, shown
from tests.builders import a_membership, a_plan, a_task, an_item, at, issued, moved
from tests.cases import OfficeTransactionCase
from tests.plans.test_revising import PLAN, issued_plan, proposed
from tests.races import at_once
from tests.tasks.test_revising import GONE, LATER

DAY = date(2026, 3, 4)
NOW = at(DAY, 18)


class TidingsTest(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress")
        self.forget()

    def forget(self) -> None:
        """What was told of how it came to this."""
        tidings.tell_events(NOW)
        Notification.objects.all().delete()

    def told(self) -> dict[str, str]:
        """Tell what is new: person → title."""
        before = set(Notification.objects.values_list("pk", flat=True))
        tidings.tell_events(NOW)
        new = Notification.objects.exclude(pk__in=before).order_by("id")
        rows = list(new.values_list("user__username", "title"))
        self.assertEqual(len(rows), len(dict(rows)), "one message for each person")
        return dict(rows)

    def move(self, name: str, by: User, **given: object) -> None:
        moved(self.task, name, on=DAY, actor=by, **given)

    def title(self, what: str) -> str:
        return f"{what}：{self.task.code} {self.task.title}"

    def test_each_move_is_told_to_whom_it_concerns(self):
        lead, above = ("liaison", "head"), ("supervisor",)
        for name, by, people, title in (
            ("report", self.liaison, (), ""),
            ("submit", self.liaison, above, "申请办结"),
            ("return", self.supervisor, lead, "退回重办"),
        ):
            with self.subTest(name):
                self.move(name, by, **({"progress": 50} if name == "report" else {}))
                self.assertEqual(self.told(), dict.fromkeys(people, self.title(title)))

    def test_a_decline_goes_to_the_supervisor_and_the_reassignment_to_the_new_lead(self):
        self.task = a_task(self.gxc, title="成果转化", issued_on=DAY)
        self.forget()
        self.move("decline", self.head, note="不属本处职责")
        self.assertEqual(self.told(), {"supervisor": self.title("退回改派")})
        self.move("reassign", self.supervisor, lead=self.cgc)
        self.assertEqual(self.told(), dict.fromkeys(["liaison2", "head2"], self.title("改派任务")))

    def test_an_urge_says_which_it_is(self):
        for n in (1, 2):
            services.urge(self.task.pk, actor=self.leader, now=at(DAY), note="请本周内办结")
            self.assertEqual(self.told(), dict.fromkeys(["liaison", "head"], self.title(f"第{n}次催办")))
        text = Notification.objects.first().text
        self.assertTrue(text.startswith("分管领导：请本周内办结\n任务“"), text)
        self.assertIn("办理期限2026年11月30日", text)

    def test_an_instruction_and_its_answer(self):
        asked = services.instruct(
            self.task.pk,
            note="说明滞后原因",
            actor=self.leader,
            now=at(DAY),
            answer_by=DAY + timedelta(days=6),
        )
        self.assertEqual(self.told(), dict.fromkeys(["liaison", "head"], self.title("批示")))
        self.assertIn("请答复于2026年3月10日", Notification.objects.first().text)
        services.answer_instruction(asked.pk, note="已加派人手", actor=self.head, now=at(DAY))
        self.assertEqual(self.told(), {"leader": self.title("批示已答复")})

    def test_an_extension_and_its_decision(self):
        for granted, title in ((False, "不同意延期"), (True, "同意延期")):
            with self.subTest(title):
                task = self.task = a_task(self.gxc, status="in_progress", title=title)
                self.forget()
                asked = services.ask_extension(
                    task.pk, due_on=date(2026, 12, 20), note="设备到货推迟", actor=self.head, now=at(DAY)
                )
                self.assertEqual(self.told(), {"supervisor": self.title("申请延期")})
                self.assertIn("申请延至2026年12月20日", Notification.objects.first().text)
                services.decide_extension(asked.pk, granted=granted, actor=self.supervisor, now=at(DAY))
                self.assertEqual(self.told(), dict.fromkeys(["liaison", "head"], self.title(title)))

    def test_a_plan_issued_at_once_is_one_message_for_each_person(self):
        plan = a_plan(self.kjj, code="KJJ-X")
        for n in range(7):
            an_item(plan, f"任务{n}", lead=self.gxc, due_on=date(2026, 6, 30))
        an_item(plan, "只此一项", lead=self.cgc, due_on=date(2026, 6, 30))
        issued(plan, DAY)
        several = f"下达任务7项：{plan.title}"
        single = f"下达任务：{plan.code}-08 只此一项"
        self.assertEqual(
            self.told(), {"liaison": several, "head": several, "liaison2": single, "head2": single}
        )
        text = Notification.objects.get(user=self.head).text
        self.assertIn("…共7项", text)
        self.assertEqual(Notification.objects.get(user=self.head2).task.code, f"{plan.code}-08")

    def test_a_task_ended_or_with_another_date(self):
        services.edit_task(
            self.task.pk,
            due_on=date(2026, 12, 20),
            note="设备到货推迟",
            actor=self.supervisor,
            now=at(DAY),
            version=self.task.version,
        )
        self.assertEqual(self.told(), dict.fromkeys(["liaison", "head"], self.title("调整期限")))
        text = Notification.objects.first().text
        self.assertIn("办理期限由2026年11月30日改为2026年12月20日", text)
        self.move("cancel", self.supervisor, note="不再实施")
        self.assertEqual(self.told(), dict.fromkeys(["liaison", "head"], self.title("终止任务")))

    def test_a_revision_is_one_message_for_each_person(self):
        plan = issued_plan(self)
        self.forget()
        text = PLAN
        edits = (
            LATER,
            ("牵头单位：平台基地处", "牵头单位：高新技术处"),
            ("牵头单位：办公室", "牵头单位：人才处"),
            GONE,
        )
        for old, new in edits:
            text = text.replace(old, new)
        revision = proposed(self, plan, text)
        seen = digest_of(shown(revision))
        services.confirm_revision(
            revision, actor=self.supervisor, now=self.now, expected=seen, note="年中调整"
        )
        tidings.tell_events(self.now)
        told = dict(Notification.objects.values_list("user__username", "title"))
        several = f"计划修订涉及任务2项：{plan.title}"
        single = f"终止任务：{plan.code}-04 办好成果对接会"
        self.assertEqual(
            {who: told[who] for who in ("liaison", "head", "liaison2", "head2")},
            {"liaison": several, "head": several, "liaison2": single, "head2": single},
        )
        text = Notification.objects.get(user=self.head).text
        self.assertTrue(text.startswith("计划修订1：年中调整\n调整期限："), text)
        self.assertIn("改派任务：", text)

    def test_nobody_hears_of_their_own_doing(self):
        a_membership(self.supervisor, self.gxc, "liaison")
        services.urge(self.task.pk, actor=self.supervisor, now=at(DAY))
        self.assertEqual(set(self.told()), {"liaison", "head"})

    def test_a_post_that_nobody_holds_is_told_to_the_supervisors(self):
        Membership.objects.filter(department=self.gxc).delete()
        services.urge(self.task.pk, actor=self.leader, now=at(DAY))
        self.assertEqual(self.told(), {"supervisor": f"无人接收：{self.title('第1次催办')}"})

    def test_who_left_hears_nothing(self):
        User.objects.filter(pk=self.head.pk).update(is_active=False)
        services.urge(self.task.pk, actor=self.leader, now=at(DAY))
        self.assertEqual(set(self.told()), {"liaison"})

    def test_old_history_is_no_news(self):
        services.urge(self.task.pk, actor=self.leader, now=at(DAY))
        tidings.tell_events(at(DAY + timedelta(days=31)))
        self.assertEqual(Notification.objects.count(), 0)

    def test_the_job_again_tells_nothing_again(self):
        services.urge(self.task.pk, actor=self.leader, now=at(DAY))
        self.told()
        self.assertEqual(self.told(), {})
        # Even from the beginning: as after a reader's place was lost.
        FeedCursor.objects.all().delete()
        told = Notification.objects.filter(event__kind="urge").count()
        tidings.tell_events(NOW)
        self.assertEqual(Notification.objects.filter(event__kind="urge").count(), told)

    def test_four_workers_at_once_tell_each_person_once(self):
        for n in range(12):
            services.urge(self.task.pk, actor=self.leader, now=at(DAY), note=f"{n}")
        at_once(*[lambda: tidings.tell_events(NOW)] * 4)
        self.assertEqual(Notification.objects.count(), 24)
        rows = Notification.objects.order_by("id").values_list("user", "event")
        self.assertEqual(len(set(rows)), 24)

    def test_many_batches_cost_a_few_queries_each(self):
        for n in range(6):
            services.urge(self.task.pk, actor=self.leader, now=at(DAY), note=f"{n}")
        with self.assertNumQueries(14):
            tidings.tell_events(NOW)

    def test_the_page_shows_it(self):
        services.urge(self.task.pk, actor=self.leader, now=at(DAY), note="请本周内办结")
        self.told()
        self.client.force_login(self.liaison)
        page = self.client.get(reverse("notifications")).content.decode()
        for text in (self.title("第1次催办"), "分管领导：请本周内办结", f"查看任务 {self.task.code}"):
            self.assertIn(text, page)

    def test_the_job_tells(self):
        jobs.tell_events()
        self.assertEqual(FeedCursor.objects.get().name, tidings.READER)

    def test_a_part_of_a_split_task_is_told_to_who_split_it(self):
        """They decide on it."""
        part = a_task(self.cgc, status="in_progress", title="分解任务")
        Task.objects.filter(pk=part.pk).update(parent=self.task.pk, issuer=self.gxc.pk)
        self.forget()
        moved(part, "submit", on=DAY, actor=self.liaison2)
        self.assertEqual(set(self.told()), {"head", "supervisor"})
