"""批示: a leader's word on a task, and the lead's answer."""

from functools import partial

from config.errors import DomainError
from tasks import services
from tasks.models import Instruction, Task
from tests.builders import a_task, at, moved
from tests.cases import OfficeTransactionCase
from tests.pages import days
from tests.races import at_once
from tests.tasks.acts import API, ActCase

NOTE = "请说明滞后原因"


def said_on(task: Task) -> str:
    return f"{API}/tasks/{task.pk}/instructions/"


class InstructTest(ActCase):
    def test_a_leader_instructs_with_a_day_to_answer_by(self):
        task = self.a_task()
        sent = self.as_("leader").post(said_on(task), {"note": NOTE, "answer_by": str(days(3))})
        self.assertEqual(sent.status_code, 201, sent.content)
        instruction = Instruction.objects.get()
        given = sent.json()
        self.assertEqual(
            given,
            {
                "id": instruction.pk,
                "task": task.pk,
                "note": NOTE,
                "answer_by": str(days(3)),
                "given_by": "分管领导",
                "given_at": given["given_at"],
                "answer": "",
                "answered_by": None,
                "answered_at": None,
            },
        )
        event = self.last(task)
        self.assertEqual((event, event.kind, event.note), (instruction.event, "instruction", NOTE))
        self.assertEqual(event.data, {"answer_by": str(days(3))})

    def test_the_day_may_be_left_out_or_be_today(self):
        leader = self.as_("leader")
        for fields, answer_by in (
            ({}, None),
            ({"answer_by": None}, None),
            ({"answer_by": str(days(0))}, days(0)),
        ):
            with self.subTest(fields):
                task = self.a_task()
                self.assertEqual(leader.post(said_on(task), {"note": NOTE} | fields).status_code, 201)
                self.assertEqual(task.instructions.get().answer_by, answer_by)

    def test_what_the_body_says_wrong_is_refused(self):
        task = self.a_task()
        for body, code in (
            ({"note": NOTE, "answer_by": str(days(-1))}, "date_in_past"),
            ({"note": NOTE, "answer_by": "明天"}, "invalid"),
            ({"answer_by": str(days(1))}, "note_required"),
            ({"note": "\t"}, "note_required"),
            ({"note": "长" * 5001}, "invalid"),
            ({"note": NOTE, "due_on": str(days(1))}, "invalid"),
        ):
            with self.subTest(body), self.nothing_changes(task):
                self.refused(self.as_("leader").post(said_on(task), body), 400, code)

    def test_who_may_instruct(self):
        forbidden = ("liaison", "head", "head2", "supervisor")
        self.each_may({"leader": 201, "admin": 201}, forbidden, said_on, {"note": NOTE})

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(said_on, "leader", {"note": NOTE})

    def test_an_ended_task_is_not_instructed_on(self):
        task = self.a_task("cancelled")
        with self.nothing_changes(task):
            self.refused(self.as_("leader").post(said_on(task), {"note": NOTE}), 409, "move_not_allowed")
        self.assertEqual(
            self.as_("leader").post(said_on(self.a_task("closed")), {"note": NOTE}).status_code, 201
        )


class AnswerTest(ActCase):
    def an_instruction(self, task: Task) -> Instruction:
        return services.instruct(task.pk, note=NOTE, actor=self.leader, now=at(days(-1)))

    def address(self, task: Task) -> str:
        return f"{API}/instructions/{self.an_instruction(task).pk}/answer/"

    def nested(self, task: Task) -> str:
        return f"{said_on(task)}{self.an_instruction(task).pk}/answer/"

    def test_the_lead_answers_once(self):
        task = self.a_task()
        liaison, url = self.as_("liaison"), self.address(task)
        sent = liaison.post(url, {"note": "设备月底到货"})
        self.assertEqual(sent.status_code, 200, sent.content)
        given = sent.json()
        self.assertEqual((given["answer"], given["answered_by"]), ("设备月底到货", "高新处联络员"))
        self.assertIsNotNone(given["answered_at"])
        event = self.last(task)
        self.assertEqual((event.kind, event.note), ("instruction_answered", "设备月底到货"))
        self.assertEqual(event.data, {"instruction": given["id"], "given_on": str(days(-1))})
        with self.nothing_changes(task):
            self.refused(liaison.post(url, {"note": "再答一次"}), 409, "instruction_answered")

    def test_who_may_answer(self):
        allowed, forbidden = {"liaison": 200, "head": 200, "admin": 200}, ("head2", "supervisor", "leader")
        for address in (self.address, self.nested):
            self.each_may(allowed, forbidden, address, {"note": "已落实"})

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(self.address, "head", {"note": "已落实"})

    def test_an_answer_says_something_and_no_more_than_fits(self):
        task = self.a_task()
        url = self.address(task)
        for body, code in (
            ({}, "note_required"),
            ({"note": "长" * 5001}, "invalid"),
            ({"text": "x"}, "invalid"),
        ):
            with self.subTest(list(body)), self.nothing_changes(task):
                self.refused(self.as_("head").post(url, body), 400, code)

    def test_another_tasks_address_does_not_reach_it(self):
        task, other = self.a_task(), self.a_task()
        instruction = self.an_instruction(task)
        with self.nothing_changes(task):
            sent = self.as_("head").post(f"{said_on(other)}{instruction.pk}/answer/", {"note": "已落实"})
            self.refused(sent, 404, "not_found")

    def test_it_is_answered_even_when_the_task_has_ended(self):
        task = self.a_task()
        url = self.address(task)
        moved(task, "cancel", on=days(0))
        self.assertEqual(self.as_("head").post(url, {"note": "任务已终止"}).status_code, 200)


class ListTest(ActCase):
    def test_lists_tell_what_is_answered_and_what_waits(self):
        task, other = self.a_task(), self.a_task()
        answered, waiting = (
            services.instruct(each.pk, note=NOTE, actor=self.leader, now=at(days(-1))).pk
            for each in (task, other)
        )
        services.answer_instruction(answered, note="已落实", actor=self.head, now=at(days(0)))
        everywhere = f"{API}/instructions/"
        for who, url, expected in (
            ("leader", everywhere, [waiting, answered]),
            ("viewer", f"{everywhere}?answered=true", [answered]),
            ("liaison", f"{everywhere}?answered=false", [waiting]),
            ("head2", f"{everywhere}?ordering=id", [answered, waiting]),
            ("stranger", everywhere, []),
            ("viewer", said_on(task), [answered]),
        ):
            with self.subTest(who=who, url=url):
                rows = self.as_(who).get(url).json()["results"]
                self.assertEqual([row["id"] for row in rows], expected)
        self.assertEqual(self.as_("anonymous").get(everywhere).status_code, 401)
        self.assertEqual(self.as_("stranger").get(said_on(task)).status_code, 404)
        self.refused(self.as_("leader").get(f"{everywhere}?answered=yes"), 400, "invalid")


class AnswerRaceTest(OfficeTransactionCase):
    def test_of_two_answers_at_once_one_counts(self):
        task = a_task(self.gxc, status="in_progress")
        instruction = services.instruct(task.pk, note=NOTE, actor=self.leader, now=self.now)
        answer = partial(services.answer_instruction, instruction.pk, actor=self.head, now=self.now)
        came = at_once(*[partial(answer, note=f"答复{n}") for n in range(4)])
        lost = [refusal.code for refusal in came if isinstance(refusal, DomainError)]
        self.assertEqual(lost, ["instruction_answered"] * 3)
        self.assertEqual(task.events.filter(kind="instruction_answered").count(), 1)
