"""What somebody typed is not lost when their session ended, or their page grew old, before they sent it.

The fields of a refused form are kept for an hour, sealed, in this browser's session. After signing in they
are shown, with a button that sends them to where they belonged. Nothing is sent without that press: whose
form it was is not known. site.js keeps drafts besides, in the browser; they end when the form is taken.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from config.postgres.sealed import lock

Answer = Callable[[HttpRequest], HttpResponse]
KEPT = 3600  # seconds
MOST_BYTES = 64 * 1024
MOST_FORMS = 5
# In the session: sealed forms by key. In the form that is sent again: its key.
NAME = "unsent"
# The door's own forms hold passwords and codes, a robot's its address, which is its key; all are filled in
# again in a moment, and whoever signs in next would read them.
DOOR = ("login", "logout", "password", "language", "unsent", "mfa_", "account_", "openid_connect_")
NOT_KEPT = (*DOOR, "bot-")
# What the fields of our forms are called on their pages; others stand there by name.
LABELS = {
    "note": _("说明"),
    "text": _("内容"),
    "body": _("内容"),
    "title": _("标题"),
    "heading": _("标题"),
    "name": _("名称"),
    "number": _("编号"),
    "due_on": _("期限"),
    "progress": _("进度"),
    "narrative": _("通报正文"),
}


@dataclass(frozen=True)
class Unsent:
    """A form that was not taken: its address, its fields in their order, and whether files were chosen."""

    key: str
    path: str
    fields: list[tuple[str, str]]
    files: bool

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What was typed, without what the page added for itself."""
        typed = [(name, value) for name, value in self.fields if value.strip() and name != "version"]
        return [(LABELS.get(name, name), value) for name, value in typed]


def keep(request: HttpRequest) -> None:
    """Keep this request's fields; the newest of MOST_FORMS, and nothing that is longer than MOST_BYTES."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", NAME) and "password" not in name.lower()
        for value in values
    ]
    form = {"path": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    content = json.dumps(form, ensure_ascii=False).encode()
    if not fields or len(content) > MOST_BYTES:
        return
    if not request.user.is_authenticated:
        if not ratelimit.consume(request, action="unsent"):
            return  # strangers don't fill our database
        request.session.set_expiry(KEPT)
    again = request.POST.get(NAME)
    others = [(key, form) for key, form in kept_in(request).items() if key != again and opened(key, form)]
    newest = (secrets.token_hex(8), lock().encrypt(content).decode())
    request.session[NAME] = dict([*others, newest][-MOST_FORMS:])


def kept_in(request: HttpRequest) -> dict[str, str]:
    return request.session.get(NAME, {})


def opened(key: str, sealed: str) -> Unsent | None:
    """None after an hour."""
    try:
        form = json.loads(lock().decrypt(sealed, ttl=KEPT))
    except InvalidToken:
        return None
    return Unsent(key, form["path"], [tuple(pair) for pair in form["fields"]], form["files"])


def waiting(request: HttpRequest) -> list[Unsent]:
    """The newest first."""
    forms = [opened(key, sealed) for key, sealed in kept_in(request).items()]
    return [form for form in reversed(forms) if form]


def forget(request: HttpRequest, key: str) -> None:
    kept = kept_in(request)
    if kept.pop(key, None):
        request.session[NAME] = kept


@receiver(user_logged_in)
def stay(request: HttpRequest, **_: Any) -> None:
    """The session of somebody who signs in lasts as long as any other."""
    if NAME in request.session:
        request.session.set_expiry(None)


def is_ours(request: HttpRequest) -> bool:
    """Whether a page of ours sent this form to a page of ours: what another site had sent is nobody's typing.

    Browsers tell the origin of every POST; very old ones only the page it came from.
    """
    if request.method != "POST":
        return False
    match, path = request.resolver_match, request.get_full_path()
    came_from = "/".join(request.headers.get("Referer", "").split("/")[:3])
    origin = request.headers.get("Origin", came_from)
    same = origin in ("", f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)
    return bool(
        match
        and (match.namespaces or not (match.url_name or "").startswith(NOT_KEPT))
        and not path.startswith("/api/")
        and same
        and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    )


def leads_to_the_door(response: HttpResponse) -> bool:
    doors = (resolve_url(settings.LOGIN_URL), reverse("admin:login"))
    return response.status_code == HTTPStatus.FOUND and urlsplit(response["Location"]).path in doors


def unsent_forms(get_response: Answer) -> Answer:
    """Middleware: keeps what was refused because nobody is signed in; forgets what was taken in the end."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        refused = leads_to_the_door(response)
        if refused and is_ours(request):
            keep(request)
        elif is_ours(request) and not hasattr(request, "stale"):
            forget(request, request.POST.get(NAME, ""))
        if refused and request.htmx:
            # In place of a page's part the whole page goes to the door, and comes back to itself.
            here = request.htmx.current_url_abs_path or "/"
            return HttpResponseClientRedirect(redirect_to_login(here).url)
        return response

    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before somebody signed in anew, in another tab say: nothing is lost, nothing is done."""
    request.stale = True
    if is_ours(request):
        keep(request)
    return render(request, "403_csrf.html", {"forms": waiting(request)[:1]}, status=403)


@login_required
def unsent(request: HttpRequest) -> HttpResponse:
    """Shows what was not taken; a POST throws one of them away."""
    if request.method == "POST":
        forget(request, request.POST.get("key", ""))
        return redirect("unsent" if waiting(request) else "workbench")
    return render(request, "unsent.html", {"forms": waiting(request)})
