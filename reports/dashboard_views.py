"""概览: the page, what changed since last week, and the tasks behind each number."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.dashboard import BehindPage, Dashboard, WeekPage

PAGE_SIZE = 50


@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    page = Dashboard(request.user, timezone.localdate(), request.GET)
    return render(request, "reports/dashboard.html", {"page": page}, status=page.status)


@login_required
@require_GET
def dashboard_changes(request: HttpRequest) -> HttpResponse:
    page = WeekPage(request.user, timezone.localdate(), request.GET)
    template = "reports/_dashboard_changes.html" if request.htmx else "reports/dashboard_changes.html"
    return render(request, template, {"page": page}, status=200 if page.scope else 400)


@login_required
@require_GET
def dashboard_tasks(request: HttpRequest) -> HttpResponse:
    page = BehindPage(request.user, timezone.localdate(), request.GET)
    rows = Paginator(page.tasks, PAGE_SIZE).get_page(request.GET.get("page")) if page.scope else None
    context = {"page": page, "rows": rows}
    return render(request, "reports/dashboard_tasks.html", context, status=200 if page.scope else 400)
