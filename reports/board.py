"""逾期看板: who is late with what, what they last said, who has the next step, and how it went for weeks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config import charts
from config.charts import LineChart, Series
from config.errors import DomainError
from config.pages import date_input
from plans.models import Plan
from plans.org.forms import department_field
from plans.org.models import Department, User
from reports import queries, trend
from reports.board_rows import Late, rows_of
from reports.queries import DepartmentName, OverdueTask
from reports.scope import Scope

# A page holds no more than this many tasks; a longer board shows the first of each department.
MOST_ROWS = 100


def said_at(task: OverdueTask) -> float:
    return task.last_report.at.timestamp() if task.last_report else 0


ORDERINGS: dict[str, tuple[Any, Callable[[OverdueTask], Any]]] = {
    "-days": (gettext_lazy("逾期最久"), lambda task: -task.days_overdue),
    "said": (gettext_lazy("最久没有填报"), said_at),
    "-reminded": (gettext_lazy("提醒最多"), lambda task: -task.reminded),
}


class ScopeForm(forms.Form):
    """The API's `plan` and `as_of`, chosen from lists."""

    as_of = forms.DateField(label=gettext_lazy("截至"), required=False, widget=date_input())

    def __init__(self, user: User, today: date, data: Any) -> None:
        super().__init__(data)
        self.user, self.today = user, today
        plans = {plan.pk: plan for plan in Plan.objects.visible_to(user).only("pk", "title").order_by("-id")}
        choices = [("", _("全部计划")), *((pk, plan.title[:60]) for pk, plan in plans.items())]
        self.fields["plan"] = forms.TypedChoiceField(
            label=_("计划"),
            choices=choices,
            required=False,
            empty_value=None,
            coerce=lambda pk: plans[int(pk)],
        )
        self.order_fields(["plan", "as_of"])

    @cached_property
    def scope(self) -> Scope | None:
        """None when the filters can't be read; the form then says why."""
        if not self.is_valid():
            return None
        asked = {name: self.cleaned_data.get(name) for name in ("plan", "department", "as_of")}
        try:
            return Scope.asked(self.user, self.today, **asked)
        except DomainError as error:
            self.add_error("as_of", error.message)
            return None


class BoardForm(ScopeForm):
    """`department` too, and what matters most."""

    ordering = forms.ChoiceField(
        label=gettext_lazy("排序"),
        choices=[(name, label) for name, (label, _key) in ORDERINGS.items()],
        required=False,
    )

    def __init__(self, user: User, today: date, data: Any) -> None:
        super().__init__(user, today, data)
        units = Department.objects.visible_to(user)
        names = {"label": _("单位"), "empty": _("全部单位")}
        self.fields["department"] = department_field(units, required=False, **names)
        self.order_fields(["plan", "department", "as_of"])


@dataclass
class Unit:
    """A department's late tasks in the order asked for; `rows` are those shown."""

    department: DepartmentName
    tasks: list[OverdueTask]
    ledger: str
    shown: int
    rows: list[Late] = field(default_factory=list)

    @property
    def rest(self) -> int:
        return len(self.tasks) - len(self.rows)

    @property
    def longest(self) -> int:
        return max(task.days_overdue for task in self.tasks)

    @property
    def may_urge(self) -> bool:
        return sum(row.may_urge for row in self.rows) > 1


class Board:
    """The API's overdue figures, with what a leader asks next beside them."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.user, self.today = user, today
        self.form = BoardForm(user, today, data)
        self.scope = self.form.scope

    @property
    def status(self) -> int:
        return 400 if self.scope is None else 200

    @cached_property
    def figures(self) -> queries.OverdueBoard | None:
        return self.scope and queries.overdue_board(self.scope)

    @cached_property
    def tasks(self) -> list[OverdueTask]:
        return [task for unit in self.figures.departments for task in unit.tasks] if self.figures else []

    @property
    def total(self) -> int:
        return len(self.tasks)

    @property
    def longest(self) -> int:
        return max((task.days_overdue for task in self.tasks), default=0)

    @property
    def silent(self) -> int:
        """Never reported on."""
        return sum(task.last_report is None for task in self.tasks)

    @cached_property
    def units(self) -> list[Unit]:
        """The department with the task that matters most comes first."""
        _label, key = ORDERINGS[self.form.cleaned_data["ordering"] or "-days"]
        found = [(unit.department, sorted(unit.tasks, key=key)) for unit in self.figures.departments]
        found.sort(key=lambda unit: key(unit[1][0]))
        share = MOST_ROWS if self.total <= MOST_ROWS else max(MOST_ROWS // len(found), 3)
        units = [Unit(name, tasks, self.ledger(lead=name.code), share) for name, tasks in found]
        room = MOST_ROWS
        for unit in units:
            unit.shown = max(min(unit.shown, room), 0)
            room -= min(unit.shown, len(unit.tasks))
        rows = rows_of(self.scope, [task for unit in units for task in unit.tasks[: unit.shown]])
        by_id = {row.task.id: row for row in rows}
        for unit in units:
            unit.rows = [by_id[task.id] for task in unit.tasks[: unit.shown]]
        return units

    def ledger(self, **more: str) -> str:
        """The tasks behind a number; the ledger shows them as they are today."""
        plan = {"plan": self.scope.plan.pk} if self.scope.plan else {}
        return f"{reverse('tasks:list')}?{urlencode({'overdue': 'true', **plan, **more})}"

    @property
    def all_in_ledger(self) -> str:
        department = self.scope.department
        return self.ledger(**({"department": department.code} if department else {}))

    @property
    def told(self) -> str:
        """The board in a sentence."""
        units = len(self.figures.departments)
        late = ngettext("共{count}项任务逾期", "共{count}项任务逾期", self.total).format(count=self.total)
        spread = ngettext("涉及{count}个单位", "涉及{count}个单位", units).format(count=units)
        return _("{late}，{spread}，最长逾期{days}天。").format(late=late, spread=spread, days=self.longest)


class Trend:
    """The last eight weeks of the same board."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.form = BoardForm(user, today, data)
        self.scope = self.form.scope

    @cached_property
    def weeks(self) -> list[tuple[date, int]]:
        return trend.overdue_by_day(self.scope, trend.week_ends(self.scope.day)) if self.scope else []

    @property
    def chart(self) -> LineChart | None:
        title = _("近八周逾期任务（每周日，最后一点为{day}）").format(day=self.weeks[-1][0].isoformat())
        return charts.line([Series(_("逾期任务"), self.weeks)], title=title, unit=_("项"))
