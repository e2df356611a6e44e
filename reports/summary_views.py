"""汇总与通报: the list, one with its numbers and text, and the tasks behind a number."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from config.pages import attempt
from reports import summaries
from reports.models import Summary
from reports.periods import Period
from reports.publishing import have_files
from reports.summary_list import MakeForm, SummaryList
from reports.summary_page import SummaryPage, TasksPage, TextForm, openable

# On one page: tasks behind a number, and periods, each with the summaries of all units.
PAGE_SIZE = 50
PERIODS = 13


@login_required
def summary_list(request: HttpRequest) -> HttpResponse:
    """What there is; and, sent by POST, a period to be summed up."""
    page = SummaryList(request.user, timezone.localdate(), request.GET)
    if request.method != "POST":
        return show_list(request, page)
    form = page.sent = MakeForm(request.user, page.kind, page.today, request.POST)
    outcome = attempt(form, lambda: make(request, form))
    return (
        redirect("summary", outcome.result.pk) if outcome.done else show_list(request, page, outcome.status)
    )


def make(request: HttpRequest, form: MakeForm) -> Summary:
    given, now = form.cleaned_data, timezone.now()
    period = Period.read(given["period"])
    summary = summaries.make_for(request.user, period, given["department"], now=now)
    have_files(summary, actor=request.user, now=now)
    return summary


def show_list(request: HttpRequest, page: SummaryList, status: int = 200) -> HttpResponse:
    periods = Paginator(page.periods, PERIODS).get_page(request.GET.get("page"))
    context = {"list": page, "page": periods, "periods": page.of(periods.object_list)}
    return render(request, "reports/summaries.html", context, status=status)


def visible(request: HttpRequest, pk: int) -> Summary:
    rows = Summary.objects.visible_to(request.user).select_related("department", "released_by", "edited_by")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, SummaryPage(visible(request, pk), request.user))


def show(request: HttpRequest, page: SummaryPage, status: int = 200) -> HttpResponse:
    return render(request, "reports/summary.html", {"page": page, "summary": page.summary}, status=status)


@login_required
@require_GET
def summary_tasks(request: HttpRequest, pk: int) -> HttpResponse:
    page = TasksPage(visible(request, pk), request.GET)
    rows = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    rows.object_list = page.worded(rows.object_list)
    context = {
        "page": page,
        "summary": SummaryPage(page.summary, request.user),
        "rows": rows,
        "open_tasks": openable(request.user, [row["id"] for row in rows]),
    }
    return render(request, "reports/summary_tasks.html", context)


@login_required
def edit_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """What was typed stays on the page whatever is refused."""
    if request.method != "POST":  # back from signing in again
        return redirect("summary", pk)
    form = TextForm(request.POST)
    found = visible(request, pk)
    now = timezone.now()
    outcome = attempt(form, lambda: summaries.edit(pk, **form.cleaned_data, actor=request.user, now=now))
    if not outcome.done:
        found.refresh_from_db()
        form.refresh_version(found.version)
        return show(request, SummaryPage(found, request.user, form), outcome.status)
    have_files(outcome.result, actor=request.user, now=now)
    messages.success(request, _("通报正文已保存，正在重新生成文件。"))
    return redirect("summary", pk)


@login_required
@require_POST
def release_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The text that the sender saw, or none: somebody may have changed it meanwhile."""
    found, now = visible(request, pk), timezone.now()
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
    try:
        released = summaries.release(pk, actor=request.user, now=now, version=seen)
    except DomainError as refused:
        messages.error(request, _("没有发布。{reason}").format(reason=refused.message))
        return show(request, SummaryPage(found, request.user), refused.status)
    have_files(released, actor=request.user, now=now)
    messages.success(request, _("通报已发布，正文不再更改；正在生成正式文件。"))
    return redirect("summary", pk)


@login_required
@require_POST
def make_files(request: HttpRequest, pk: int) -> HttpResponse:
    """For one that the job made, or whose files failed. Whoever may read it may have it on paper."""
    have_files(visible(request, pk), actor=request.user, now=timezone.now())
    return redirect("summary", pk)
