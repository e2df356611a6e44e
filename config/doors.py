"""Signing in and out, with second factor and single sign-on: one door for the pages and the admin.

Of allauth only what stands here is open. Nobody signs up; accounts and addresses are the administrator's.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as accounts
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as single
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path, reverse, reverse_lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language
from requests import RequestException

from config.signin.password import NewPassword
from config.unsent import unsent, waiting

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def admin_login(request: HttpRequest) -> HttpResponse:
    """Instead of the admin's own: strangers sign in here and come back, who may not enter is told so."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


class Door(LoginView):
    """The name and the password; allauth then asks for the code of whoever has set up a second factor."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        # Who has just given the password is not asked for it again to set up the second factor.
        record_authentication(self.request, user, "password", reauthenticated=True)
        return perform_login(self.request, user, redirect_url=self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"unsent": waiting(self.request), "single": settings.OIDC_ISSUER and settings.OIDC_NAME}
        return super().get_context_data(**kwargs, **more)


def where_configured(view: View) -> View:
    """Single sign-on that nobody has set up is not there."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        return view(request, **kwargs)

    return answer


def to_issuer(request: HttpRequest, **kwargs: str) -> HttpResponse:
    try:
        return oidc.login(request, **kwargs)
    except RequestException:
        logger.warning("The issuer of single sign-on can't be reached", exc_info=True)
        return render(request, "socialaccount/authentication_error.html", status=503)


login = Door.as_view()
password = PasswordChangeView.as_view(
    form_class=NewPassword, template_name="password.html", success_url=reverse_lazy("workbench")
)
single_sign_on = [
    path("cancelled/", where_configured(single.login_cancelled), name="socialaccount_login_cancelled"),
    path("<provider_id>/", where_configured(to_issuer), name="openid_connect_login"),
    path("<provider_id>/callback/", where_configured(oidc.callback), name="openid_connect_callback"),
]
codes = [
    path("", second_factor.index, name="mfa_index"),
    path("code/", second_factor.authenticate, name="mfa_authenticate"),
    path("again/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("password/", accounts.reauthenticate, name="account_reauthenticate"),
    path("on/", totp.activate_totp, name="mfa_activate_totp"),
    path("off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
urlpatterns = [
    path("login/", login, name="login"),
    path("login/", login, name="account_login"),  # as allauth calls it
    path("login/inactive/", accounts.account_inactive, name="account_inactive"),
    path("login/with/", include(single_sign_on)),
    path("second-factor/", include(codes)),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", password, name="password"),
    path("unsent/", unsent, name="unsent"),
    path("language/", set_language, name="language"),
    path("admin/login/", admin_login),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
]
