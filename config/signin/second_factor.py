"""Who must have a second factor (MFA_REQUIRED), what happens until they do, and what ends when they have."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

Answer = Callable[[HttpRequest], HttpResponse]
# Setting it up, proving who one is on the way, and leaving.
OPEN = ("mfa_", "account_", "logout", "language", "login")
PASSED = "second_factor"


def required_of(user: Any) -> bool:
    return settings.MFA_REQUIRED == "all" or (
        settings.MFA_REQUIRED == "staff" and (user.is_staff or user.is_superuser)
    )


def is_missing(request: HttpRequest) -> bool:
    """Whether this session may not do anything yet. Once it may, the session knows: no query."""
    user = request.user
    if not user.is_authenticated or not required_of(user) or request.session.get(PASSED) == user.pk:
        return False
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return True
    request.session[PASSED] = user.pk
    return False


class SecondFactorFirst:
    """Middleware: leads to the set-up. To the API such a session is nobody; tokens are not asked."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.MFA_REQUIRED == "none" or not is_missing(request):
            return None
        if request.path.startswith("/api/"):
            request.user = AnonymousUser()
            return None
        match = request.resolver_match
        if not match.namespaces and (match.url_name or "").startswith(OPEN):  # the admin has names of its own
            return None
        messages.info(request, _("按本单位规定，请先设置二次验证，再继续办理。"))
        return redirect("mfa_activate_totp")


@receiver(authenticator_added)
def end_other_sessions(request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Whoever came in with the password alone comes in again, with the code.

    Nothing says whose a session is but the session: all are read, once in a person's second factor.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return
    others = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=request.session.session_key)
    theirs = [row.pk for row in others.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=theirs).delete()
