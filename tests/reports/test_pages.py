"""What waits for me, what is late, what I was told: for the three readers."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from reports import delivery
from reports.models import Notification
from tasks import services
from tasks.models import Task
from tests.builders import a_plan, a_task, at, moved
from tests.cases import OfficeCase
from tests.pages import MOST_QUERIES, a_late_task, days, queries_of, signed_in, today


def sections(client) -> dict[str, list[str]]:
    """The lists of the workbench with their tasks' titles."""
    page = client.get("/").context["page"]
    return {section.key: [task.title for task, _ in section.rows] for section in page.full()}


def recent(**fields):
    return {"issued_on": days(-2), "due_on": days(200)} | fields


class WorkbenchTests(OfficeCase):
    def test_a_liaison_sees_what_to_do_each_task_once(self):
        a_task(self.gxc, title="新交办", **recent())
        a_task(self.gxc, title="快到期", status="in_progress", **recent(due_on=days(3)), progress=60)
        a_late_task(self, title="已逾期")
        a_task(self.gxc, title="在办", status="in_progress", **recent())
        again = a_task(self.gxc, title="被退回", status="submitted", **recent())
        moved(again, "return", on=today(), actor=self.supervisor)
        a_task(self.cgc, title="别处的", **recent())
        expected = {
            "sign": ["新交办"],
            "returned": ["被退回"],
            "red": ["已逾期"],
            "due": ["快到期"],
            "rest": ["在办"],
        }
        self.assertEqual(sections(signed_in(self.liaison)), expected)

    def test_a_returned_task_leaves_the_list_when_it_is_applied_for_again(self):
        task = a_task(self.gxc, status="submitted", **recent())
        task = moved(task, "return", on=today())
        moved(task, "submit", on=today(), hour=11)
        self.assertEqual(sections(signed_in(self.liaison)), {})
        self.assertEqual(list(sections(signed_in(self.supervisor))), ["review"])

    def test_a_supervisor_sees_what_waits_for_them(self):
        a_task(self.gxc, title="待审", status="submitted", **recent())
        a_task(self.gxc, title="退回", status="declined", **recent())
        a_task(self.cgc, title="没签收", **recent())
        a_task(self.cgc, title="办结的", status="completed", **recent())
        a_plan(self.kjj, year=2025, title="还没下达的计划")
        client = signed_in(self.supervisor)
        expected = {"review": ["待审"], "declined": ["退回"], "unsigned": ["没签收"], "to_close": ["办结的"]}
        self.assertEqual(sections(client), expected)
        page = client.get("/")
        self.assertContains(page, "还没下达的计划")
        self.assertContains(page, "move=approve")
        self.assertContains(page, "没有其他红灯任务")

    def test_an_instruction_waits_for_the_lead_with_its_day(self):
        task = a_task(self.gxc, title="有批示的", status="in_progress", cooperating=[self.cgc], **recent())
        for note, day in (("不急的批示", None), ("请说明滞后原因", days(3)), ("已办的批示", days(1))):
            given = services.instruct(
                task.pk, note=note, answer_by=day, actor=self.leader, now=timezone.now()
            )
        services.answer_instruction(given.pk, note="已办", actor=self.head, now=timezone.now())
        page = signed_in(self.liaison).get("/")
        self.assertEqual(sections(page.client), {"answer": ["有批示的"]})
        self.assertContains(page, f"批示，{days(3)}前答复：请说明滞后原因")
        self.assertContains(page, f"/tasks/{task.pk}/?move=answer#move-answer")
        self.assertContains(page.client.get(f"/tasks/{task.pk}/"), 'id="move-answer"')
        self.assertEqual(sections(signed_in(self.liaison2)), {"rest": ["有批示的"]}, "the lead answers")

    def test_a_waiting_extension_waits_for_the_supervisor(self):
        task = a_task(self.gxc, title="要延期的", status="in_progress", **recent())
        services.ask_extension(
            task.pk, due_on=days(230), note="设备推迟", actor=self.head, now=timezone.now()
        )
        page = signed_in(self.supervisor).get("/")
        self.assertEqual(sections(page.client), {"extension": ["要延期的"]})
        self.assertContains(page, f"申请延至{days(230)}：设备推迟")
        self.assertContains(page, "?move=decide_extension#move-decide_extension")

    def test_what_a_head_split_off_waits_for_the_head(self):
        task = a_task(self.gxc, title="分解了的", status="in_progress", **recent())
        parts = [services.splitting.Part(lead=unit, title=unit.name) for unit in (self.ptc, self.rcc)]
        _, part = services.split_task(task.pk, parts, actor=self.head, now=timezone.now())
        for name in ("accept", "submit"):
            moved(part, name, on=today(), hour=23)
        expected = {"review": ["人才处"], "unsigned": ["平台基地处"], "rest": ["分解了的"]}
        self.assertEqual(sections(signed_in(self.head)), expected)
        self.assertEqual(sections(signed_in(self.liaison)), {"rest": ["分解了的"]})
        self.assertNotContains(signed_in(self.head2).get("/"), "没有待审核")

    def test_a_leader_sees_what_is_red_and_what_was_finished(self):
        a_late_task(self, title="逾期的")
        a_task(self.cgc, title="刚办结的", status="closed", **recent())
        a_task(self.cgc, title="待审", status="submitted", **recent())
        self.assertEqual(sections(signed_in(self.leader)), {"red": ["逾期的"], "recent": ["刚办结的"]})

    def test_the_lights_are_counted_and_lead_to_the_ledger(self):
        a_late_task(self)
        a_task(self.gxc, status="closed", **recent())
        page = signed_in(self.leader).get("/")
        counts = {entry["name"]: entry["count"] for entry in page.context["page"].lights()}
        self.assertEqual(counts, {"red": 1, "yellow": 0, "green": 0, "blue": 1, "grey": 0})
        self.assertContains(page, 'href="/tasks/?light=red"')

    def test_it_begins_with_what_to_do_next_and_signing_takes_one_press(self):
        a_late_task(self)
        task = a_task(self.gxc, title="新交办", **recent())
        client = signed_in(self.liaison)
        page = client.get("/")
        counts = [(section.key, section.total) for section in page.context["page"].counts]
        self.assertEqual(counts, [("sign", 1)])
        self.assertContains(page, 'href="#sign"')
        section, first, step = page.context["page"].first
        self.assertEqual((section.key, first, step.name), ("sign", task, "accept"))
        client.post(f"/tasks/{task.pk}/moves/accept/", {"version": first.version})
        self.assertEqual(Task.objects.get(pk=task.pk).status, "in_progress")
        self.assertEqual(client.get("/").context["page"].first[0].key, "red")

    def test_who_has_nothing_to_do_is_not_told_to_do_something(self):
        page = signed_in(self.viewer).get("/")
        self.assertIsNone(page.context["page"].first)
        self.assertContains(page, "目前没有需要办理的任务")

    def test_a_long_list_says_how_many_and_where_they_are(self):
        for n in range(10):
            a_task(self.gxc, title=f"第{n}件", **recent(due_on=days(100 + n)))
        page = signed_in(self.liaison).get("/")
        section = page.context["page"].full()[0]
        self.assertEqual((section.total, [task.title for task, _ in section.rows][0]), (10, "第0件"))
        self.assertContains(page, "查看全部")

    def test_queries_do_not_grow_with_the_tasks(self):
        for who in (self.supervisor, self.liaison, self.leader):
            with self.subTest(who.username):
                client = signed_in(who)
                a_late_task(self)
                few = queries_of(client, "/")
                for status in ("pending", "submitted", "declined", "in_progress", "completed") * 3:
                    task = a_task(self.gxc, status=status, cooperating=[self.cgc], **recent())
                    services.instruct(task.pk, note="请说明", actor=self.leader, now=timezone.now())
                self.assertEqual(queries_of(client, "/"), few)
                self.assertLessEqual(few, MOST_QUERIES)


class OverdueTests(OfficeCase):
    def test_it_tells_who_is_late_since_when_and_what_they_said(self):
        task = a_late_task(self)
        told = {"note": "选址已定", "progress": 45, "problems": "缺资金", "next_steps": "下周开工"}
        moved(task, "report", on=today(), actor=self.liaison, **told)
        page = signed_in(self.leader).get(reverse("overdue"))
        for fact in ("高新技术处", "20天", "选址已定", "缺资金", "下周开工", "高新处联络员", "0次"):
            with self.subTest(fact):
                self.assertContains(page, fact)

    def test_filters_narrow_it_and_nonsense_is_said(self):
        task = a_late_task(self)
        client = signed_in(self.leader)
        shown = {
            f"department={self.gxc.pk}": True,
            f"department={self.ptc.pk}": False,
            f"plan={task.plan_id}": True,
        }
        for query, there in shown.items():
            with self.subTest(query):
                page = client.get(f"/overdue/?{query}")
                self.assertEqual(task.code in page.content.decode(), there)
        for query in ("plan=999", "department=x", "as_of=2026-02-30", f"as_of={days(2)}"):
            with self.subTest(query):
                self.assertContains(client.get(f"/overdue/?{query}"), "errorlist", status_code=400)

    def test_an_earlier_day_is_shown_as_it_was(self):
        a_late_task(self)
        page = signed_in(self.leader).get(f"/overdue/?as_of={days(-15)}")
        self.assertContains(page, "5天")

    def test_nobody_late_is_good_news(self):
        self.assertContains(signed_in(self.leader).get("/overdue/"), "没有逾期任务")

    def test_queries_do_not_grow(self):
        a_late_task(self)
        client = signed_in(self.leader)
        few = queries_of(client, "/overdue/")
        for _ in range(20):
            a_late_task(self)
        self.assertEqual(queries_of(client, "/overdue/"), few)
        self.assertLessEqual(few, MOST_QUERIES)


class NotificationTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc, **recent())
        told = {"user": self.liaison, "created_at": timezone.now(), "task": self.task}
        self.notice = Notification.objects.create(title="第1次催办<b>", text="请抓紧", **told)
        Notification.objects.create(title="第2次催办", **told)
        self.client.force_login(self.liaison)

    def test_what_is_unread_is_counted_on_every_page(self):
        self.assertContains(self.client.get("/"), 'aria-label="2 条未读"')
        page = self.client.get(reverse("notifications"))
        self.assertContains(page, "第1次催办&lt;b&gt;")

    def test_reading_one_leads_to_its_task(self):
        sent = self.client.post(reverse("notification-read", args=[self.notice.pk]), {"open": "1"})
        self.assertRedirects(sent, reverse("tasks:detail", args=[self.task.pk]))
        self.assertContains(self.client.get("/"), 'aria-label="1 条未读"')

    def test_a_digest_leads_to_each_of_its_tasks(self):
        Notification.objects.all().delete()
        tasks = [a_task(self.gxc, issued_on=date(2026, 10, 12), title=f"<b>{n}") for n in range(2)]
        delivery.deliver(at(date(2026, 10, 14)))
        page = self.client.get("/notifications/")
        for task in tasks:
            link = f'<a href="{reverse("tasks:detail", args=[task.pk])}">{task.code}</a>'
            self.assertContains(page, f"{link} &lt;b&gt;")
        self.assertNotContains(page, "<b>0")

    def test_all_are_read_at_once(self):
        self.assertRedirects(self.client.post(reverse("notifications-read")), "/notifications/")
        self.assertFalse(Notification.objects.filter(read_at=None).exists())

    def test_what_others_were_told_is_not_there(self):
        client = signed_in(self.head)
        self.assertNotContains(client.get("/notifications/"), "催办<")
        self.assertEqual(client.post(reverse("notification-read", args=[self.notice.pk])).status_code, 404)
        client.post(reverse("notifications-read"))
        self.assertEqual(Notification.objects.filter(read_at=None).count(), 2)
