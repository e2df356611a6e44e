"""What every page leads to from its frame: the search, and the work under way."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.search import LONGEST, SHORTEST, Search
from reports.work import Work


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Somebody who types a task's code wants the task."""
    found = Search(request.user, " ".join(request.GET.get("q", "").split()))
    if found.exact:
        return redirect("tasks:detail", found.exact.pk)
    context = {"search": found, "shortest": SHORTEST, "longest": LONGEST}
    return render(request, "reports/search.html", context)


@login_required
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/work.html", {"work": Work(request.user, timezone.now())})
