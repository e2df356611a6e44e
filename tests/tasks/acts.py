"""What the tests of acts share: who may, and that a refusal leaves no trace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework.response import Response

from tasks import record
from tasks.models import Task, TaskEvent
from tests.builders import a_task
from tests.cases import OfficeCase
from tests.pages import days

API = "/api/v1"
# Nobody outside the bureau, and nobody who only looks on, does anything.
OUTSIDE = {"anonymous": 401, "stranger": 404, "viewer": 403}


class ActCase(OfficeCase):
    """A task of GXC with CGC's help, under way, due in two months."""

    def a_task(self, status: str = "in_progress", **fields: Any) -> Task:
        values = {"issued_on": days(-5), "due_on": days(60), "cooperating": [self.cgc]}
        return a_task(self.gxc, status=status, **values | fields)

    def kinds(self, task: Task) -> list[str]:
        return list(task.events.order_by("seq").values_list("kind", flat=True))

    def last(self, task: Task) -> TaskEvent:
        """The newest line of the record, which is whole up to there."""
        self.assertIsNone(record.broken_link(task.pk))
        return task.events.order_by("seq").last()

    @contextmanager
    def nothing_changes(self, task: Task) -> Iterator[None]:
        def rows() -> list[Any]:
            kept = [task.events, task.extensions, task.instructions, task.checklist]
            return [Task.objects.values().get(pk=task.pk), *(list(related.values()) for related in kept)]

        before = rows()
        yield
        self.assertEqual(rows(), before)

    def refused(self, sent: Response, status: int, code: str) -> dict[str, Any]:
        """The problem that was answered."""
        self.assertEqual((sent.status_code, sent.json()["code"]), (status, code), sent.content)
        return sent.json()

    def each_may(
        self,
        allowed: dict[str, int],
        forbidden: tuple[str, ...],
        address: Callable[[Task], str],
        body: dict[str, Any] | None = None,
        method: str = "post",
        **fields: Any,
    ) -> None:
        """Everyone tries on a task of their own; who is not `allowed` leaves no trace."""
        expected = OUTSIDE | dict.fromkeys(forbidden, 403) | allowed
        for who, status in expected.items():
            with self.subTest(who=who):
                task = self.a_task(**fields)
                url, lines = address(task), task.events.count()
                if status < 400:
                    sent = getattr(self.as_(who), method)(url, body or {})
                    lines = task.events.count() - lines
                    self.assertEqual((sent.status_code, lines), (status, 1), sent.content)
                    self.assertEqual(self.last(task).actor_name, str(getattr(self, who)))
                else:
                    with self.nothing_changes(task):
                        sent = getattr(self.as_(who), method)(url, body or {})
                    self.assertEqual(sent.status_code, status, sent.content)

    def needs_the_version_seen(
        self, address: Callable[[Task], str], who: str, body: dict[str, Any], method: str = "post"
    ) -> None:
        """`If-Match` is optional; a stale one is 412, one that is no tag 400, the present one goes on."""
        task = self.a_task()
        url = address(task)
        version = Task.objects.get(pk=task.pk).version
        call = getattr(self.as_(who), method)
        for tag, status, code in (
            (f'"{version - 1}"', 412, "task_changed"),
            ("*", 400, "bad_if_match"),
        ):
            with self.subTest(tag), self.nothing_changes(task):
                self.refused(call(url, body, headers={"If-Match": tag}), status, code)
        self.assertLess(call(url, body, headers={"If-Match": f'"{version}"'}).status_code, 300)
