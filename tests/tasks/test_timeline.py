"""The time line of a task's page tells in words what was asked and what came of it."""

from django.db import transaction
from django.urls import reverse

from tasks import record, services
from tests.builders import at
from tests.pages import EVIL, days, signed_in
from tests.tasks.acts import ActCase


class TimelineTest(ActCase):
    def setUp(self) -> None:
        self.task = self.a_task()

    def told(self) -> str:
        return signed_in(self.viewer).get(reverse("tasks:detail", args=[self.task.pk])).content.decode()

    def test_extensions(self):
        with self.settings(EXTENSIONS_PER_TASK=2):
            for month, granted in ((90, False), (120, True)):
                asked = services.ask_extension(
                    self.task.pk, due_on=days(month), note="设备推迟", actor=self.head, now=at(days(-1))
                )
                services.decide_extension(
                    asked.pk, granted=granted, note="已研究", actor=self.supervisor, now=at(days(0))
                )
        html = self.told()
        for words in (
            f"申请延期至{days(90)}",
            f"未同意延期至{days(90)}",
            f"申请延期至{days(120)}",
            f"期限：{days(60)} → {days(120)}",
            "同意延期</b>",
            "设备推迟",
            "已研究",
        ):
            with self.subTest(words):
                self.assertIn(words, html)

    def test_instructions_urges_and_comments(self):
        now = at(days(0))
        given = services.instruct(
            self.task.pk, note="请说明原因", answer_by=days(3), actor=self.leader, now=at(days(-1))
        )
        services.answer_instruction(given.pk, note="已说明", actor=self.head, now=now)
        for _ in range(2):
            services.urge(self.task.pk, actor=self.supervisor, now=now)
        services.comment(self.task.pk, note=EVIL, actor=self.head, now=now)
        html = self.told()
        for words in (
            f"批示要求{days(3)}前答复",
            "请说明原因",
            f"答复{days(-1)}的批示",
            "已说明",
            "第1次催办",
            "第2次催办",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ):
            with self.subTest(words):
                self.assertIn(words, html)
        self.assertNotIn(EVIL, html)

    def test_a_report_that_was_missing(self):
        data = {"report_missing": "2026-10", "department": self.gxc.pk}
        with transaction.atomic():
            record.write(record.lock(self.task.pk), "edited", actor=None, at=at(days(0)), data=data)
        self.assertIn("2026年10月逾期未填报（高新技术处）", self.told())

    def test_steps(self):
        now = at(days(0))
        step = services.add_step(self.task.pk, text="选址", actor=self.head, now=now)
        for changes in ({"done_on": days(0)}, {"done_on": None}, {"text": "选址定点"}):
            services.edit_step(self.task.pk, step.pk, changes, actor=self.head, now=now)
        html = self.told()
        for words in (
            "增加步骤：选址",
            f"步骤“选址”：{days(0)}完成",
            "步骤“选址”：改为未完成",
            "步骤：选址 → 选址定点",
        ):
            with self.subTest(words):
                self.assertIn(words, html)
