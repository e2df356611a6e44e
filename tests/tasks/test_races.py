"""Real threads on the same tasks: who loses is told so, nothing is lost, nothing waits for ever."""

from collections import Counter
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from config.errors import DomainError
from tasks import record
from tasks.models import Task
from tasks.services import edit_task, make_move, move_many, split_task
from tasks.services.moves import MoveInput, TargetActual
from tasks.services.splitting import Part, Share
from tests.builders import a_task, moved
from tests.cases import OfficeTransactionCase
from tests.races import at_once

ROUNDS = 200


class OneTaskTest(OfficeTransactionCase):
    def post(self, who: str, task: Task, move: str, **body: Any) -> partial:
        return partial(self.as_(who).post, f"/api/v1/tasks/{task.pk}/moves/{move}/", body)

    def test_of_fifty_approvals_at_once_one_succeeds(self):
        task = a_task(self.gxc, status="submitted")
        answers = at_once(*[self.post("supervisor", task, "approve")] * 50)
        self.assertEqual(Counter(answer.status_code for answer in answers), {200: 1, 409: 49})
        self.assertEqual(
            {answer.json()["code"] for answer in answers if answer.status_code == 409}, {"move_not_allowed"}
        )
        self.assertEqual(task.events.filter(kind="approve").count(), 1)
        self.assertIsNone(record.broken_link(task.pk))

    def test_twenty_reports_at_once_are_twenty_links_of_one_chain(self):
        task = a_task(self.gxc, status="in_progress", cooperating=[self.cgc])
        calls = [
            self.post("liaison2" if n % 4 == 0 else "liaison", task, "report", note=f"第{n}次", progress=n)
            for n in range(20)
        ]
        self.assertEqual([answer.status_code for answer in at_once(*calls)], [200] * 20)
        self.assertEqual((task.events.filter(kind="report").count(), task.reports.count()), (20, 20))
        self.assertEqual(Task.objects.get(pk=task.pk).version, 22)
        self.assertIsNone(record.broken_link(task.pk))

    def test_parts_made_at_once_are_numbered_without_gap_or_repeat(self):
        task = a_task(self.gxc, status="in_progress")
        url = f"/api/v1/tasks/{task.pk}/children/"
        answers = at_once(*[partial(self.as_("head").post, url, [{"lead": "PTC"}] * 2) for _ in range(8)])
        self.assertEqual([answer.status_code for answer in answers], [201] * 8)
        codes = set(task.children.values_list("code", flat=True))
        self.assertEqual(codes, {f"{task.code}-{n}" for n in range(1, 17)})


class FamilyTest(OfficeTransactionCase):
    """A whole with two parts, the second of them split once more; what they reach adds up to the top."""

    def setUp(self) -> None:
        super().setUp()
        self.whole = a_task(self.gxc, status="in_progress", targets=[("新增企业", 600)])
        self.first = self.part_of(self.whole, self.ptc)
        self.second = self.part_of(self.whole, self.gxc)
        self.third = self.part_of(self.second, self.rcc)
        self.family = [self.whole, self.first, self.second, self.third]

    def part_of(self, task: Task, lead: Any) -> Task:
        share = Share(task.targets.get().pk, 100)
        (part,) = split_task(task.pk, [Part(lead, targets=[share])], actor=self.admin, now=self.now)
        return moved(part, "accept", on=self.today)

    def reached(self, task: Task, *, rounds: int, step: int) -> None:
        pk = task.targets.get().pk
        for n in range(rounds):
            given = MoveInput(
                note="进展", progress=n % 100, targets=[TargetActual(pk, Decimal(step * (n + 1)))]
            )
            self.tried(make_move, task.pk, "report", actor=self.admin, now=self.now, given=given)

    def retitled(self, task: Task, *, rounds: int) -> None:
        for n in range(rounds):
            seen = Task.objects.get(pk=task.pk).version
            self.tried(edit_task, task.pk, actor=self.admin, now=self.now, version=seen, title=f"标题{n}")

    def moved_on_and_back(self, task: Task, *, rounds: int) -> None:
        for _ in range(rounds):
            self.tried(make_move, task.pk, "submit", actor=self.admin, now=self.now)
            self.tried(make_move, task.pk, "withdraw", actor=self.admin, now=self.now)

    def all_at_a_time(self, *, rounds: int) -> None:
        """As under an Idempotency-Key: a bulk move is one transaction, which keeps its locks to the end."""
        pks = [task.pk for task in reversed(self.family)]
        for _ in range(rounds):
            for move in ("suspend", "resume"):
                with transaction.atomic():
                    move_many(pks, move, actor=self.admin, now=self.now, given=MoveInput(note="机构改革"))

    def tried(self, act: Any, *args: Any, **given: Any) -> None:
        """A refusal is an answer; anything else, such as a deadlock, ends the test."""
        with suppress(DomainError):
            act(*args, **given)

    def test_a_whole_and_its_parts_moved_at_once_never_wait_for_each_other(self):
        at_once(
            partial(self.reached, self.first, rounds=ROUNDS, step=3),
            partial(self.reached, self.third, rounds=ROUNDS, step=2),
            partial(self.retitled, self.whole, rounds=ROUNDS // 2),
            partial(self.moved_on_and_back, self.whole, rounds=ROUNDS // 4),
            partial(self.retitled, self.second, rounds=ROUNDS // 2),
            partial(self.all_at_a_time, rounds=ROUNDS // 8),
        )
        whole, first, second, third = (task.targets.get().actual for task in self.family)
        self.assertTrue(first and third)
        self.assertEqual((whole, second), (first + third, third))
        for task in self.family:
            self.assertIsNone(record.broken_link(task.pk))
