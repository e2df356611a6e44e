"""常用视图: what somebody looks for often, as tabs above the ledger; some for everyone, some of their own."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plans.org.access import Standing
from plans.org.models import Department, User
from tasks.filters import TaskFilterSet
from tasks.models import SavedView
from tasks.states import DONE, OPEN

MOST_VIEWS = 20
# Of one's own units, as tabs: somebody with more posts than these uses the filter.
MOST_UNITS = 2
FILTERS = tuple(TaskFilterSet.base_filters)
KEPT = (*FILTERS, "ordering", "columns", "page_size")


def only(query: QueryDict, names: tuple[str, ...]) -> dict[str, list[str]]:
    """Of an address what has a meaning there, each value once."""
    found = {name: list(dict.fromkeys(filter(None, query.getlist(name)))) for name in names}
    return {name: sorted(values) for name, values in found.items() if values}


def address_of(query: QueryDict) -> str:
    """The same list has the same address: without blanks and cursor, in one order."""
    return urlencode(only(query, KEPT), doseq=True)


def usual_views(standing: Standing, units: list[Department], today: date) -> list[tuple[str, dict[str, Any]]]:
    """What everyone is offered, by their posts: a name and its filters."""
    is_open = {"status": list(OPEN)}
    month_end = today.replace(day=monthrange(today.year, today.month)[1])
    views: list[tuple[str, dict[str, Any]]] = [(_("在办"), is_open)]
    own = [unit for unit in units if unit.pk in standing.departments("liaison", "head")][:MOST_UNITS]
    for unit in own:
        more = f"·{unit.short_name or unit.name}" if len(own) > 1 else ""
        views += [
            (_("我牵头的") + more, is_open | {"lead": unit.code}),
            (_("我配合的") + more, is_open | {"cooperating": unit.code}),
        ]
    views.append((_("待签收"), {"status": "pending"}))
    if standing.is_superuser or standing.departments("supervisor"):
        views.append((_("待审核"), {"status": "submitted"}))
    month = {"due_after": today.replace(day=1).isoformat(), "due_before": month_end.isoformat()}
    return [
        *views,
        (_("本月到期"), is_open | month),
        (_("红灯"), {"light": "red"}),
        (_("办结"), {"status": list(DONE)}),
        (_("全部"), {}),
    ]


def tabs_for(user: User, query: QueryDict, units: list[Department], today: date) -> list[dict[str, Any]]:
    """The usual ones and the person's own; `here` is the one that the address shows."""
    filters, address = only(query, FILTERS), address_of(query)
    own = [
        {"label": view.name, "query": view.query, "here": view.query == address, "own": True}
        for view in user.views.all()
    ]
    named = any(tab["here"] for tab in own)
    usual = []
    for label, wanted in usual_views(user.standing, units, today):
        text = urlencode(wanted, doseq=True)
        usual.append(
            {"label": label, "query": text, "here": not named and only(QueryDict(text), FILTERS) == filters}
        )
    return usual + own


class NameForm(forms.Form):
    """A name that none of the person's other views bears."""

    name = forms.CharField(max_length=30)

    def __init__(self, others: QuerySet[SavedView], data: Any) -> None:
        super().__init__(data)
        self.others = others
        self.fields["name"].error_messages["required"] = _("请填写视图名称。")

    def clean_name(self) -> str:
        if self.others.filter(name=self.cleaned_data["name"]).exists():
            raise ValidationError(_("已有同名视图，请换一个名称。"))
        return self.cleaned_data["name"]


class ViewForm(NameForm):
    """Filters to be kept under a name; the name again is the same view with other filters."""

    query = forms.CharField(max_length=4000, required=False)

    def clean_name(self) -> str:
        names = set(self.others.values_list("name", flat=True))
        if len(names) >= MOST_VIEWS and self.cleaned_data["name"] not in names:
            raise ValidationError(_("最多保存{most}个视图，请先删除不用的。").format(most=MOST_VIEWS))
        return self.cleaned_data["name"]

    def clean_query(self) -> str:
        address = address_of(QueryDict(self.cleaned_data["query"].lstrip("?")))
        if len(address) > SavedView._meta.get_field("query").max_length:
            raise ValidationError(_("条件过多，无法保存为视图。"))
        return address


def complain(request: HttpRequest, form: forms.Form) -> None:
    messages.error(request, " ".join(text for errors in form.errors.values() for text in errors))


@login_required
def views(request: HttpRequest) -> HttpResponse:
    """A person's own, to be renamed and deleted; POST keeps the ledger's address under a name."""
    if request.method != "POST":
        return render(request, "tasks/views.html", {"views": list(request.user.views.all())})
    form = ViewForm(request.user.views.all(), request.POST)
    if form.is_valid():
        name, query = form.cleaned_data["name"], form.cleaned_data["query"]
        _view, is_new = SavedView.objects.update_or_create(
            user=request.user, name=name, defaults={"query": query}
        )
        said = _("已保存视图“{name}”。") if is_new else _("视图“{name}”已改为现在的条件。")
        messages.success(request, said.format(name=name))
    else:
        complain(request, form)
        query = request.POST.get("query", "").lstrip("?")
    return HttpResponseRedirect(f"{reverse('tasks:list')}?{query}")


@login_required
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(request.user.views, pk=pk)
    form = NameForm(request.user.views.exclude(pk=pk), request.POST)
    if form.is_valid():
        view.name = form.cleaned_data["name"]
        view.save(update_fields=["name"])
    else:
        complain(request, form)
    return redirect("tasks:views")


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(request.user.views, pk=pk)
    view.delete()
    messages.success(request, _("已删除视图“{name}”。").format(name=view.name))
    return redirect("tasks:views")
