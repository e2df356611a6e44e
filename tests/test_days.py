"""A deadline that Python can't reckon with would make every list that holds the task unreadable."""

from datetime import date

from django.db import IntegrityError, transaction

from plans.models import PlanItem
from tasks.forms import EditForm
from tasks.models import Task
from tests.builders import a_plan, a_task, an_item
from tests.cases import OfficeCase

UNKNOWN_DAYS = ("0001-01-01", "1948-12-31", "2201-01-01", "9999-12-31")


class UnknownDayTest(OfficeCase):
    def refused(self, response, field: str) -> None:
        self.assertEqual(response.status_code, 400, response.content)
        self.assertEqual([error["field"] for error in response.json()["errors"]], [field])

    def test_no_deadline_is_moved_there(self):
        task = a_task(self.gxc, status="in_progress", progress=80)
        program = self.as_("supervisor")
        for day in UNKNOWN_DAYS:
            body = {"due_on": day, "note": "延期"}
            self.refused(
                program.patch(f"/api/v1/tasks/{task.pk}/", body, headers={"If-Match": '"3"'}), "due_on"
            )
        task.refresh_from_db()
        self.assertEqual(task.due_on, date(2026, 11, 30))

    def test_nor_by_a_move(self):
        task = a_task(self.gxc, status="suspended")
        for day in UNKNOWN_DAYS:
            answer = self.as_("supervisor").post(f"/api/v1/tasks/{task.pk}/moves/resume/", {"due_on": day})
            self.refused(answer, "due_on")

    def test_nor_stated_for_an_item_or_for_a_plan(self):
        plan = a_plan(self.kjj)
        item = an_item(plan, "建设平台", lead=self.gxc, due_on=None)
        program = self.as_("supervisor")
        for day in UNKNOWN_DAYS:
            self.refused(
                program.patch(f"/api/v1/plans/{plan.pk}/items/{item.pk}/", {"due_on": day}), "due_on"
            )
            self.refused(
                program.post(f"/api/v1/plans/{plan.pk}/issue/", {"default_due_on": day}), "default_due_on"
            )
        self.assertFalse(Task.objects.exists())

    def test_nor_on_a_page(self):
        task = a_task(self.gxc)
        for day in UNKNOWN_DAYS:
            form = EditForm(task, [], {"version": 1, "title": "甲", "due_on": day})
            self.assertEqual(list(form.errors), ["due_on"])

    def test_nor_by_any_other_way(self):
        task = a_task(self.gxc)
        for model, pk in ((Task, task.pk), (PlanItem, task.plan_item_id)):
            with self.assertRaises(IntegrityError), transaction.atomic():
                model.objects.filter(pk=pk).update(due_on=date(9999, 12, 31))
