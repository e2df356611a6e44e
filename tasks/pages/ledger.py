"""台账: the API's filters, orderings and cursors as a page."""

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from config.api.pagination import KeysetPagination
from plans.models import Plan
from plans.org.models import Department
from plans.org.workdays import Calendar
from tasks import access
from tasks.filters import TaskFilterSet
from tasks.models import Task
from tasks.pages.bulk import may_pick
from tasks.pages.task import next_move
from tasks.services.ledger import may_import
from tasks.states import DONE, OPEN, Move

ORDERINGS = {
    "due_on": "期限由近到远",
    "-due_on": "期限由远到近",
    "progress": "进度由低到高",
    "-updated_at": "最近更新",
    "id": "编号",
}
# 在办, 办结, 全部: where most people want to be, as ordinary filters in the address.
TABS = (("在办", OPEN), ("办结", DONE), ("全部", ()))
# Counting goes no further: a page that says "more than" answers fast on a million tasks.
MOST_COUNTED = 5000


class LedgerFilters(TaskFilterSet):
    """The same filters, chosen from lists."""

    @cached_property
    def shown(self) -> forms.Form:
        form, user = self.form, self.request.user
        plans = Plan.objects.visible_to(user).order_by("-year", "-id").values_list("pk", "title")
        units = [(unit.code, unit.name) for unit in Department.objects.visible_to(user)]
        for name, choices in (("plan", plans), ("lead", units), ("department", units)):
            form.fields[name].widget = forms.Select(choices=[("", "全部"), *choices])
        for name in ("due_after", "due_before"):
            form.fields[name].widget = forms.DateInput(attrs={"type": "date"})
        for name in ("status", "light"):
            form.fields[name].widget = forms.CheckboxSelectMultiple(choices=form.fields[name].choices)
        form.fields["q"].widget = forms.TextInput(attrs={"type": "search", "placeholder": "编号、任务、内容"})
        return form


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
        """Each keeps the other filters."""
        chosen = set(self.request.query_params.getlist("status"))
        return [
            {"label": label, "query": self.with_status(wanted), "here": chosen == set(wanted)}
            for label, wanted in TABS
        ]

    def with_status(self, wanted: tuple[str, ...]) -> str:
        query = self.request.query_params.copy()
        query.pop("cursor", None)
        query.setlist("status", list(wanted))
        return query.urlencode()

    @property
    def more_chosen(self) -> list[str]:
        """The filters in use among those that fold away."""
        names = ("light", "status", "lead", "due_after", "due_before")
        return [str(self.form[name].label) for name in names if self.request.query_params.get(name)]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(ORDERINGS.items())

    @cached_property
    def rows(self) -> list[tuple[Task, Move | None]]:
        """The tasks, each with the one next step that waits for this person."""
        if not self.filters.is_valid():
            self.errors = ["筛选条件有误，请改正后再查。"]
            return []
        try:
            tasks = self.paging.paginate_queryset(self.filters.qs, self.request, self)
        except ValidationError:
            self.errors = ["翻页或排序参数有误，请从第一页重新开始。"]
            return []
        links: dict[str, Any] = self.paging.get_paginated_response([]).data
        self.next, self.previous = links["next"], links["previous"]
        return [(task, self.step(task)) for task in tasks]

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
        return f"{MOST_COUNTED} 项以上" if self.count > MOST_COUNTED else f"{self.count} 项"

    @property
    def is_filtered(self) -> bool:
        return any(self.request.query_params.get(name) for name in self.filters.filters)
