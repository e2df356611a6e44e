"""逾期看板: the page, its trend, and 催办 and 批示 without leaving it.

With script the form opens within the row and the row is replaced; without, it is a page of its own that
leads back to the board.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.pages import attempt
from plans.org import workdays
from reports import queries
from reports.board import Board, Trend
from reports.board_rows import OFFERED, rows_of
from reports.scope import Scope
from tasks import access, services
from tasks.models import Task
from tasks.pages.act_forms import FORMS, ActForm


@login_required
@require_GET
def overdue(request: HttpRequest) -> HttpResponse:
    board = Board(request.user, timezone.localdate(), request.GET)
    return render(request, "reports/overdue.html", {"board": board}, status=board.status)


@login_required
@require_GET
def overdue_trend(request: HttpRequest) -> HttpResponse:
    """On its own, since it reads eight past days from the record."""
    page = Trend(request.user, timezone.localdate(), request.GET)
    template = "reports/_overdue_trend.html" if request.htmx else "reports/overdue_trend.html"
    return render(request, template, {"page": page}, status=200 if page.scope else 400)


@login_required
def overdue_act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """催办 or 批示 on one task of the board."""
    if name not in OFFERED:
        raise Http404
    form = form_of(request, pk, name)
    refused = not any(act.name == name for act in access.allowed_acts(request.user, form.task))
    status = 409 if refused else 200
    if request.method == "POST":
        outcome = attempt(form, lambda: form.perform(request.user, timezone.now()))
        if outcome.done and request.htmx:
            return row(request, pk, said=outcome.result)
        if outcome.done:
            messages.success(request, _("{code}：{said}").format(code=form.task.code, said=outcome.result))
            return HttpResponseRedirect(way_back(request))
        form.refresh_version(form.task.version)
        status = outcome.status
    context = {"form": form, "task": form.task, "next": way_back(request), "refused": refused}
    if request.htmx:  # which shows an answer only when it says 200
        return render(request, "reports/_overdue_act.html", context)
    return render(request, "reports/overdue_act.html", context, status=status)


def form_of(request: HttpRequest, pk: int, name: str) -> ActForm:
    tasks = Task.objects.visible_to(request.user)
    shown = tasks.for_display(timezone.localdate(), workdays.calendar())
    form = FORMS[name](get_object_or_404(shown, pk=pk), data=request.POST or None)
    form.fields["note"].widget.attrs |= {"rows": 1, "autofocus": True}
    return form


@login_required
@require_GET
def overdue_row(request: HttpRequest, pk: int) -> HttpResponse:
    """The row as it is now: for whom changed their mind."""
    return row(request, pk) if request.htmx else redirect("tasks:detail", pk)


def row(request: HttpRequest, pk: int, said: str = "") -> HttpResponse:
    scope = Scope.asked(request.user, timezone.localdate())
    figures = queries.overdue_board(scope, only=pk).departments
    if not figures:
        return render(request, "reports/_overdue_gone.html", {"said": said})
    (late,) = rows_of(scope, figures[0].tasks)
    unit = {"department": figures[0].department}
    context = {"row": late, "unit": unit, "said": said, "back": not said, "next": way_back(request)}
    return render(request, "reports/_overdue_row.html", context)


@login_required
@require_POST
def urge_many(request: HttpRequest) -> HttpResponse:
    """催办 the ticked tasks of a department, each on its own."""
    asked = request.POST.getlist(f"ids-{request.POST.get('unit', '')}")
    pks = [int(pk) for pk in asked if pk.isdecimal() and len(pk) < 19]
    if not pks:
        messages.warning(request, _("请先勾选要催办的任务。"))
        return HttpResponseRedirect(way_back(request))
    try:
        results = services.urge_many(pks, actor=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(way_back(request))
    urged = sum(refusal is None for _task, refusal in results)
    if urged:
        said = ngettext("已催办{count}项任务。", "已催办{count}项任务。", urged)
        messages.success(request, said.format(count=urged))
    for task, refusal in results:
        if refusal:
            messages.warning(request, _("{code}：{said}").format(code=task.code, said=refusal.message))
    return HttpResponseRedirect(way_back(request))


def way_back(request: HttpRequest) -> str:
    """The board as it was, with its filters: `next`, or where the script sent from, if that is ours."""
    asked: Any = request.POST.get("next") or request.GET.get("next") or ""
    if not asked and request.htmx:
        asked = request.htmx.current_url_abs_path or ""
    board = reverse("overdue")
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours and asked.startswith(board) else board
