"""日历订阅 as a page: made, listed, taken back; an address is shown once, on the page that made it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config.pages import attempt
from plans.org.forms import department_field
from plans.org.models import Department, User
from reports.calendars import make_calendar
from reports.models import CalendarFeed


class CalendarForm(forms.Form):
    name = forms.CharField(
        label=_("名称"), max_length=100, help_text=_("在日历软件中显示，例如：我的督办任务。")
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        units = Department.objects.visible_to(user).filter(is_active=True)
        self.fields["department"] = department_field(
            units,
            label=_("范围"),
            required=False,
            empty=_("本人负责的任务"),
            help_text=_("选择单位时，包括其下级单位牵头、配合的任务。"),
        )


@login_required
@never_cache
def calendars(request: HttpRequest) -> HttpResponse:
    """Rendered in answer to the POST that makes one: an address in a session would be kept after all."""
    form, url, status = CalendarForm(request.user), "", 200
    if request.method == "POST":
        form = CalendarForm(request.user, request.POST)
        outcome = attempt(
            form,
            lambda: make_calendar(request.user, **form.cleaned_data, by=None, now=timezone.now()),
        )
        status = outcome.status
        if outcome.done:
            (_, url), form, status = outcome.result, CalendarForm(request.user), 201
    feeds = CalendarFeed.objects.filter(user=request.user).select_related("department")
    context = {"form": form, "url": url, "feeds": feeds}
    return render(request, "reports/calendars.html", context, status=status)


@login_required
@require_POST
def delete_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(CalendarFeed, pk=pk, user=request.user)
    feed.delete()
    told = gettext("已取消日历订阅“{name}”，原地址即刻失效。")
    messages.success(request, told.format(name=feed.name))
    return redirect("calendars")
