"""批量办理 carried out by a job: progress, a worker that dies, results that can be found again."""

from datetime import timedelta
from typing import Any
from unittest import skipUnless
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from config.errors import InputInvalid
from plans.org.models import User
from tasks import jobs, record, services
from tasks.models import BulkRow, BulkRun, Task, TaskEvent
from tasks.services import bulk_runs
from tasks.services.moves import MoveInput
from tests.builders import a_task
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.pages import INLINE, MOST_QUERIES, days, queries_of, signed_in
from tests.races import at_once
from tests.running import RunningCase


def some_tasks(office: Any, count: int, **fields: Any) -> list[Task]:
    fresh = {"issued_on": days(-5), "due_on": days(60)}
    return [a_task(office.gxc, title=f"任务{n}", **fresh | fields) for n in range(count)]


def asked(office: Any, tasks: list[Task], move: str = "suspend", **given: Any) -> BulkRun:
    given = MoveInput(**{"note": "机构改革", **given})
    return services.request_run(
        [task.pk for task in tasks],
        move,
        actor=office.supervisor,
        now=timezone.now(),
        given=given,
        key=uuid4().hex,
    )


class BulkRunTests(OfficeCase):
    def carried_out(self, run: BulkRun) -> BulkRun:
        services.carry_out(run.pk, now=timezone.now())
        return BulkRun.objects.get(pk=run.pk)

    def test_each_row_is_done_or_says_why_not(self):
        tasks = [*some_tasks(self, 2), *some_tasks(self, 1, status="closed")]
        run = self.carried_out(asked(self, tasks))
        self.assertEqual((run.status, run.attempt), ("done", 1))
        self.assertEqual(
            list(run.rows.values_list("task", "status_before", "status_after", "code")),
            [
                (tasks[0].pk, "pending", "suspended", ""),
                (tasks[1].pk, "pending", "suspended", ""),
                (tasks[2].pk, "closed", "closed", "move_not_allowed"),
            ],
        )
        events = TaskEvent.objects.filter(kind="suspend")
        self.assertEqual({event.data["bulk"] for event in events}, {run.key})
        for task in tasks:
            self.assertIsNone(record.broken_link(task.pk))

    def test_what_the_move_needs_is_kept_for_the_job(self):
        tasks = some_tasks(self, 1)
        self.carried_out(asked(self, tasks, "reassign", lead=self.ptc))
        self.assertEqual(Task.objects.get(pk=tasks[0].pk).lead, self.ptc)
        held = some_tasks(self, 1, status="suspended")
        self.carried_out(asked(self, held, "resume", due_on=days(90)))
        self.assertEqual(Task.objects.get(pk=held[0].pk).due_on, days(90))

    def test_what_is_wrong_for_all_is_refused_before_anything_is_put_down(self):
        with self.assertRaises(InputInvalid):
            asked(self, some_tasks(self, 1), note="")
        with self.assertRaises(InputInvalid):
            services.request_run(
                list(range(1, 502)),
                "approve",
                actor=self.supervisor,
                now=timezone.now(),
                given=MoveInput(),
                key=uuid4().hex,
            )
        self.assertFalse(BulkRun.objects.exists())

    def test_twice_changes_nothing_more(self):
        run = self.carried_out(asked(self, some_tasks(self, 2)))
        events = TaskEvent.objects.count()
        self.assertFalse(services.carry_out(run.pk, now=timezone.now()))
        self.assertEqual(TaskEvent.objects.count(), events)
        self.assertFalse(services.carry_out(run.pk + 1, now=timezone.now()))

    def test_one_that_was_given_up_on_stops_at_its_next_row(self):
        run = asked(self, some_tasks(self, 2))
        mine = BulkRun.objects.filter(pk=run.pk, status="running", attempt=1)
        BulkRun.objects.update(status="running", attempt=2, claimed_at=timezone.now())
        self.assertFalse(bulk_runs.go_through(run, mine, timezone.now()))
        self.assertFalse(TaskEvent.objects.filter(kind="suspend").exists())

    def test_one_that_is_claimed_waits_until_its_worker_is_silent(self):
        run, now = asked(self, some_tasks(self, 1)), timezone.now()
        BulkRun.objects.update(status="running", attempt=1, claimed_at=now)
        self.assertFalse(services.carry_out(run.pk, now=now + timedelta(seconds=60)))
        self.assertTrue(services.carry_out(run.pk, now=now + timedelta(seconds=150)))

    def test_what_loses_its_worker_again_and_again_is_given_up(self):
        run = asked(self, some_tasks(self, 1))
        BulkRun.objects.update(status="running", attempt=bulk_runs.MOST_ATTEMPTS)
        self.assertEqual(self.carried_out(run).status, "failed")
        page = signed_in(self.supervisor).get(reverse("tasks:bulk-run", args=[run.pk]))
        self.assertContains(page, "1 项没有办到")

    def test_who_may_not_any_more_does_not(self):
        run = asked(self, some_tasks(self, 2))
        self.supervisor.memberships.all().delete()
        run = self.carried_out(run)
        self.assertEqual(set(run.rows.values_list("code", flat=True)), {"not_found"})
        run = asked(self, some_tasks(self, 1))
        User.objects.filter(pk=self.supervisor.pk).update(is_active=False)
        self.assertEqual(self.carried_out(run).status, "failed")
        self.assertFalse(TaskEvent.objects.filter(kind="suspend").exists())

    def test_a_refusal_is_told_in_the_language_of_who_asked(self):
        with translation.override("en"):
            run = asked(self, some_tasks(self, 1, status="closed"))
        self.assertEqual(run.language, "en")
        self.carried_out(run)
        self.assertEqual(translation.get_language(), settings.LANGUAGE_CODE)


class BulkRunPageTests(OfficeCase):
    def confirmed(self, tasks: list[Task]) -> Any:
        fields = {"move": "suspend", "ids": [task.pk for task in tasks], "note": "机构改革"}
        with self.captureOnCommitCallbacks() as callbacks:
            answer = signed_in(self.supervisor).post(reverse("tasks:bulk"), fields | {"step": "confirm"})
        self.assertEqual(len(callbacks), 1, "a worker is asked, after the commit")
        return answer

    def test_many_are_left_to_a_job_and_found_again(self):
        answer = self.confirmed(some_tasks(self, 21))
        client, run = answer.client, BulkRun.objects.get()
        page = client.get(answer.url)
        self.assertContains(page, "正在排队")
        self.assertContains(page, '<progress max="21" value="0"')
        self.assertContains(page, 'hx-trigger="every 2s"')
        self.assertContains(page, '<noscript><meta http-equiv="refresh"')
        self.assertNotRegex(page.content.decode(), INLINE)
        jobs.carry_out_bulk_run(run.pk)
        page = client.get(answer.url)
        self.assertContains(page, "已暂缓 21 项")
        self.assertNotContains(page, "hx-trigger")
        self.assertContains(client.get(reverse("tasks:bulk-runs")), answer.url)
        self.assertNotContains(signed_in(self.leader).get(reverse("tasks:bulk-runs")), answer.url)
        self.assertEqual(signed_in(self.leader).get(answer.url).status_code, 404)

    def test_nobody_reads_what_they_do_not_see_any_more(self):
        task = some_tasks(self, 1)[0]
        run = asked(self, [task])
        self.supervisor.memberships.all().delete()
        services.carry_out(run.pk, now=timezone.now())
        page = signed_in(self.supervisor).get(reverse("tasks:bulk-run", args=[run.pk]))
        self.assertNotContains(page, task.code)
        self.assertContains(page, "已不在您的查看范围内")

    def test_queries(self):
        run = asked(self, some_tasks(self, 15))
        services.carry_out(run.pk, now=timezone.now())
        client = signed_in(self.supervisor)
        self.assertLessEqual(queries_of(client, reverse("tasks:bulk-run", args=[run.pk])), MOST_QUERIES)
        self.assertLessEqual(queries_of(client, reverse("tasks:bulk-runs")), MOST_QUERIES)


class BulkRunRaces(OfficeTransactionCase):
    def test_of_two_workers_at_once_one_makes_each_move(self):
        run = asked(self, some_tasks(self, 5))
        at_once(*[lambda: services.carry_out(run.pk, now=timezone.now())] * 2)
        run.refresh_from_db()
        self.assertEqual((run.status, run.attempt), ("done", 1))
        self.assertEqual(TaskEvent.objects.filter(kind="suspend").count(), 5)

    def test_a_row_that_two_have_hold_of_is_done_once(self):
        run = asked(self, some_tasks(self, 1))
        row, given, now = run.rows.get(), MoveInput("机构改革", bulk=run.key), timezone.now()
        at_once(*[lambda: bulk_runs.carry_out_row(row.pk, run, given, now)] * 3)
        self.assertEqual(TaskEvent.objects.filter(kind="suspend").count(), 1)
        self.assertEqual(BulkRow.objects.get().code, "")


@skipUnless(settings.EMBEDDED, "needs the embedded servers")
class KilledWorkerTests(RunningCase):
    def test_a_killed_worker_loses_nothing_and_does_nothing_twice(self):
        tasks = some_tasks(self, 60)
        run = asked(self, tasks)
        with transaction.atomic():  # somebody holds the 31st task until the worker is dead
            Task.objects.select_for_update().get(pk=tasks[30].pk)
            self.start("worker", "--pool=solo", "--without-mingle", "--without-gossip", "-n", "doomed@%h")
            jobs.carry_out_bulk_run.delay(run.pk)
            self.until(lambda: run.rows.exclude(done_at=None).count() == 30)
            doomed = self.processes.pop()
            doomed.kill()
            doomed.wait(30)
        self.assertEqual(TaskEvent.objects.filter(kind="suspend").count(), 30)
        self.assertEqual(run.rows.exclude(done_at=None).count(), 30)
        BulkRun.objects.update(claimed_at=timezone.now() - timedelta(minutes=3))  # the lease runs out
        self.start_worker()
        jobs.carry_out_bulk_runs()
        self.until(lambda: BulkRun.objects.get().is_over)
        self.end_all()
        run.refresh_from_db()
        self.assertEqual((run.status, run.attempt), ("done", 2))
        self.assertEqual(TaskEvent.objects.filter(kind="suspend").count(), 60)
        self.assertEqual(TaskEvent.objects.filter(kind="suspend").values("task").distinct().count(), 60)
