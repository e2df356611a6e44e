"""The ordered feed: whoever reads on from where they were misses nothing and gets nothing twice."""

import threading
from datetime import date
from functools import partial
from random import Random
from unittest import TestCase

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

from plans.org.models import User
from tasks import feed, record
from tasks.feed import Position
from tasks.models import FeedEpoch, Task, TaskEvent
from tasks.services import make_move
from tasks.services.moves import MoveInput
from tests.builders import a_plan, a_task, an_item, at, issued
from tests.cases import OfficeTransactionCase
from tests.races import SECONDS, at_once

DAY = date(2026, 3, 4)


class Reader:
    """Who polls the feed, a few events at a time."""

    def __init__(self) -> None:
        self.position, self.read = Position(), []

    def poll(self, size: int = 3) -> list[int]:
        """What is new, to the end."""
        new, more = [], True
        while more:
            end, more = feed.window(self.position, size)
            new += feed.between(self.position, end)
            self.position = end
        self.read += new
        return [event.pk for event in new]


def report(task: Task, actor: User, n: int = 1) -> TaskEvent:
    given = MoveInput(note=f"第{n}次", progress=n % 100)
    return make_move(task.pk, "report", actor=actor, now=at(DAY), given=given)


class SlowChange:
    """A report whose transaction stays open until it is told to end."""

    def __init__(self, task: Task, actor: User) -> None:
        self.written, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, args=(task, actor))

    def run(self, task: Task, actor: User) -> None:
        try:
            with transaction.atomic():
                self.event = report(task, actor)
                self.written.set()
                self.may_end.wait(SECONDS)
        finally:
            connection.close()

    def __enter__(self) -> "SlowChange":
        self.thread.start()
        assert self.written.wait(SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.may_end.set()
        self.thread.join(SECONDS)


class FeedTest(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.tasks = [a_task(self.gxc, status="in_progress", title=f"任务{n}") for n in range(3)]
        self.reader = Reader()
        self.reader.poll()

    def test_it_holds_every_event_once_in_one_order(self):
        self.assertEqual(len(self.reader.read), TaskEvent.objects.count())
        places = [Position.of(event) for event in self.reader.read]
        self.assertEqual(places, sorted(set(places)))

    def test_a_slow_transaction_is_not_skipped(self):
        slow_one, *others = self.tasks
        with SlowChange(slow_one, self.liaison) as slow:
            later = [report(task, self.liaison).pk for task in others]
            self.assertEqual(self.reader.poll(), [], "what is later waits for what is slow")
            self.assertGreater(min(later), slow.event.pk)
        self.assertEqual(self.reader.poll(), [slow.event.pk, *later])
        self.assertEqual(self.reader.poll(), [])

    def test_what_began_earlier_is_shown_while_a_later_one_is_slow(self):
        first, second, third = self.tasks
        before = report(first, self.liaison)
        with SlowChange(second, self.liaison) as slow:
            report(third, self.liaison)
            self.assertEqual(self.reader.poll(), [before.pk])
        self.assertEqual(self.reader.poll()[0], slow.event.pk)

    def test_who_waits_for_a_slow_one_s_task_comes_after_it(self):
        with SlowChange(self.tasks[0], self.liaison) as slow:
            waiting = threading.Thread(target=self.close_after, args=(self.tasks[0],))
            waiting.start()
        waiting.join(SECONDS)
        self.assertEqual(self.reader.poll()[0], slow.event.pk)
        self.assertEqual(
            [event.seq for event in self.reader.read if event.task_id == self.tasks[0].pk][-2:], [3, 4]
        )

    def close_after(self, task: Task) -> None:
        report(task, self.liaison, 2)
        connection.close()

    def test_writers_at_random_and_a_reader_all_the_while(self):
        done = threading.Semaphore(0)

        def write(seed: int) -> None:
            chance = Random(seed)
            try:
                for n in range(12):
                    self.write_at_random(chance, n)
            finally:
                done.release()

        def read() -> None:
            finished = 0
            while finished < 5:
                self.reader.poll()
                finished += done.acquire(blocking=False)

        at_once(read, *[partial(write, seed) for seed in range(5)])
        self.reader.poll()
        places = [Position.of(event) for event in self.reader.read]
        self.assertEqual(places, sorted(set(places)), "each once, in order")
        self.assertEqual(
            {event.pk for event in self.reader.read}, set(TaskEvent.objects.values_list("pk", flat=True))
        )
        self.assertGreater(len(places), 40)

    def write_at_random(self, chance: Random, n: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [chance.random() / 50])
            report(chance.choice(self.tasks), self.liaison, n)
            cursor.execute("SELECT pg_sleep(%s)", [chance.random() / 50])
            transaction.set_rollback(chance.random() < 0.2)

    def test_a_window_ends_with_a_whole_transaction(self):
        plan = a_plan(self.kjj, code="KJJ-X", year=2027)
        for n in range(5):
            an_item(plan, f"条目{n}", lead=self.gxc, due_on=date(2027, 6, 30))
        issued(plan, DAY)
        end, more = feed.window(self.reader.position, 2)
        self.assertEqual((feed.between(self.reader.position, end).count(), more), (5, True))


class EpochTest(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress")
        self.reader = Reader()
        self.reader.poll()

    def test_the_command_raises_it_and_readers_go_on(self):
        before = FeedEpoch.objects.get().number
        call_command("after_restore", stdout=(said := Said()))
        self.assertEqual(FeedEpoch.objects.get().number, before + 1)
        self.assertIn(f"epoch {before + 1} begins", said.text)
        event = report(self.task, self.liaison)
        self.assertEqual((event.epoch, self.reader.poll()), (before + 1, [event.pk]))

    def test_smaller_transaction_ids_of_a_new_epoch_come_after_the_old(self):
        """As a reader met it who had read far before the restore."""
        far = Position(FeedEpoch.objects.get().number, 2**40, 0)
        record.raise_epoch()
        event = report(self.task, self.liaison)
        self.assertEqual(list(feed.between(far, feed.horizon())), [event])

    def test_it_waits_for_the_changes_under_way(self):
        """Else an event of the old epoch would appear when readers have gone on to the new one."""
        with SlowChange(self.task, self.liaison) as slow:
            raising = threading.Thread(target=self.raise_elsewhere)
            raising.start()
            self.wait_for_a_waiter()
            self.assertEqual(self.reader.poll(), [])
            self.assertTrue(raising.is_alive())
        raising.join(SECONDS)
        self.assertEqual(self.reader.poll(), [slow.event.pk])

    def raise_elsewhere(self) -> None:
        record.raise_epoch()
        connection.close()

    def wait_for_a_waiter(self) -> None:
        """Until some session waits for the lock on the tasks."""
        with connection.cursor() as cursor:
            for _ in range(300):
                cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                if cursor.fetchone()[0]:
                    return
                cursor.execute("SELECT pg_sleep(0.01)")
        self.fail("nobody waits")

    def test_of_two_at_once_one_notices_a_restore(self):
        FeedEpoch.objects.update(system_identifier="another")
        before = FeedEpoch.objects.get().number
        at_once(record.renew_epoch, record.renew_epoch, record.renew_epoch)
        self.assertEqual(FeedEpoch.objects.get().number, before + 1)


class Said:
    """What a command wrote."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


class IdleTest(TransactionTestCase):
    def test_the_server_ends_a_forgotten_transaction(self):
        """It would hold up the feed for everyone."""
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            self.assertEqual(cursor.fetchone()[0], "30s")


class CursorTest(TestCase):
    def test_it_reads_back(self):
        for position in (Position(), Position(1, 2, 3), Position(2**31 - 1, 2**63 - 1, 2**63 - 1)):
            self.assertEqual(Position.read(str(position)), position)
            self.assertRegex(str(position), r"^[\w-]{32}$")

    def test_any_other_text_is_refused(self):
        good = str(Position(1, 812, 40))
        changed = [good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(len(good))]
        for text in (
            *changed,
            good[:-1],
            good + "A",
            good + "=",
            good + "\n",
            "",
            "now",
            "一",
            "x" * 32,
            "%00",
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                Position.read(text)

    def test_places_are_ordered_by_epoch_first(self):
        self.assertLess(Position(1, 900, 900), Position(2, 3, 1))
        self.assertLess(Position(2, 3, 0), Position(2, 3, 1))
