"""预览 of attachments: a page of HTML around pictures that `tasks.previews` made of the file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_GET

from tasks.downloads import find_attachment
from tasks.previews import making

AT_ONCE = 10  # pages on one page of ours


@login_required
@require_GET
def preview(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Ten pages from `from` on, each fetched when it comes into view."""
    file = find_attachment(request.user, pk, attachment)
    if not making.is_shown(file):
        raise Http404
    asked = request.GET.get("from", "1")
    first = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    context = {"task": file.task, "file": file}
    try:
        count = making.count(file)
    except making.NoPreview as refused:
        return render(request, "tasks/preview.html", context | {"refused": str(refused)})
    first = min(max(first, 1), max(count, 1))
    last = min(first + AT_ONCE - 1, count)
    context |= {"count": count, "first": first, "last": last, "numbers": range(first, last + 1)}
    context |= {"earlier": max(first - AT_ONCE, 1) if first > 1 else None}
    context |= {"later": last + 1 if last < count else None}
    return render(request, "tasks/preview.html", context)


@login_required
@require_GET
def picture(request: HttpRequest, pk: int, attachment: int, number: int) -> HttpResponse:
    """One page. A browser may keep it, but asks each time whether it still may show it."""
    file = find_attachment(request.user, pk, attachment)
    if not making.is_shown(file) or not 1 <= number < 10**6:
        raise Http404
    etag = making.etag(file, number)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content, kind = making.page(file, number)
        except making.NoPreview as refused:
            return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
        response = HttpResponse(content, content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_vary_headers(response, ["Cookie"])
    return response
