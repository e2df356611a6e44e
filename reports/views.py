"""The pages of reports: what waits for me, what is late, what I was told."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from plans.org import workdays
from reports.models import Notification
from reports.workbench import Workbench

PAGE_SIZE = 50


@login_required
@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    page = Workbench(request.user, today, workdays.calendar())
    return render(request, "reports/workbench.html", {"page": page, "today": today})


@login_required
@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    mine = Notification.objects.filter(user=request.user).for_display()
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/notifications.html", {"page": page})


@login_required
@require_POST
def read_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Read; and on to the task it is about, when asked for."""
    notice = get_object_or_404(Notification, pk=pk, user=request.user)
    Notification.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    if request.POST.get("open") and notice.task_id:
        return redirect("tasks:detail", notice.task_id)
    return redirect("notifications")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    unread = Notification.objects.filter(user=request.user, read_at=None)
    messages.success(
        request, _("已将{count}条消息标为已读。").format(count=unread.update(read_at=timezone.now()))
    )
    return redirect("notifications")
