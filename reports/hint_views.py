"""填报提示 as a page: what a supervisor may want to look at again, and the button that says it was done."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.errors import DomainError
from reports.hints import services
from reports.hints.page import FILTERS, HintsPage, may_look
from reports.models import ReportHint


@login_required
@require_GET
def hints(request: HttpRequest) -> HttpResponse:
    if not may_look(request.user):
        raise PermissionDenied
    page = HintsPage(request.user, request.GET)
    return render(request, "reports/hints.html", {"page": page}, status=page.status)


@login_required
@require_POST
def mark_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """All hints of one report; back to the list as it was filtered."""
    hints = ReportHint.objects.visible_to(request.user).filter(report=pk).select_related("report__task")
    if not hints:
        raise Http404
    try:
        for hint in hints:
            services.mark_seen(hint, actor=request.user, now=timezone.now())
    except DomainError as error:
        raise PermissionDenied(error.message) from None
    messages.success(request, _("{code}的填报提示已标为已核实。").format(code=hint.report.task.code))
    kept = {name: request.POST[name] for name in FILTERS if request.POST.get(name)}
    return redirect(reverse("hints", query=kept))
