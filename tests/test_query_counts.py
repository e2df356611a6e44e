"""What a list costs: at most six queries, and the same for one row as for a dozen."""

import time
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.org.models import Department
from reports import calendars, delivery, reminders, summaries
from reports.models import Bot, ReportHint
from reports.periods import Period
from reports.scoring.objections import object_to
from reports.webhooks import services as webhooks
from tasks import services
from tasks.filters import HOUR, common_pairs
from tasks.models import Report, Task
from tasks.services.actuals import TargetActual
from tasks.services.splitting import Part, Share
from tests.builders import a_goal, a_plan, a_task, an_actual, at, issued, moved
from tests.cases import OfficeCase

LIMIT = 6


class ListCostTest(OfficeCase):
    def setUp(self) -> None:
        common_pairs(int(time.time() // HOUR))  # read once an hour, not for each list
        self.plan = a_plan(self.kjj)
        self.grow(1)

    def grow(self, count: int) -> None:
        goals = [a_goal(self.plan, f"目标{n}") for n in range(count)]
        start = self.plan.items.count()
        for n in range(start, start + count):
            helpers = [self.cgc, self.ptc]
            task = a_task(
                self.gxc,
                title=f"任务{n}",
                plan=self.plan,
                status="in_progress",
                due_on=date(2026, 10, 15),
                cooperating=helpers,
                targets=[("企业", 5)],
            )
            moved(task, "report", on=date(2026, 3, 4), progress=10)
            self.ask(task)
        issued(self.plan, date(2026, 3, 2))
        for goal in goals:
            an_actual(goal.targets.get(), 100, date(2026, 6, 30))
        self.task, self.goal = task, goals[-1].goal
        for n in range(count):
            services.comment(task.pk, note=f"留言{n}", actor=self.head, now=self.now)
            services.add_step(task.pk, text=f"步骤{n}", actor=self.head, now=self.now)
            services.instruct(task.pk, note=f"批示{n}", actor=self.leader, now=self.now)
            file = services.Upload(f"说明{n}".encode(), "说明.txt")
            report = task.reports.get().pk
            services.attach(task.pk, file, actor=self.head, now=self.now, report=report)
        for n in range(start, start + count):
            calendars.make_calendar(self.supervisor, f"日历{n}", self.gxc, by=None, now=self.now)
            self.a_webhook(n)
            self.a_bot(n)
            summaries.make(Period.read(f"2025-W{n + 1:02d}"), self.kjj, now=self.now)
            self.revise(n)
        self.split(task, count)
        Task.objects.filter(pk=task.pk).update(reporting_cycle="weekly")
        for n in range(count):
            services.open_report_periods(now=at(date(2026, 5, 11) + timedelta(weeks=n)))
        self.object(count)
        reminders.owe(date(2026, 10, 14), now=self.now)
        delivery.deliver(at(date(2026, 10, 14)))
        for report in Report.objects.filter(hints=None):
            ReportHint.objects.create(report=report, reason="copied", text="雷同", made_at=self.now)

    def revise(self, n: int) -> None:
        number = self.plan.revisions.count() + 1
        given = {"sha256": f"{number}", "reading": {}, "uploaded_by": self.supervisor, "created_at": self.now}
        self.plan.revisions.create(number=number, file_name=f"修订{n}.txt", **given)

    def object(self, count: int) -> None:
        """To so many points of returned tasks."""
        for n in range(count):
            task = a_task(self.gxc, title=f"退回{n}", plan=self.plan, status="submitted")
            moved(task, "return", on=date(2026, 3, 9))
            event = task.events.get(kind="return").pk
            object_to(event, "returned", self.gxc, note="异议", actor=self.head, now=self.now)

    def a_bot(self, n: int) -> None:
        """More than a person may add."""
        given = {"name": f"群{n}", "scheme": "feishu", "url": "", "ending": "0001", "created_at": self.now}
        Bot.objects.create(user=self.supervisor, fingerprint=f"{n}", **given)

    def a_webhook(self, n: int) -> None:
        """With a call on its list, and one more on that of the first."""
        given = {"name": f"推送{n}", "url": "https://hook.example.test/", "by": None, "now": self.now}
        webhook = webhooks.make(self.supervisor, **given)
        event = self.task.events.latest("id")
        for one in (webhook, self.supervisor.webhooks.earliest("id")):
            one.deliveries.create(event=event, message_id="m", called_at=self.now, ok=True, milliseconds=9)

    def split(self, task: Task, count: int) -> None:
        """So many figures stated, then so many parts made."""
        target = task.targets.get().pk
        for n in range(count):
            stated = [TargetActual(target, Decimal(n))]
            moved(task, "report", on=date(2026, 3, 6), progress=20, targets=stated)
        parts = [Part(self.ptc, targets=[Share(target, Decimal(1))])] * count
        services.split_task(task.pk, parts, actor=self.head, now=self.now)

    def ask(self, task: Task) -> None:
        """What is asked and answered about a task, once."""
        now = at(date(2026, 3, 5))
        asked = services.ask_extension(
            task.pk, due_on=date(2026, 12, 1), note="设备推迟", actor=self.head, now=now
        )
        services.decide_extension(asked.pk, granted=False, actor=self.supervisor, now=now)
        given = services.instruct(task.pk, note="请说明", actor=self.leader, now=now)
        services.answer_instruction(given.pk, note="已说明", actor=self.head, now=now)

    def urls(self) -> list[str]:
        plan, task = f"/api/v1/plans/{self.plan.pk}", f"/api/v1/tasks/{self.task.pk}"
        lists = [
            f"{plan}/items/",
            f"{plan}/goals/",
            f"{plan}/revisions/",
            f"{plan}/goals/{self.goal.pk}/actuals/",
        ]
        of_task = [f"{task}/events/", f"{task}/reports/"]
        of_task += [
            f"{task}/{name}/"
            for name in (
                *("actuals", "attachments", "checklist", "children"),
                *("comments", "extensions", "instructions", "report-periods"),
            )
        ]
        filtered = "/api/v1/tasks/?light=red&light=green&department=KJJ&q=任务"
        return [
            "/api/v1/plans/",
            "/api/v1/tasks/",
            filtered,
            "/api/v1/departments/",
            "/api/v1/extensions/?status=denied",
            "/api/v1/instructions/",
            "/api/v1/hints/",
            "/api/v1/notifications/",
            "/api/v1/reminders/",
            "/api/v1/reports/objections/",
            "/api/v1/tokens/",
            "/api/v1/calendars/",
            "/api/v1/webhooks/",
            "/api/v1/me/bots/",
            "/api/v1/summaries/",
            f"/api/v1/webhooks/{self.supervisor.webhooks.earliest('id').pk}/deliveries/",
            *lists,
            *of_task,
        ]

    def cost(self, url: str) -> int:
        client = self.as_("liaison" if "notifications" in url else "supervisor")
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        self.assertEqual(response.status_code, 200, url)
        self.assertTrue(response.json()["results"], url)
        return len(queries)

    def test_every_list_costs_a_constant_number_of_queries(self):
        before = [self.cost(url) for url in self.urls()]
        self.grow(12)
        Department.objects.bulk_create(
            Department(code=f"D{n}", name=f"处{n}", parent=self.kjj) for n in range(12)
        )
        for url, cost in zip(self.urls(), before, strict=True):
            with self.subTest(url):
                self.assertEqual(self.cost(url), cost)
                self.assertLessEqual(cost, LIMIT)

    def test_what_is_asked_for_most_costs_what_it_must(self):
        """Each with the token, its person and where they stand in one; then the calendar."""
        task = f"/api/v1/tasks/{self.task.pk}/"
        supervisor = self.as_("supervisor")
        for what, cost, request in (
            ("list: the page's ids, the rows", 4, lambda: supervisor.get("/api/v1/tasks/")),
            ("detail", 3, lambda: supervisor.get(task)),
            # Visible? savepoint, lock, helpers, state, event, savepoint; then the answer.
            ("move", 10, lambda: supervisor.post(f"{task}moves/suspend/", {"note": "暂缓"})),
        ):
            with self.subTest(what), CaptureQueriesContext(connection) as queries:
                self.assertEqual(request().status_code, 200)
            self.assertEqual(len(queries), cost, what)
