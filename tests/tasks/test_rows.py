"""What PostgreSQL writes as a task's JSON, member by member against the models."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from plans.org import workdays
from tasks.api.serializers import TaskDetailSerializer, TaskSerializer
from tasks.models import ChecklistItem, Task
from tests.builders import TODAY, a_task, moved
from tests.cases import OfficeCase

AS_THEY_ARE = (
    *("id", "code", "title", "body", "deadline_kind", "reporting_cycle", "status", "progress", "light"),
    *("is_overdue", "days_overdue", "was_late", "version"),
)
DATES = ("due_on", "original_due_on", "red_on", "completed_on", "assigned_on")
ODD = '“引号” "quoted" \\ back/slash\n新行\t制表 <b>&amp;</b> 😀 \u2028'


class RowTest(OfficeCase):
    def setUp(self) -> None:
        targets = [("企业", 800), ("比例", "12.5"), ("金额", "1234567890123456.7891"), ("零", 0)]
        self.task = a_task(
            self.gxc, title=ODD, status="in_progress", cooperating=[self.cgc, self.ptc], targets=targets
        )
        first, second, *_ = self.task.targets.all()
        stated = [{"id": first.pk, "actual": Decimal("0.05")}, {"id": second.pk, "reason": "年底统计"}]
        self.as_("liaison").post(
            f"/api/v1/tasks/{self.task.pk}/moves/report/",
            {
                "note": "已办",
                "progress": 40,
                "targets": [
                    {**one, "actual": str(one["actual"])} if "actual" in one else one for one in stated
                ],
            },
        )
        ChecklistItem.objects.create(task=self.task, ordinal=2, text="二", done_on=TODAY)
        ChecklistItem.objects.create(task=self.task, ordinal=1, text="一")
        moved(a_task(self.ptc, title="已办结的", status="submitted"), "approve", on=TODAY)
        a_task(self.rcc, title="早已逾期", status="in_progress", due_on=date(2026, 3, 31))
        a_task(self.rcc, title="待签收", deadline_kind="ongoing")

    def meant(self, task: Task) -> dict[str, Any]:
        unit = {"id": task.lead_id, "code": task.lead.code, "name": task.lead.name}
        return {
            **{name: getattr(task, name) for name in AS_THEY_ARE},
            **{name: (day := getattr(task, name)) and day.isoformat() for name in DATES},
            "plan": {"id": task.plan_id, "title": task.plan.title},
            "item_path": task.plan_item.path,
            "lead": unit,
            "cooperating": [
                {
                    "id": one.department_id,
                    "code": one.department.code,
                    "name": one.department.name,
                    "role": one.role,
                }
                for one in task.helpers.order_by("id")
            ],
            "targets": [
                {
                    **{name: getattr(one, name) for name in ("id", "name", "comparator", "unit")},
                    **{name: number(getattr(one, name)) for name in ("value", "value_max", "actual")},
                }
                for one in task.targets.order_by("ordinal")
            ],
            "updated_at": timezone.localtime(task.updated_at).isoformat(),
        }

    def test_a_list_shows_each_field_as_the_models_have_it(self):
        listed = self.as_("supervisor").get("/api/v1/tasks/?ordering=id").json()["results"]
        tasks = Task.objects.with_light(timezone.localdate(), workdays.calendar()).order_by("id")
        self.assertEqual(len(listed), 4)
        for row, task in zip(listed, tasks, strict=True):
            self.assertEqual(list(row), list(TaskSerializer().fields))
            self.assertEqual(row, self.meant(task))

    def test_numbers_are_numbers_and_whole_ones_have_no_fraction(self):
        text = self.as_("supervisor").get(f"/api/v1/tasks/?q={self.task.code}").content.decode()
        self.assertIn('"value" : 800, ', text)
        self.assertIn('"value" : 12.5, ', text)

    def test_one_task_has_besides_what_hangs_on_it(self):
        answer = self.as_("supervisor").get(f"/api/v1/tasks/{self.task.pk}/").json()
        self.assertEqual(set(answer), set(TaskDetailSerializer().fields))
        task = Task.objects.with_light(timezone.localdate(), workdays.calendar()).get(pk=self.task.pk)
        self.assertLessEqual(self.meant(task).items(), answer.items())
        steps = [(step["text"], step["done_on"]) for step in answer["checklist"]]
        self.assertEqual(steps, [("一", None), ("二", TODAY.isoformat())])

    def test_a_moment_has_the_offices_offset(self):
        at = self.as_("supervisor").get(f"/api/v1/tasks/{self.task.pk}/").json()["updated_at"]
        self.assertTrue(at.endswith("+08:00"), at)
        self.task.refresh_from_db()
        self.assertEqual(parse_datetime(at), self.task.updated_at)


def number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
