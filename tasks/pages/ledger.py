"""台账: the API's filters, orderings and cursors as a page, with the columns and views somebody chose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from config.api.pagination import KeysetPagination
from plans.models import Plan
from plans.org.models import Department
from plans.org.workdays import Calendar
from tasks import access
from tasks.export import with_last_report
from tasks.filters import TaskFilterSet
from tasks.models import Task
from tasks.pages.bulk import may_pick
from tasks.pages.ledger_columns import HEADINGS, REPORTED, SORTED, Shown, chosen
from tasks.pages.saved import address_of, tabs_for
from tasks.pages.task import next_move
from tasks.services.ledger import may_import
from tasks.states import Move

ORDERINGS = {
    "due_on": gettext_lazy("期限由近到远"),
    "-due_on": gettext_lazy("期限由远到近"),
    "progress": gettext_lazy("进度由低到高"),
    "-progress": gettext_lazy("进度由高到低"),
    "-updated_at": gettext_lazy("最近更新"),
    "id": gettext_lazy("编号"),
    "-id": gettext_lazy("编号由大到小"),
}
SIZES = (50, 100, 200)
# Counting goes no further: a page that says "more than" answers fast on a million tasks.
MOST_COUNTED = 5000


class LedgerFilters(TaskFilterSet):
    """The same filters, chosen from lists."""

    @cached_property
    def shown(self) -> forms.Form:
        form, user = self.form, self.request.user
        plans = Plan.objects.visible_to(user).order_by("-year", "-id").values_list("pk", "title")
        self.units = list(Department.objects.visible_to(user))
        units = [(unit.code, unit.name) for unit in self.units]
        lists = {"plan": plans, "lead": units, "department": units, "cooperating": units}
        for name, choices in lists.items():
            form.fields[name].widget = forms.Select(choices=[("", _("全部")), *choices])
        for name in ("due_after", "due_before"):
            form.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        for name in ("status", "light"):
            form.fields[name].widget = forms.CheckboxSelectMultiple(choices=form.fields[name].choices)
        form.fields["q"].widget = forms.TextInput(
            attrs={"type": "search", "placeholder": _("编号、任务、内容")}
        )
        return form


@dataclass(frozen=True)
class Chip:
    """A filter in use: 牵头单位：高新处, and the list without it."""

    label: Any
    value: str
    without: str


@dataclass(frozen=True)
class Row:
    task: Task
    step: Move | None
    cells: list[dict[str, Any]]


class Ledger:
    """One page of the list as asked for in the address; what can't be read there is in `errors`."""

    orderings = tuple(ORDERINGS)  # what KeysetPagination asks its view for

    def __init__(self, request: HttpRequest, today: date, calendar: Calendar) -> None:
        self.user, self.today, self.calendar = request.user, today, calendar
        self.request = Request(request)
        visible = Task.objects.visible_to(request.user).for_display(today, calendar)
        self.filters = LedgerFilters(request.GET, visible, request=request)
        self.paging = KeysetPagination()
        self.errors: list[str] = []
        self.next: str | None = None
        self.previous: str | None = None

    @property
    def form(self) -> forms.Form:
        return self.filters.shown

    @property
    def may_import(self) -> bool:
        return may_import(self.user.standing)

    @property
    def ordering(self) -> str:
        return self.request.query_params.get("ordering") or self.orderings[0]

    @property
    def tabs(self) -> list[dict[str, Any]]:
        query = self.request.query_params
        return [] if self.errors else tabs_for(self.user, query, self.units, self.today)

    @property
    def units(self) -> list[Department]:
        return self.form and self.filters.units

    @property
    def address(self) -> str:
        """This list, to be kept as a view."""
        return address_of(self.request.query_params)

    @property
    def chips(self) -> Iterator[Chip]:
        """Each filter in use, with the address of the list without it."""
        for name in self.filters.filters:
            for value in filter(None, self.request.query_params.getlist(name)):
                rest = self.request.query_params.copy()
                rest.pop("cursor", None)
                rest.setlist(name, [other for other in rest.getlist(name) if other != value])
                yield Chip(self.form[name].label, self.told(name, value), rest.urlencode())

    def told(self, name: str, value: str) -> str:
        choices = {str(key): label for key, label in getattr(self.form.fields[name].widget, "choices", ())}
        return str(choices.get(value, value))

    @cached_property
    def columns(self) -> list[Shown]:
        return chosen(self.request.query_params.getlist("columns"))

    @property
    def columns_sent(self) -> list[str]:
        return [name for name in self.request.query_params.getlist("columns") if name in HEADINGS]

    @property
    def column_choices(self) -> list[tuple[str, Any, bool]]:
        here = {column.name for column in self.columns}
        return [(name, heading, name in here) for name, heading in HEADINGS.items()]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form besides that of the filters sends along."""
        query = self.request.query_params
        names = (*self.filters.filters, "ordering", "page_size")
        return [(name, value) for name in names for value in query.getlist(name) if value]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The columns, each with the ordering that pressing its head asks for."""
        columns = [Shown("code", gettext_lazy("任务")), *self.columns]
        return [{"column": column, **self.sorting(column.name)} for column in columns]

    def sorting(self, name: str) -> dict[str, str]:
        up, down = SORTED.get(name, ("", ""))
        now = {up: "ascending", down: "descending"}.get(self.ordering, "") if up else ""
        return {"next": down if now == "ascending" else up, "now": now}

    @property
    def sizes(self) -> list[tuple[int, bool]]:
        here = self.request.query_params.get("page_size") or str(SIZES[0])
        return [(size, str(size) == here) for size in SIZES]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(ORDERINGS.items())

    @cached_property
    def rows(self) -> list[Row]:
        """The tasks, each with the one next step that waits for this person."""
        if not self.filters.is_valid():
            self.errors = [_("筛选条件有误，请改正后再查。")]
            return []
        tasks = self.filters.qs
        if any(column.name in REPORTED for column in self.columns):
            tasks = with_last_report(tasks)
        try:
            found = self.paging.paginate_queryset(tasks, self.request, self)
        except ValidationError:
            self.errors = [_("翻页或排序参数有误，请从第一页重新开始。")]
            return []
        links: dict[str, Any] = self.paging.get_paginated_response([]).data
        self.next, self.previous = links["next"], links["previous"]
        return [Row(task, self.step(task), [column.cell(task) for column in self.columns]) for task in found]

    def step(self, task: Task) -> Move | None:
        moves = access.allowed_moves(self.user, task, today=self.today, calendar=self.calendar)
        return next_move(moves, task)

    @cached_property
    def count(self) -> int:
        return 0 if self.errors else self.filters.qs.order_by()[: MOST_COUNTED + 1].count()

    @property
    def may_pick(self) -> bool:
        return may_pick(self.user)

    @property
    def all_of_it(self) -> str:
        """The same filters, for 批量办理 of all that they find."""
        query = self.request.query_params.copy()
        query.pop("cursor", None)
        query["all"] = "1"
        return query.urlencode()

    @property
    def counted(self) -> str:
        more = self.count > MOST_COUNTED
        return (_("{count} 项以上") if more else _("{count} 项")).format(count=min(self.count, MOST_COUNTED))

    @property
    def nothing_at_all(self) -> bool:
        """Does this person see no task whatever the filters?"""
        return not self.is_filtered or not Task.objects.visible_to(self.user).exists()

    @property
    def is_filtered(self) -> bool:
        return any(self.request.query_params.get(name) for name in self.filters.filters)
