"""The steps of a task, kept by its lead, each change on the record."""

from tasks.models import ChecklistItem, Task
from tasks.services.checklist import MOST_STEPS
from tests.pages import days
from tests.tasks.acts import API, ActCase


def steps(task: Task) -> str:
    return f"{API}/tasks/{task.pk}/checklist/"


class ChecklistTest(ActCase):
    def a_step(self, task: Task, text: str = "选址") -> ChecklistItem:
        return task.checklist.create(ordinal=task.checklist.count(), text=text)

    def address(self, task: Task) -> str:
        return f"{steps(task)}{self.a_step(task).pk}/"

    def test_a_step_is_added_at_the_end(self):
        task = self.a_task()
        task.checklist.create(ordinal=7, text="选址")
        sent = self.as_("liaison").post(steps(task), {"text": "招标"})
        self.assertEqual(sent.status_code, 201, sent.content)
        added = task.checklist.last()
        self.assertEqual(sent.json(), {"id": added.pk, "text": "招标", "done_on": None})
        event = self.last(task)
        told = {"id": added.pk, "step": "招标", "text": [None, "招标"]}
        self.assertEqual((event.kind, event.data), ("edited", {"checklist": told}))

    def test_a_step_is_done_undone_and_reworded(self):
        task = self.a_task()
        url, liaison = self.address(task), self.as_("liaison")
        day = str(days(0))
        for body, changed in (
            ({"done_on": day}, {"step": "选址", "done_on": [None, day]}),
            ({"done_on": None}, {"step": "选址", "done_on": [day, None]}),
            (
                {"text": "选址定点", "done_on": str(days(-1))},
                {"step": "选址定点", "text": ["选址", "选址定点"], "done_on": [None, str(days(-1))]},
            ),
        ):
            with self.subTest(body):
                sent = liaison.patch(url, body)
                self.assertEqual(sent.status_code, 200, sent.content)
                self.assertEqual({name: sent.json()[name] for name in body}, body)
                step = task.checklist.get()
                event = self.last(task)
                self.assertEqual(
                    (event.kind, event.data), ("edited", {"checklist": {"id": step.pk, **changed}})
                )

    def test_what_changes_nothing_is_no_event(self):
        task = self.a_task()
        url = self.address(task)
        for body in ({}, {"text": "选址"}, {"done_on": None}):
            with self.subTest(body), self.nothing_changes(task):
                self.assertEqual(self.as_("head").patch(url, body).status_code, 200)

    def test_who_may_keep_it(self):
        people = {"liaison": 201, "head": 201, "admin": 201}
        others = ("head2", "supervisor", "leader")
        self.each_may(people, others, steps, {"text": "招标"})
        people = dict.fromkeys(people, 200)
        self.each_may(people, others, self.address, {"done_on": str(days(0))}, method="patch")

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(steps, "head", {"text": "招标"})
        self.needs_the_version_seen(self.address, "head", {"text": "招标"}, method="patch")

    def test_what_the_body_says_wrong_is_refused(self):
        task = self.a_task()
        url, head = self.address(task), self.as_("head")
        for call, address, body, code in (
            (head.post, steps(task), {}, "invalid"),
            (head.post, steps(task), {"text": " "}, "invalid"),
            (head.post, steps(task), {"text": "长" * 2001}, "invalid"),
            (head.post, steps(task), {"text": "招标", "done_on": str(days(0))}, "invalid"),
            (head.patch, url, {"text": None}, "invalid"),
            (head.patch, url, {"done_on": "昨天"}, "invalid"),
            (head.patch, url, {"done_on": str(days(1))}, "date_in_future"),
            (head.patch, url, {"done": True}, "invalid"),
        ):
            with self.subTest(body), self.nothing_changes(task):
                self.refused(call(address, body), 400, code)

    def test_the_steps_of_what_has_ended_stand(self):
        task = self.a_task("completed")
        url = self.address(task)
        with self.nothing_changes(task):
            self.refused(self.as_("head").post(steps(task), {"text": "招标"}), 409, "move_not_allowed")
            self.refused(self.as_("head").patch(url, {"text": "招标"}), 409, "move_not_allowed")

    def test_there_is_an_end_to_steps(self):
        task = self.a_task()
        ChecklistItem.objects.bulk_create(
            ChecklistItem(task=task, ordinal=n, text=f"步骤{n}") for n in range(MOST_STEPS)
        )
        with self.nothing_changes(task):
            self.refused(self.as_("head").post(steps(task), {"text": "又一步"}), 409, "checklist_full")

    def test_a_step_is_found_below_its_own_task_alone(self):
        task, other = self.a_task(), self.a_task()
        step = self.a_step(task)
        with self.nothing_changes(task):
            self.refused(self.as_("head").patch(f"{steps(other)}{step.pk}/", {"text": "x"}), 404, "not_found")

    def test_the_list_is_in_order_for_whoever_sees_the_task(self):
        task = self.a_task()
        for text in ("选址", "招标", "开工"):
            self.a_step(task, text)
        for who in ("viewer", "head2", "supervisor"):
            with self.subTest(who):
                page = self.as_(who).get(f"{steps(task)}?page_size=2").json()
                self.assertEqual([row["text"] for row in page["results"]], ["选址", "招标"])
                rest = self.as_(who).get(page["next"]).json()
                self.assertEqual([row["text"] for row in rest["results"]], ["开工"])
        self.assertEqual(self.as_("stranger").get(steps(task)).status_code, 404)
        self.assertEqual(self.as_("anonymous").get(steps(task)).status_code, 401)
