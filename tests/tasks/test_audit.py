"""Seals over the record, and what verify_audit finds of what a database's superuser did to it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tasks import jobs, record, seals, services
from tasks.models import Extension, Instruction, Report, Seal, Task, TaskEvent
from tests.builders import a_task, at, moved
from tests.cases import OfficeTransactionCase
from tests.races import at_once
from tests.tasks.test_feed import SlowChange

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)


@contextmanager
def superuser() -> Iterator[None]:
    """Past every trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield


def verify(*arguments: str) -> tuple[bool, str]:
    """Whether it passed, and what it said."""
    said = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said)
    except CommandError as error:
        return False, f"{said.getvalue()}{error}"
    return True, said.getvalue()


class AuditCase(OfficeTransactionCase):
    """Two tasks, issued and worked on over three days, and a third day after."""

    def setUp(self):
        super().setUp()
        self.task = a_task(
            self.gxc, status="in_progress", issued_on=FIRST, progress=20, cooperating=[self.cgc]
        )
        self.other = a_task(self.cgc, status="in_progress", issued_on=FIRST)
        moved(self.task, "report", on=FIRST + DAY, progress=30, note="第一次")
        moved(self.task, "report", on=FIRST + 2 * DAY, progress=40, note="第二次")

    def seal_through(self, day: date) -> list[Seal]:
        seals.seal_record(at(day + DAY, 1))
        return list(Seal.objects.order_by("day"))

    def event(self, seq: int) -> TaskEvent:
        return self.task.events.get(seq=seq)

    def rewrite(self, seq: int, **columns) -> None:
        with superuser():
            TaskEvent.objects.filter(task=self.task, seq=seq).update(**columns)


class SealTest(AuditCase):
    def test_each_ended_day_has_one_over_its_events(self):
        made = self.seal_through(FIRST + 3 * DAY)
        self.assertEqual(
            [(seal.day, seal.events) for seal in made],
            [(FIRST, 5), (FIRST + DAY, 1), (FIRST + 2 * DAY, 1), (FIRST + 3 * DAY, 0)],
        )
        self.assertEqual([seal.previous_hash for seal in made], ["", *(seal.hash for seal in made[:-1])])
        self.assertTrue(verify()[0])

    def test_the_day_is_sealed_when_it_has_ended_and_only_once(self):
        self.assertEqual(seals.seal_record(at(FIRST, 23, 59)), 0)
        self.assertEqual(seals.seal_record(at(FIRST + DAY, 0)), 1)
        self.assertEqual(seals.seal_record(at(FIRST + DAY, 23)), 0)
        self.assertEqual(Seal.objects.get().day, FIRST)

    def test_two_schedulers_at_once_make_each_once(self):
        made = at_once(*[lambda: seals.seal_record(at(FIRST + 3 * DAY))] * 4)
        self.assertEqual(sorted(made), [0, 0, 0, 3])

    def test_nothing_is_sealed_where_nothing_has_happened(self):
        with superuser():
            TaskEvent.objects.all()._raw_delete("default")
        self.assertEqual(seals.seal_record(self.now), 0)

    def test_what_appears_later_belongs_to_a_later_seal(self):
        with SlowChange(self.other, self.liaison2) as slow:
            later = moved(self.task, "report", on=FIRST + 2 * DAY, hour=11, progress=50).events.latest("seq")
            first, second, third = self.seal_through(FIRST + 2 * DAY)
            self.assertEqual(third.events, 1, "neither the slow one nor what is behind it")
        fourth = self.seal_through(FIRST + 3 * DAY)[-1]
        self.assertEqual((fourth.day, fourth.events), (FIRST + 3 * DAY, 2))
        self.assertEqual((fourth.event_id, later.pk > slow.event.pk), (later.pk, True))
        self.assertTrue(verify("--seal", third.hash)[0])

    def test_a_clock_gone_wrong_does_not_hold_them_up(self):
        moved(self.task, "report", on=date(2031, 1, 1), progress=50)
        moved(self.other, "report", on=FIRST + 3 * DAY, progress=50)
        self.assertEqual([seal.events for seal in self.seal_through(FIRST + 3 * DAY)], [5, 1, 2, 1])

    def test_anybody_can_compute_it(self):
        seal = self.seal_through(FIRST + 3 * DAY)[0]
        hashes = TaskEvent.objects.order_by("epoch", "transaction_id", "id").values_list("hash", flat=True)[
            :5
        ]
        text = "\n".join(["", "2026-03-02", *hashes, ""])
        self.assertEqual(seal.hash, hashlib.sha256(text.encode()).hexdigest())

    def test_the_job_seals(self):
        jobs.seal_record()
        self.assertEqual(Seal.objects.order_by("day").first().day, FIRST)


class VerifyTest(AuditCase):
    def setUp(self):
        super().setUp()
        self.seals = self.seal_through(FIRST + 3 * DAY)

    def assertFinds(self, *words: object) -> str:
        passed, said = verify()
        self.assertFalse(passed, said)
        for word in words:
            self.assertIn(str(word), said)
        return said

    def test_an_untouched_record_passes(self):
        passed, said = verify()
        self.assertTrue(passed, said)
        self.assertIn("任务2项，记录7条，封存4个", said)

    def test_an_edited_row_is_named(self):
        event = self.event(4)
        for columns in (
            {"note": "改写"},
            {"progress": 99},
            {"data": {}},
            {"actor_name": "别人"},
            {"hash": "0" * 64},
            {"at": at(FIRST)},
            {"helpers": []},
            {"previous_hash": "1" * 64},
        ):
            with self.subTest(columns):
                kept = {name: getattr(event, name) for name in columns}
                self.rewrite(4, **columns)
                said = self.assertFinds(self.task.code, "第4条", event.pk)
                self.assertNotIn(f"{self.other.code} ", said)
                self.rewrite(4, **kept)
        self.assertTrue(verify()[0])

    def test_a_rewritten_row_with_a_right_hash_is_named(self):
        for seq in (4, 5):
            with self.subTest(seq):
                event = self.event(seq)
                kept = event.note, event.hash
                event.note = "改写"
                self.rewrite(seq, note="改写", hash=record.hash_of(event))
                self.assertFinds(f"{self.task.code} 第{seq}条", event.pk)
                self.rewrite(seq, note=kept[0], hash=kept[1])

    def test_a_deleted_row_is_named(self):
        for seq in (1, 3, 5):
            with self.subTest(seq):
                event = self.event(seq)
                with superuser():
                    TaskEvent.objects.filter(pk=event.pk)._raw_delete("default")
                self.assertFinds(f"{self.task.code} 第{seq}条：已被删除")
                with superuser():
                    event.save(force_insert=True)
        self.assertTrue(verify()[0])

    def test_a_record_that_is_gone_is_named(self):
        with superuser():
            self.task.events.all()._raw_delete("default")
        self.assertFinds(f"{self.task.code} 第1条：已被删除")

    def test_a_task_that_is_gone_is_named(self):
        with superuser():
            Task.objects.filter(pk=self.task.pk)._raw_delete("default")
        self.assertFinds(f"任务{self.task.pk} 第1条", "任务本身已被删除")

    def swap(self, first: TaskEvent, second: TaskEvent, columns: list[str]) -> None:
        for event, other in ((first, second), (second, first)):
            self.rewrite(event.seq, **{name: getattr(other, name) for name in columns})

    def test_a_swapped_pair_is_named(self):
        """What they say was exchanged."""
        fourth, fifth = self.event(4), self.event(5)
        content = [
            name for name in record.HASHED_1 if name not in ("task_id", "seq", "epoch", "transaction_id")
        ]
        for columns in (content, [*content, "epoch", "transaction_id"], ["note"], ["at"]):
            with self.subTest(columns):
                self.swap(fourth, fifth, columns)
                self.assertFinds(f"{self.task.code} 第4条", fourth.pk, "对调", fifth.pk)
                self.swap(*(TaskEvent.objects.get(pk=event.pk) for event in (fourth, fifth)), columns)
        self.assertTrue(verify()[0])

    def test_a_swapped_order_is_named(self):
        """Their numbers were exchanged."""
        for first, second in ((4, 5), (2, 3), (2, 4)):
            with self.subTest((first, second)):
                pair = self.event(first), self.event(second)
                self.number(pair[0], second), self.number(pair[1], first)
                self.assertFinds(f"{self.task.code} 第{first}条", pair[1].pk, "调换", pair[0].pk)
                self.number(pair[0], first), self.number(pair[1], second)

    def number(self, event: TaskEvent, seq: int) -> None:
        with superuser(), connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS tasks_event_order")
            TaskEvent.objects.filter(pk=event.pk).update(seq=seq)

    def test_a_task_changed_past_its_record_is_named(self):
        for columns in ({"progress": 99}, {"head_hash": "0" * 64}, {"version": 9}, {"was_late": True}):
            with self.subTest(columns), transaction.atomic():
                Task.objects.filter(pk=self.task.pk).update(**columns)
                self.assertFinds(self.task.code)
                transaction.set_rollback(True)
        self.task.helpers.all().delete()
        self.assertFinds(f"{self.task.code} 第5条", self.event(5).pk, "绕过记录")

    def test_a_report_that_says_something_else_than_its_event_is_named(self):
        """On a task's page stands the report; what counts is the record."""
        filed = self.task.reports.get(event__seq=4)
        for columns in ({"done": "改写"}, {"problems": "改写"}, {"task_id": self.other.pk}):
            with self.subTest(columns):
                kept = {name: getattr(filed, name) for name in columns}
                with superuser():
                    Report.objects.filter(pk=filed.pk).update(**columns)
                self.assertFinds("第4条", filed.event_id, f"进展填报（编号{filed.pk}）")
                with superuser():
                    Report.objects.filter(pk=filed.pk).update(**kept)

    def test_requests_that_say_something_else_than_their_event_are_named(self):
        now = at(FIRST + 3 * DAY, 12)
        asked = services.ask_extension(
            self.task.pk, due_on=date(2026, 12, 20), note="设备推迟", actor=self.head, now=now
        )
        told = services.instruct(self.task.pk, note="说明原因", actor=self.leader, now=now)
        self.assertTrue(verify()[0])
        with superuser():
            Extension.objects.filter(pk=asked.pk).update(due_on=date(2026, 12, 31))
            Instruction.objects.filter(pk=told.pk).update(note="改写")
        self.assertFinds(f"延期申请（编号{asked.pk}）", f"批示（编号{told.pk}）", self.task.code)

    def rewrite_chain(self) -> None:
        """As who knows how it is made: every hash of a changed history is right again."""
        with superuser():
            previous = ""
            for event in self.task.events.order_by("seq"):
                event.note, event.previous_hash = event.note.replace("第一次", "改写"), previous
                event.hash = previous = record.hash_of(event)
                event.save(force_update=True)
            Task.objects.filter(pk=self.task.pk).update(head_hash=previous)
            self.task.reports.filter(done="第一次").update(done="改写")

    def test_only_a_seal_finds_a_chain_rewritten_whole(self):
        self.rewrite_chain()
        said = self.assertFinds(f"封存 {FIRST + DAY}", self.seals[1].hash, "所封的记录")
        self.assertNotIn(self.task.code, said)

    def test_a_deleted_seal_is_named(self):
        for n, named in ((0, "首日"), (1, FIRST + DAY)):
            with self.subTest(n):
                with superuser():
                    Seal.objects.filter(pk=self.seals[n].pk)._raw_delete("default")
                self.assertFinds(f"封存 {named}", "删除", self.seals[n + 1].day)
                with superuser():
                    self.seals[n].save(force_insert=True)

    def test_an_edited_seal_is_named(self):
        middle = self.seals[1]
        for columns in (
            {"hash": "0" * 64},
            {"previous_hash": "0" * 64},
            {"events": 9},
            {"event_id": 1},
            {"epoch": 0},
        ):
            with self.subTest(columns):
                kept = {name: getattr(middle, name) for name in columns}
                with superuser():
                    Seal.objects.filter(pk=middle.pk).update(**columns)
                self.assertFinds(f"封存 {middle.day}", "改动")
                with superuser():
                    Seal.objects.filter(pk=middle.pk).update(**kept)

    def test_a_printed_value_holds(self):
        for seal in self.seals:
            passed, said = verify("--seal", seal.hash.upper())
            self.assertTrue(passed, said)
            self.assertIn("相符", said)

    def test_a_printed_value_holds_though_its_seal_was_deleted(self):
        """The last ones, that nothing follows: they come out of the rows again."""
        with superuser():
            Seal.objects.filter(day__gt=FIRST)._raw_delete("default")
        for seal in self.seals:
            self.assertTrue(verify("--seal", seal.hash)[0])

    def test_an_unknown_value_is_said_to_be_unknown(self):
        passed, said = verify("--seal", "f" * 64)
        self.assertFalse(passed)
        self.assertIn("没有这个封存值", said)

    def test_paper_finds_what_all_rows_agree_on(self):
        """History and every seal rewritten: only who holds a bulletin knows."""
        printed = self.seals[1].hash
        self.rewrite_chain()
        with superuser():
            Seal.objects.all()._raw_delete("default")
        self.seal_through(FIRST + 3 * DAY)
        self.assertTrue(verify()[0])
        passed, said = verify("--seal", printed)
        self.assertFalse(passed)
        self.assertIn("没有这个封存值", said)

    def test_a_value_above_a_fault_does_not_hold(self):
        self.rewrite_chain()
        self.assertIn("不能确认", verify("--seal", self.seals[2].hash)[1])
        self.assertIn("相符", verify("--seal", self.seals[0].hash)[1])

    def test_it_costs_few_queries(self):
        with CaptureQueriesContext(connection) as queries:
            verify()
        self.assertLessEqual(len(queries), 16, [query["sql"][:90] for query in queries])
