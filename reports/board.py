"""逾期看板: who is late with what, what they last said, and what they mean to do."""

from datetime import date
from functools import cached_property
from typing import Any

from django import forms

from config.errors import DomainError
from config.pages import date_input
from plans.models import Plan
from plans.org.forms import department_field
from plans.org.models import Department, User
from reports import queries
from reports.scope import Scope
from tasks.models import Report


class BoardForm(forms.Form):
    as_of = forms.DateField(label="截至", required=False, widget=date_input())

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        units = Department.objects.visible_to(user)
        plans = {plan.pk: plan for plan in Plan.objects.visible_to(user).only("pk", "title").order_by("-id")}
        choices = [("", "全部计划"), *((pk, plan.title) for pk, plan in plans.items())]
        self.fields["plan"] = forms.TypedChoiceField(
            label="计划",
            choices=choices,
            required=False,
            empty_value=None,
            coerce=lambda pk: plans[int(pk)],
        )
        self.fields["department"] = department_field(units, label="单位", required=False, empty="全部单位")
        self.order_fields(["plan", "department", "as_of"])


class Board:
    """The API's overdue figures, with the next steps of each last report beside them."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.user, self.today = user, today
        self.form = BoardForm(user, data)

    @cached_property
    def figures(self) -> queries.OverdueBoard | None:
        """None when the filters can't be read; the form then says why."""
        if not self.form.is_valid():
            return None
        try:
            return queries.overdue_board(Scope.asked(self.user, self.today, **self.form.cleaned_data))
        except DomainError as error:
            self.form.add_error("as_of", error.message)
            return None

    @property
    def status(self) -> int:
        return 400 if self.figures is None else 200

    @cached_property
    def total(self) -> int:
        return sum(len(unit.tasks) for unit in self.figures.departments) if self.figures else 0

    @cached_property
    def longest(self) -> int:
        departments = self.figures.departments if self.figures else []
        return max((task.days_overdue for unit in departments for task in unit.tasks), default=0)

    @cached_property
    def last_words(self) -> dict[tuple[int, Any], Report]:
        """By task and moment: the report that the figures quote."""
        quoted = {
            task.id: task.last_report.at
            for unit in (self.figures.departments if self.figures else [])
            for task in unit.tasks
            if task.last_report
        }
        reports = Report.objects.filter(task__in=quoted, reported_at__in=set(quoted.values()))
        found = reports.select_related("department", "event").order_by("id")
        return {(report.task_id, report.reported_at): report for report in found}

    @property
    def units(self) -> list[dict[str, Any]]:
        return [
            {
                "department": unit.department,
                "rows": [{"task": task, "word": self.word(task)} for task in unit.tasks],
            }
            for unit in (self.figures.departments if self.figures else [])
        ]

    def word(self, task: queries.OverdueTask) -> Report | None:
        return self.last_words.get((task.id, task.last_report.at)) if task.last_report else None
