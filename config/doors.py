"""Signing in and out: one door for the pages and the admin."""

from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.views.i18n import set_language


def admin_login(request: HttpRequest) -> HttpResponse:
    """Instead of the admin's own: strangers sign in here and come back, who may not enter is told so."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


login = LoginView.as_view(template_name="login.html", redirect_authenticated_user=True)
password = PasswordChangeView.as_view(template_name="password.html", success_url=reverse_lazy("workbench"))
urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", password, name="password"),
    path("language/", set_language, name="language"),
    path("admin/login/", admin_login),
    path("admin/logout/", LogoutView.as_view()),
]
