"""The record: append-only, chained, single, whoever writes and however many at once."""

from datetime import date
from decimal import Decimal
from functools import partial

from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from tasks import record
from tasks.models import FeedEpoch, Task, TaskEvent
from tasks.services import edit_task, make_move, mark_late
from tasks.services.moves import MoveInput, MoveNotAllowed, TargetActual
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

DAY = date(2026, 3, 4)


class ChainTest(OfficeCase):
    def test_each_event_follows_from_the_one_before(self):
        task = a_task(self.gxc, status="closed", targets=[("企业", 5)])
        events = list(task.events.order_by("seq"))
        self.assertEqual([e.kind for e in events], ["issued", "accept", "submit", "approve", "close"])
        self.assertEqual([e.previous_hash for e in events], ["", *(e.hash for e in events[:-1])])
        self.assertEqual((task.version, task.head_hash), (events[-1].seq, events[-1].hash))
        self.assertIsNone(record.broken_link(task.pk))

    def test_rows_can_be_neither_changed_nor_deleted(self):
        task = a_task(self.gxc)
        event = task.events.get()
        for change in (lambda: task.events.update(note="改写"), event.delete):
            with (
                self.assertRaisesMessage(DatabaseError, "Cannot update or delete rows"),
                transaction.atomic(),
            ):
                change()
        self.assertEqual(task.events.get().note, "")

    def test_a_row_edited_behind_the_triggers_back_is_found(self):
        task = a_task(self.gxc, status="completed")
        edited = task.events.get(kind="submit")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # what a superuser can do
            cursor.execute("UPDATE tasks_taskevent SET note = '改写' WHERE id = %s", [edited.pk])
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        self.assertEqual(record.broken_link(task.pk), edited)

    def test_a_task_changed_past_its_record_is_found(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc])
        last = task.events.latest("seq")
        for change in (
            lambda: Task.objects.filter(pk=task.pk).update(progress=99),
            lambda: Task.objects.filter(pk=task.pk).update(head_hash="0" * 64),
            lambda: task.helpers.all().delete(),
        ):
            with transaction.atomic():
                change()
                self.assertEqual(record.broken_link(task.pk), last)
                transaction.set_rollback(True)
        self.assertIsNone(record.broken_link(task.pk))

    def test_a_record_whose_end_was_cut_off_is_found(self):
        task = a_task(self.gxc, status="completed")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM tasks_taskevent WHERE task_id = %s AND kind = 'approve'", [task.pk])
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        self.assertEqual(record.broken_link(task.pk).kind, "submit")

    def test_what_was_asked_and_what_was_reported_is_on_the_record(self):
        task = a_task(self.gxc, status="in_progress", targets=[("新增企业", "60.5")])
        issued = task.events.get(kind="issued").data["asked"]
        self.assertEqual((issued["title"], issued["original_due_on"]), (task.title, "2026-11-30"))
        self.assertEqual([(t["name"], t["value"]) for t in issued["targets"]], [("新增企业", "60.5000")])
        moved(task, "report", on=DAY, progress=10, problems="缺人", next_steps="增派")
        told = task.events.get(kind="report").data
        self.assertEqual((told["problems"], told["next_steps"], told["period"]), ("缺人", "增派", "2026-03"))

    def test_first_deadline_lateness_and_reports_can_not_be_unsaid(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 3, 3))
        moved(task, "report", on=DAY, progress=10)
        mark_late(now=at(date(2026, 3, 6)))
        tasks = Task.objects.filter(pk=task.pk)
        for change in (
            lambda: tasks.update(original_due_on=date(2026, 12, 31)),
            lambda: tasks.update(was_late=False),
            lambda: task.reports.update(done="改写"),
            lambda: task.reports.all().delete(),
        ):
            with self.assertRaises(DatabaseError), transaction.atomic():
                change()

    def test_the_record_runs_forward_whatever_clock_a_change_read(self):
        task = moved(a_task(self.gxc), "accept", on=DAY, hour=10)
        moved(task, "report", on=DAY, hour=9, progress=5)
        times = list(task.events.order_by("seq").values_list("at", flat=True))
        self.assertEqual(times, sorted(times))

    def test_a_hash_is_the_same_when_read_back(self):
        task = a_task(self.gxc, status="in_progress", targets=[("增速", "3.1")], cooperating=[self.cgc])
        target = task.targets.get()
        note = "进展“顺利”，\n含换行、emoji 🙂 与全角　空格"
        actual = TargetActual(target.pk, Decimal("2.70"))
        moved(task, "report", on=DAY, progress=30, note=note, targets=[actual])
        self.assertIsNone(record.broken_link(task.pk))

    def test_floats_are_refused_since_they_round(self):
        task = a_task(self.gxc)
        with self.assertRaises(TypeError), transaction.atomic():
            record.write(record.lock(task.pk), "edited", actor=None, at=at(DAY), data={"share": 0.1})

    def test_the_actors_name_is_copied_as_it_was(self):
        task = moved(a_task(self.gxc), "accept", on=DAY, actor=self.liaison)
        self.liaison.display_name = "新名字"
        self.liaison.save()
        self.assertEqual(task.events.get(kind="accept").actor_name, "高新处联络员")


class EpochTest(TestCase):
    def test_the_epoch_rises_when_the_database_is_another(self):
        record.renew_epoch()
        first = FeedEpoch.objects.get()
        record.renew_epoch()
        self.assertEqual(FeedEpoch.objects.get().number, first.number)
        FeedEpoch.objects.update(system_identifier="restored from elsewhere")
        record.renew_epoch()
        again = FeedEpoch.objects.get()
        self.assertEqual((again.number, again.system_identifier), (first.number + 1, first.system_identifier))


class LateTest(OfficeCase):
    def test_a_late_task_is_marked_once_and_for_ever(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 3, 20))
        self.assertEqual(
            mark_late(now=at(date(2026, 3, 21), 23, 50)), 0, "the first overdue day has not ended"
        )
        self.assertEqual(mark_late(now=at(date(2026, 3, 22), 0, 10)), 1)
        self.assertEqual(mark_late(now=at(date(2026, 3, 22), 0, 10)), 0)
        event = task.events.latest("seq")
        self.assertEqual((event.actor, event.actor_name, event.was_late), (None, "系统", True))
        edit_task(
            task.pk, actor=self.supervisor, now=at(date(2026, 3, 23)), version=event.seq,
            due_on=date(2026, 6, 30), note="市政府同意顺延",
        )  # fmt: skip
        self.assertTrue(Task.objects.get(pk=task.pk).was_late)


class RaceTest(OfficeTransactionCase):
    def test_twenty_reports_at_once_leave_one_unbroken_chain(self):
        task = a_task(self.gxc, status="in_progress")

        def work(n: int) -> TaskEvent:
            given = MoveInput(note=f"第{n}次", progress=n)
            return make_move(task.pk, "report", actor=self.liaison, now=at(DAY), given=given)

        results = at_once(*[partial(work, n) for n in range(20)])
        self.assertEqual([r for r in results if isinstance(r, Exception)], [])
        self.assertIsNone(record.broken_link(task.pk))
        after = Task.objects.get(pk=task.pk)
        self.assertEqual((after.version, after.events.count()), (22, 22))
        self.assertEqual(after.progress, after.events.latest("seq").data["progress"])

    def test_of_twenty_approvals_at_once_one_succeeds(self):
        task = a_task(self.gxc, status="submitted")
        approve = partial(make_move, task.pk, "approve", actor=self.supervisor, now=at(DAY))
        results = at_once(*[approve] * 20)
        self.assertEqual(sum(isinstance(r, TaskEvent) for r in results), 1)
        self.assertEqual(sum(isinstance(r, MoveNotAllowed) for r in results), 19)
        self.assertEqual(task.events.filter(kind="approve").count(), 1)
        self.assertIsNone(record.broken_link(task.pk))

    def test_a_change_needs_a_transaction(self):
        task = a_task(self.gxc)
        with self.assertRaises(transaction.TransactionManagementError):
            record.lock(task.pk)
        self.assertEqual(Task.objects.get(pk=task.pk).version, 1)
