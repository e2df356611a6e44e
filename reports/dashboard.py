"""概览: where everything stands on one page; the API's own figures, each with the tasks behind it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config import charts
from config.charts import Bar, BarChart, Piece
from config.templatetags.pages import asked
from plans.org.models import Department, User
from reports import queries
from reports.behind import MOST, Behind, Narrowed, tasks_behind
from reports.board import ScopeForm
from reports.changes import KINDS, Changes, percent
from reports.goals import GoalTarget
from reports.queries import DepartmentStanding
from reports.scope import Scope
from tasks.lights import Light
from tasks.states import DONE, Status

# Beyond that a picture is no picture: the table has them all.
MOST_DRAWN = 12
MOST_UNITS = 100


@dataclass(frozen=True)
class GoalRow:
    """A quantity of a goal: what is asked for, what was reached."""

    heading: str
    plan: int
    target: GoalTarget

    @property
    def share(self) -> float | None:
        """How much of it, in percent; only where more is better."""
        known = self.target.actual is not None and self.target.value > 0
        return round(float(self.target.actual / self.target.value * 100), 1) if known else None

    @property
    def is_more_better(self) -> bool:
        return self.target.comparator != "<="


class Dashboard:
    """`queries.overview`, its goals, and `queries.departments`, with their pictures."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.user, self.today = user, today
        self.form = ScopeForm(user, today, data)
        self.scope: Scope | None = self.form.scope

    @property
    def status(self) -> int:
        return 400 if self.scope is None else 200

    @cached_property
    def overview(self) -> queries.Overview | None:
        return self.scope and queries.overview(self.scope)

    @cached_property
    def lights(self) -> list[dict[str, Any]]:
        counts = self.overview.by_light
        return [
            {"name": name, "count": counts[name], "url": self.behind(light=name)} for name in Light.values
        ]

    def behind(self, **narrowed: Any) -> str:
        """The address of the tasks behind a number."""
        data = self.form.cleaned_data
        asked_for = {"plan": data["plan"] and data["plan"].pk, "as_of": data["as_of"]}
        given = {name: value for name, value in (asked_for | narrowed).items() if value not in (None, "")}
        return f"{reverse('dashboard-tasks')}?{urlencode(given, doseq=True)}"

    @property
    def all_tasks(self) -> str:
        return self.behind()

    @property
    def on_time_tasks(self) -> str:
        return self.behind(status=DONE, late="false")

    @property
    def unfinished(self) -> str:
        return self.behind(
            status=[status for status in Status.values if status not in (*DONE, Status.CANCELLED)]
        )

    @property
    def done(self) -> int:
        return sum(self.overview.by_status[status] for status in DONE)

    @property
    def done_tasks(self) -> str:
        return self.behind(status=DONE)

    @property
    def on_time(self) -> float | None:
        return percent(self.overview.on_time_rate)

    @property
    def time(self) -> float | None:
        return percent(self.overview.time_share)

    @property
    def is_behind_time(self) -> bool:
        progress = self.overview.average_progress
        return progress is not None and self.time is not None and progress < self.time - 10

    @cached_property
    def goals(self) -> list[GoalRow]:
        return [
            GoalRow(goal.heading, goal.plan.id, target)
            for goal in self.overview.goals
            for target in goal.targets
        ]

    @property
    def goals_reached(self) -> int:
        """A goal is reached when all its figures are."""
        return sum(
            bool(goal.targets) and all(target.is_reached for target in goal.targets)
            for goal in self.overview.goals
        )

    @property
    def goals_chart(self) -> BarChart | None:
        rows = [
            Bar(f"{row.target.name or row.heading} {asked(row.target)}", row.share)
            for row in self.goals
            if row.is_more_better
        ]
        title = _("目标完成程度（完成值占目标值的比例）")
        heads = (_("目标"), _("完成程度"))
        return charts.bars(rows[:MOST_DRAWN], title=title, heads=heads, unit="%", most=100)

    @cached_property
    def units(self) -> list[DepartmentStanding]:
        """Those with most red first: a leader looks there."""
        found = queries.departments(self.scope).departments
        return sorted(found, key=lambda unit: -unit.by_light[Light.RED])

    @property
    def rest(self) -> int:
        """Departments that have no line of their own."""
        return max(len(self.units) - MOST_UNITS, 0)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "unit": unit,
                "url": self.behind(lead=unit.department.id),
                "lights": [
                    (name, unit.by_light[name], self.behind(lead=unit.department.id, light=name))
                    for name in Light.values
                ],
                "on_time": percent(unit.on_time_rate),
                "time": percent(unit.time_share),
            }
            for unit in self.units[:MOST_UNITS]
        ]

    @property
    def lights_chart(self) -> BarChart | None:
        rows = [
            Bar(
                unit.department.name,
                pieces=[Piece(str(Light(name).label), unit.by_light[name], name) for name in Light.values],
            )
            for unit in self.units[:MOST_DRAWN]
        ]
        return charts.stacked(rows, title=_("各单位亮灯"), heads=(_("单位"), _("任务")))

    @property
    def pace_chart(self) -> BarChart | None:
        standing = [
            (_("全部任务"), self.overview),
            *((u.department.name, u) for u in self.units[:MOST_DRAWN]),
        ]
        rows = [Bar(name, one.average_progress, percent(one.time_share)) for name, one in standing]
        heads, mark = (_("单位"), _("平均进度")), _("时间进度")
        return charts.bars(rows, title=_("进度与时间"), heads=heads, mark=mark, unit="%", most=100)


class WeekPage:
    """What changed since last week, on its own: it reads the record of two days."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.form = ScopeForm(user, today, data)
        self.scope = self.form.scope
        self.changes = self.scope and Changes(self.scope, today)


class BehindForm(ScopeForm):
    light = forms.ChoiceField(choices=Light.choices, required=False)
    status = forms.MultipleChoiceField(choices=Status.choices, required=False)
    late = forms.TypedChoiceField(
        choices=[("true", ""), ("false", "")],
        coerce=lambda value: value == "true",
        empty_value=None,
        required=False,
    )
    lead = forms.ModelChoiceField(Department.objects.none(), required=False)
    change = forms.ChoiceField(
        choices=[(kind, label) for kind, (label, _names) in KINDS.items()], required=False
    )

    def __init__(self, user: User, today: date, data: Any) -> None:
        super().__init__(user, today, data)
        self.fields["lead"].queryset = Department.objects.visible_to(user)


class BehindPage:
    """The tasks behind one number."""

    def __init__(self, user: User, today: date, data: Any) -> None:
        self.today = today
        self.form = BehindForm(user, today, data)
        self.scope = self.form.scope

    @cached_property
    def changes(self) -> Changes:
        return Changes(self.scope, self.today)

    @cached_property
    def tasks(self) -> list[Behind]:
        given = self.form.cleaned_data
        change, lead = given["change"], given["lead"]
        narrowed = Narrowed(
            light=given["light"],
            status=given["status"],
            late=given["late"],
            lead=lead and lead.pk,
            ids=self.changes.ids_of(change) if change else None,
        )
        return tasks_behind(self.scope, narrowed)

    @property
    def is_cut(self) -> bool:
        return len(self.tasks) == MOST

    @property
    def heading(self) -> str:
        given = self.form.cleaned_data
        parts = [
            given["lead"] and given["lead"].name,
            given["change"] and _("一周来{kind}").format(kind=KINDS[given["change"]][0]),
            given["light"] and Light(given["light"]).label,
            given["late"] is False and _("按期办结"),
            given["late"] is None and _("、").join(str(Status(status).label) for status in given["status"]),
        ]
        return " · ".join(str(part) for part in parts if part) or _("全部任务")
