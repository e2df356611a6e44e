"""通报 for a reader's printer and disk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from config.errors import DomainError
from config.language import in_office_language
from reports.bulletins import contents
from reports.bulletins.files import file_of
from reports.bulletins.word import letter_of
from reports.downloads import bulletin_download
from reports.models import Bulletin, Summary
from reports.periods import Period


def visible(request: HttpRequest, pk: int) -> Summary:
    return get_object_or_404(Summary.objects.visible_to(request.user).select_related("department"), pk=pk)


@login_required
@require_GET
def summary_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The file; or back to the summary, with the reason why there is none yet."""
    summary = visible(request, pk)
    if kind not in Bulletin.Format.values:
        raise Http404
    try:
        return bulletin_download(file_of(summary, kind))
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("summary", pk)


@login_required
@require_GET
def print_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The 通报 as a page for A4."""
    summary = visible(request, pk)
    try:
        said = contents.read(summary)
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect("summary", pk)
    with in_office_language():
        letter = letter_of(said)
    return render(
        request,
        "reports/summary_print.html",
        {"letter": letter, "summary": summary, "period": Period.read(summary.period)},
    )
