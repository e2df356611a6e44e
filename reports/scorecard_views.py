"""考核: the quarter's cards, objections to them and their answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.api.serializers import LARGEST_ID
from config.pages import attempt
from reports.models import ScoreObjection, ScoreRule
from reports.scoring.card import shown_to
from reports.scoring.objections import answer_objection, object_to
from reports.scoring.page import AnswerForm, NoteForm, ScorecardPage


@login_required
@require_GET
def scorecard(request: HttpRequest) -> HttpResponse:
    page = ScorecardPage(request.user, timezone.localdate(), request.GET)
    return render(request, "reports/scorecard.html", {"page": page}, status=page.status)


@login_required
@require_POST
def object_to_point(request: HttpRequest, event: int, anchor: str, department: int) -> HttpResponse:
    unit = shown_to(request.user, None).get(department)
    if unit is None or anchor not in ScoreRule.Anchor.values or event > LARGEST_ID:
        raise Http404

    def act(note: str) -> None:
        object_to(event, anchor, unit, note=note, actor=request.user, now=timezone.now())

    return said(request, NoteForm(request.POST), act, unit.pk)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    objection = get_object_or_404(ScoreObjection.objects.visible_to(request.user), pk=pk)

    def act(**given: Any) -> None:
        answer_objection(pk, **given, actor=request.user, now=timezone.now())

    return said(request, AnswerForm(request.POST), act, objection.department_id)


def said(request: HttpRequest, form: Form, act: Callable[..., None], department: int) -> HttpResponse:
    """Back to the department's card with what came of it; what was typed the browser keeps until it is in."""
    outcome = attempt(form, lambda: act(**form.cleaned_data))
    if outcome.done:
        messages.success(request, _("已记入任务的办理记录，并通知对方。"))
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    query = urlencode({"period": request.GET.get("period", ""), "department": department})
    return redirect(f"{reverse('scorecard')}?{query}")
