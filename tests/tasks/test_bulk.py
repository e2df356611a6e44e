"""批量办理: one move on many tasks over REST, each on its own."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks import record
from tasks.models import Task, TaskEvent
from tests.builders import a_task
from tests.cases import OfficeCase

BULK = "/api/v1/tasks/bulk/"


class BulkTest(OfficeCase):
    def bulk(self, move: str, ids: list[Any], who: str = "supervisor", **more: Any) -> Any:
        return self.as_(who).post(BULK, {"move": move, "ids": ids, **more})

    def results(self, *args: Any, **more: Any) -> list[dict[str, Any]]:
        answer = self.bulk(*args, **more)
        self.assertEqual(answer.status_code, 200, answer.content)
        return answer.json()["results"]

    def state(self) -> list[tuple[int, str, int]]:
        return list(Task.objects.order_by("pk").values_list("pk", "status", "version"))

    def test_each_task_on_its_own_in_the_order_asked_for(self):
        done, open_, other = (
            a_task(self.gxc, title=title, status=status)
            for title, status in (("甲", "submitted"), ("乙", "in_progress"), ("丙", "submitted"))
        )
        foreign = a_task(self.elsewhere, title="丁", status="submitted")
        nobody = foreign.pk + 1000
        results = self.results("approve", [nobody, other.pk, open_.pk, foreign.pk, done.pk, other.pk])
        self.assertEqual([row["id"] for row in results], [nobody, other.pk, open_.pk, foreign.pk, done.pk])
        self.assertEqual([row["ok"] for row in results], [False, True, False, False, True])
        self.assertEqual(
            [row["status"] for row in results], [None, "completed", "in_progress", None, "completed"]
        )
        self.assertEqual(
            [row.get("code") for row in results], ["not_found", None, "move_not_allowed", "not_found", None]
        )
        self.assertIn("办理中", results[2]["message"])
        self.assertEqual(Task.objects.get(pk=foreign.pk).status, "submitted")
        self.assertEqual(other.events.filter(kind="approve").count(), 1, "asked for twice, made once")

    def test_the_events_of_one_bulk_move_can_be_found(self):
        tasks = [a_task(self.gxc, title=f"任务{n}") for n in range(3)]
        self.results("suspend", [task.pk for task in tasks[:2]], note="机构改革")
        self.results("suspend", [tasks[2].pk], note="机构改革")
        events = TaskEvent.objects.filter(kind="suspend").order_by("id")
        marks = [event.data["bulk"] for event in events]
        self.assertEqual((marks[0], len(set(marks))), (marks[1], 2))
        self.assertEqual({event.note for event in events}, {"机构改革"})
        for task in tasks:
            self.assertIsNone(record.broken_link(task.pk))

    def test_a_dry_run_tells_the_same_and_changes_nothing(self):
        ids = [a_task(self.gxc, title=s, status=s).pk for s in ("pending", "declined", "closed", "suspended")]
        before, events = self.state(), TaskEvent.objects.count()
        told = self.results("reassign", ids, lead="CGC", cooperating=["PTC"], dry_run=True)
        self.assertEqual((self.state(), TaskEvent.objects.count()), (before, events))
        self.assertEqual([row["status"] for row in told], ["pending", "pending", "closed", "pending"])
        self.assertEqual(self.results("reassign", ids, lead="CGC", cooperating=["PTC"]), told)
        task = Task.objects.get(pk=ids[0])
        self.assertEqual((task.lead, task.helper_ids()), (self.cgc, [self.ptc.pk]))

    def test_who_may_not_is_told_so_for_each(self):
        task = a_task(self.gxc, status="submitted", cooperating=[self.cgc])
        before = self.state()
        for who, code in {
            "liaison": "move_not_yours",
            "leader": "move_not_yours",
            "stranger": "not_found",
        }.items():
            (row,) = self.results("approve", [task.pk], who=who)
            self.assertEqual((row["ok"], row["code"]), (False, code), who)
        self.assertEqual(self.bulk("approve", [task.pk], who="anonymous").status_code, 401)
        self.assertEqual(self.state(), before)

    def test_what_is_wrong_for_all_of_them_is_refused_whole(self):
        task = a_task(self.gxc, status="submitted")
        before = self.state()
        for body, code in [
            ({"move": "return", "ids": [task.pk]}, "note_required"),
            ({"move": "reassign", "ids": [task.pk]}, "lead_required"),
            ({"move": "recheck", "ids": [task.pk], "note": "看"}, "outcome_required"),
            ({"move": "finish", "ids": [task.pk]}, "invalid"),
            ({"move": "report", "ids": [task.pk], "note": "进展"}, "invalid"),
            ({"move": "report", "ids": [task.pk], "note": "进展", "progress": 5}, "invalid"),
            ({"move": "approve", "ids": []}, "invalid"),
            ({"move": "approve"}, "invalid"),
            ({"ids": [task.pk]}, "invalid"),
            ({"move": "approve", "ids": [task.pk, "甲"]}, "invalid"),
            ({"move": "approve", "ids": [2**63]}, "invalid"),
            ({"move": "approve", "ids": task.pk}, "invalid"),
            ({"move": "approve", "ids": list(range(1, 502))}, "too_many_ids"),
            ({"move": "approve", "ids": [task.pk], "note": "长" * 5001}, "invalid"),
            ([task.pk], "invalid"),
        ]:
            with self.subTest(str(body)[:80]):
                answer = self.as_("supervisor").post(BULK, body)
                self.assertEqual((answer.status_code, answer.json()["code"]), (400, code), answer.content)
                self.assertEqual(self.state(), before)

    def test_it_costs_the_same_few_queries_for_each_task(self):
        client, counts = self.as_("supervisor"), []
        for count in (1, 11):
            ids = [a_task(self.gxc, title=f"{count}-{n}").pk for n in range(count)]
            with CaptureQueriesContext(connection) as queries:
                client.post(BULK, {"move": "cancel", "ids": ids, "note": "终止"})
            counts.append(len(queries))
        each = (counts[1] - counts[0]) / 10
        self.assertLessEqual(each, 9)
        self.assertEqual(each, int(each))
