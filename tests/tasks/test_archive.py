"""A plan after it was issued: items added later, and its archive."""

from datetime import date
from functools import partial

from config.errors import DomainError
from plans.models import Plan, PlanChange
from tasks.models import Task, TaskEvent
from tasks.services import archive_plan, make_move
from tasks.services.moves import MoveInput
from tests.builders import a_plan, a_task, an_item, at, issued, moved
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

DAY = date(2026, 10, 14)


class LaterItemTest(OfficeCase):
    def test_issuing_again_issues_just_the_new_item(self):
        plan = a_plan(self.kjj)
        for n in range(2):
            an_item(plan, f"任务{n}", lead=self.gxc)
        url, client = f"/api/v1/plans/{plan.pk}/", self.as_("supervisor")
        self.assertEqual(client.post(f"{url}issue/", {}).status_code, 201)
        before = list(Task.objects.order_by("pk").values("pk", "version", "code"))
        item = client.post(
            f"{url}items/", {"kind": "task", "heading": "新增任务", "lead": "CGC", "due_on": "2026-12-01"}
        )
        self.assertEqual(item.status_code, 201, item.content)
        again = client.post(f"{url}issue/", {})
        self.assertEqual((again.status_code, again.json()), (200, {"tasks": 1}))
        self.assertEqual(list(Task.objects.order_by("pk").values("pk", "version", "code"))[:2], before)
        task = Task.objects.latest("pk")
        self.assertEqual((task.code, task.title, task.lead), ("KJJ-2026-03", "新增任务", self.cgc))
        self.assertEqual((task.plan_item_id, task.events.get().kind), (item.json()["id"], "issued"))
        self.assertEqual(client.post(f"{url}issue/", {}).json(), {"tasks": 0})

    def test_parts_of_a_split_task_do_not_use_up_its_plans_numbers(self):
        task = a_task(self.gxc, status="in_progress")
        self.as_("head").post(f"/api/v1/tasks/{task.pk}/children/", [{"lead": "PTC"}, {"lead": "RCC"}])
        an_item(task.plan, "后来的", lead=self.gxc)
        (later,) = issued(task.plan, DAY)
        self.assertEqual(later.code, "KJJ-2026-02")


class ArchiveTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.task = a_task(self.gxc, status="completed")
        self.plan = self.task.plan

    def archive(self, who: str = "supervisor", **body: str):
        return self.as_(who).post(f"/api/v1/plans/{self.plan.pk}/archive/", body)

    def test_a_plan_without_open_tasks_is_put_away_on_its_record(self):
        a_task(self.cgc, title="终止的", status="cancelled")
        answer = self.archive()
        self.assertEqual(answer.status_code, 200, answer.content)
        told = {"id": self.plan.pk, "code": "KJJ-2026", "title": self.plan.title, "status": "archived"}
        self.assertEqual(answer.json(), told)
        change = self.plan.changes.latest("id")
        self.assertEqual(
            (change.kind, change.actor, change.data), ("archived", self.supervisor, {"tasks": 2})
        )
        self.assertEqual(
            self.as_("viewer").get(f"/api/v1/plans/{self.plan.pk}/").json()["status"], "archived"
        )

    def test_again_is_no_news(self):
        self.archive()
        before = PlanChange.objects.count()
        self.assertEqual((self.archive().status_code, PlanChange.objects.count()), (200, before))

    def test_open_tasks_are_counted_parts_too(self):
        open_ = a_task(self.gxc, title="在办", status="in_progress")
        self.as_("head").post(f"/api/v1/tasks/{open_.pk}/children/", {"lead": "PTC"})
        answer = self.archive()
        problem = answer.json()
        self.assertEqual((answer.status_code, problem["code"], problem["open"]), (409, "tasks_open", 2))
        self.plan.refresh_from_db()
        self.assertEqual(self.plan.status, "issued")

    def test_who_archives_and_what(self):
        before = PlanChange.objects.count()
        for who, status in {
            "anonymous": 401,
            "stranger": 404,
            "head": 403,
            "leader": 403,
            "viewer": 403,
        }.items():
            self.assertEqual(self.archive(who).status_code, status, who)
        self.assertEqual(self.archive(note="归档").status_code, 400)
        self.plan = a_plan(self.kjj, year=2027)
        answer = self.archive()
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "plan_state"))
        self.assertEqual(PlanChange.objects.count(), before)
        self.assertFalse(Plan.objects.filter(status="archived").exists())

    def test_no_task_of_an_archived_plan_is_opened_again(self):
        self.archive()
        version, events = self.task.version, TaskEvent.objects.count()
        url = f"/api/v1/tasks/{self.task.pk}/moves/"
        answer = self.as_("supervisor").post(f"{url}reopen/", {"note": "重启"})
        self.assertEqual((answer.status_code, answer.json()["code"]), (409, "plan_archived"))
        self.task.refresh_from_db()
        self.assertEqual(
            (self.task.status, self.task.version, TaskEvent.objects.count()), ("completed", version, events)
        )
        self.assertEqual(
            self.as_("supervisor").post(f"{url}close/", {}).status_code, 200, "closing opens nothing"
        )
        self.assertEqual(
            self.as_("supervisor").post(f"/api/v1/plans/{self.plan.pk}/issue/", {}).status_code, 409
        )


class ArchiveRaceTest(OfficeTransactionCase):
    def test_archive_and_reopen_at_once_never_leave_an_open_task_in_an_archived_plan(self):
        tasks = [a_task(self.gxc, title=f"任务{n}", status="completed") for n in range(4)]
        plan = tasks[0].plan
        won = set()
        for n in range(15):
            given = MoveInput(note="重启")
            reopen = [
                partial(make_move, t.pk, "reopen", actor=self.supervisor, now=at(DAY), given=given)
                for t in tasks
            ]
            archive = partial(archive_plan, plan, actor=self.supervisor, now=at(DAY))
            calls = [archive, *reopen] if n % 2 else [*reopen, archive]
            refused = [result for result in at_once(*calls) if isinstance(result, DomainError)]
            status = Plan.objects.get(pk=plan.pk).status
            won.add(status)
            if status == "archived":
                self.assertEqual([refusal.code for refusal in refused], ["plan_archived"] * 4)
                self.assertFalse(Task.objects.filter(plan=plan).open().exists())
            else:
                self.assertEqual([refusal.code for refusal in refused], ["tasks_open"])
            Plan.objects.filter(pk=plan.pk).update(status="issued", archived_at=None)
            for task in Task.objects.filter(plan=plan).open():
                moved(task, "submit", on=DAY)
                moved(task, "approve", on=DAY)
