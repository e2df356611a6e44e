"""催办: who may urge a task on, and that the record counts it."""

from functools import partial

from tasks import services
from tasks.models import Task
from tests.builders import a_task
from tests.cases import OfficeTransactionCase
from tests.races import at_once
from tests.tasks.acts import API, ActCase


def urging(task: Task) -> str:
    return f"{API}/tasks/{task.pk}/urge/"


class UrgeTest(ActCase):
    def test_the_answer_is_the_task_and_the_record_counts(self):
        task = self.a_task()
        for number, who in enumerate(("supervisor", "leader"), start=1):
            sent = self.as_(who).post(urging(task), {"note": "请抓紧"})
            self.assertEqual(sent.status_code, 200, sent.content)
            event = self.last(task)
            self.assertEqual((event.kind, event.note, event.data), ("urge", "请抓紧", {"number": number}))
            self.assertEqual((sent.json()["id"], sent.json()["version"]), (task.pk, event.seq))
            self.assertEqual(sent["ETag"], f'"{event.seq}"')
            self.assertIn("moves", sent.json())

    def test_who_may_urge(self):
        allowed = {"supervisor": 200, "leader": 200, "admin": 200}
        self.each_may(allowed, ("liaison", "head", "head2"), urging)

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(urging, "leader", {})

    def test_only_what_is_open_is_urged(self):
        for status in ("completed", "closed", "cancelled"):
            task = self.a_task(status)
            with self.subTest(status), self.nothing_changes(task):
                self.refused(self.as_("supervisor").post(urging(task)), 409, "move_not_allowed")
        for status in ("pending", "declined", "submitted", "suspended"):
            with self.subTest(status):
                self.assertEqual(self.as_("supervisor").post(urging(self.a_task(status))).status_code, 200)

    def test_its_text_is_bounded_and_its_fields_known(self):
        task = self.a_task()
        for body in ({"note": "长" * 5001}, {"text": "请抓紧"}, ["请抓紧"]):
            with self.subTest(body), self.nothing_changes(task):
                self.refused(self.as_("leader").post(urging(task), body), 400, "invalid")


class UrgeRaceTest(OfficeTransactionCase):
    def test_urges_at_once_are_counted_one_by_one(self):
        task = a_task(self.gxc)
        urge = partial(services.urge, task.pk, actor=self.supervisor, now=self.now)
        numbers = sorted(event.data["number"] for event in at_once(*[urge] * 5))
        self.assertEqual(numbers, [1, 2, 3, 4, 5])
