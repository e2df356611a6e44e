"""Whatever language pages are read in: what is kept, and what others are told, is the office's Chinese."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reports.jobs import tell_events
from reports.models import Notification
from tasks.models import Extension, Instruction, Task, TaskEvent
from tests.builders import a_task
from tests.cases import OfficeTransactionCase
from tests.pages import days, signed_in
from tests.tasks.files import TEXT


class LanguageTests(OfficeTransactionCase):
    """The main moves and acts by pages, from issue to 回头看."""

    def reader(self, who: str, language: str) -> Client:
        client = signed_in(getattr(self, who))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    def send(self, language: str, who: str, task: Task, kind: str, *about: Any, **fields: Any) -> None:
        fields.setdefault("version", Task.objects.get(pk=task.pk).version)
        address = reverse(f"tasks:{kind}", args=[task.pk, *about])
        sent = self.reader(who, language).post(address, fields)
        self.assertEqual(sent.status_code, 302, (about, sent.content.decode()[:4000]))

    def go_the_whole_way(self, language: str) -> Task:
        task = a_task(self.gxc, issued_on=days(-2), due_on=days(60), targets=[("新增孵化器", 3)])
        target = task.targets.get()
        for who, kind, *about, fields in (
            ("head", "move", "decline", {"note": "a"}),
            ("supervisor", "move", "reassign", {"lead": self.gxc.pk, "cooperating": [self.cgc.pk]}),
            ("liaison", "move", "accept", {}),
            ("head", "act", "ask_extension", {"due_on": days(90), "note": "b"}),
            ("leader", "act", "instruct", {"note": "c", "answer_by": days(3)}),
            ("supervisor", "act", "urge", {"note": "d"}),
            ("liaison", "act", "add_step", {"text": "e"}),
            ("liaison", "move", "report", {"note": "f", "progress": 50, f"actual-{target.pk}": "2"}),
            ("liaison", "act", "attach", {"file": SimpleUploadedFile("g.txt", TEXT)}),
        ):
            self.send(language, who, task, kind, *about, **fields)
        step, asked = task.checklist.get(), Extension.objects.get(task=task)
        given = Instruction.objects.get(task=task)
        part = {"part-TOTAL_FORMS": 1, "part-INITIAL_FORMS": 0, "part-0-lead": self.ptc.pk}
        for who, kind, *about, fields in (
            ("liaison", "act", "tick_step", step.pk, {"done": "yes"}),
            ("supervisor", "act", "decide_extension", asked.pk, {"granted": "yes", "note": "h"}),
            ("liaison", "act", "answer", given.pk, {"note": "i"}),
            ("liaison", "act", "comment", {"note": "j"}),
            ("head", "split", part),
            ("supervisor", "edit", {"title": "k", "due_on": days(95), "note": "l"}),
            ("supervisor", "move", "suspend", {"note": "m"}),
            ("supervisor", "move", "resume", {"due_on": days(99)}),
            ("liaison", "move", "submit", {f"actual-{target.pk}": "3"}),
            ("supervisor", "move", "return", {"note": "n"}),
            ("liaison", "move", "submit", {f"actual-{target.pk}": "3"}),
            ("supervisor", "move", "approve", {}),
            ("leader", "move", "recheck", {"outcome": "solid", "note": "o"}),
            ("leader", "move", "close", {}),
        ):
            self.send(language, who, task, kind, *about, **fields)
        return task

    def kept(self, task: Task) -> dict[str, Any]:
        """What the database holds of it in words."""
        tell_events()
        events = TaskEvent.objects.filter(task=task).order_by("seq")
        told = Notification.objects.filter(task=task).order_by("user__username", "id")
        extension, instruction = task.extensions.get(), task.instructions.get()
        return {
            "events": [
                (
                    e.kind,
                    e.actor_name,
                    e.note,
                    e.status,
                    [word for word in words(e.data) if word != task.code],
                )
                for e in events
            ],
            "reports": list(task.reports.values_list("period", "progress", "done", "problems", "next_steps")),
            "asked": (extension.status, extension.decision, instruction.note, instruction.answer),
            "steps": list(task.checklist.values_list("text", flat=True)),
            "notices": [
                (row.user.username, row.title.replace(task.code, ""), row.text.replace(task.code, ""))
                for row in told
            ],
        }

    def test_the_same_moves_leave_the_same_in_either_language(self):
        chinese, english = (self.kept(self.go_the_whole_way(language)) for language in ("zh-hans", "en"))
        self.assertGreater(len(chinese["notices"]), 5)
        for name, found in chinese.items():
            with self.subTest(name):
                self.assertEqual(english[name], found)

    def test_the_contract_is_the_same_in_either_language(self):
        readers = [self.reader("supervisor", language) for language in ("zh-hans", "en")]
        chinese, english = (reader.get("/api/v1/schema/").content for reader in readers)
        self.assertEqual(english, chinese)


def words(data: Any) -> list[str]:
    """Every text in an event's data, in order; ids differ between any two tasks."""
    if isinstance(data, dict):
        return [word for name in sorted(data) for word in [name, *words(data[name])]]
    if isinstance(data, list):
        return [word for entry in data for word in words(entry)]
    return [data] if isinstance(data, str) else []
