"""What allauth asks us: nobody signs up, secrets lie sealed, single sign-on opens accounts that there are."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_username
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from config import unsent
from config.postgres.sealed import lock
from config.signin.second_factor import required_of

logger = logging.getLogger(__name__)


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": _("密码不正确。"),
        "too_many_login_attempts": _("尝试次数过多，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: AbstractUser, **kwargs: Any) -> HttpResponse:
        """Whatever way somebody signed in: first to what was filled in before."""
        response = super().post_login(request, user, **kwargs)
        return redirect("unsent") if unsent.waiting(request) else response


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码不正确或已经用过，请等下一组数字。"),
        "cannot_delete_authenticator": _("按本单位规定，二次验证不能停用。"),
    }

    def get_totp_label(self, user: AbstractUser) -> str:
        return user_username(user)

    def encrypt(self, text: str) -> str:
        return lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return lock().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not required_of(authenticator.user)


class SingleSignOn(DefaultSocialAccountAdapter):
    """The issuer says who somebody is; that there is such a user, and what for, our administrator said."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """At first a user is found by OIDC_MATCH and bound to the issuer's `sub`; then that counts."""
        claims = claims_of(sociallogin)
        if sociallogin.state.get("process") != AuthProcess.LOGIN or not claims:
            raise ImmediateHttpResponse(stranger(request))
        if sociallogin.is_existing:
            return
        user = user_of(claims, sociallogin.account.provider)
        if user is None:
            logger.warning("Single sign-on: nobody here for sub %r", sociallogin.account.uid)
            raise ImmediateHttpResponse(stranger(request))
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        logger.warning("Single sign-on failed: %s %r", kwargs.get("error"), kwargs.get("exception"))


def claims_of(login: SocialLogin) -> dict[str, Any]:
    """What the issuer says of a person; nothing where its two answers speak of two (OIDC Core §5.3.2)."""
    said = login.account.extra_data
    told, signed = said.get("userinfo", {}), said.get("id_token", {})
    return {**signed, **told} if signed.get("sub", "") == told.get("sub", "") != "" else {}


def user_of(claims: dict[str, Any], provider: str) -> AbstractUser | None:
    """The one active user whom these claims name and who is not bound to somebody else there."""
    named = claims.get(settings.OIDC_MATCH)
    if not isinstance(named, str) or not named.strip():
        return None
    if settings.OIDC_MATCH == "email" and claims.get("email_verified") is not True:
        return None
    field = "email__iexact" if settings.OIDC_MATCH == "email" else "username"
    found = get_user_model().objects.filter(**{field: named.strip()}, is_active=True)[:2]
    if len(found) != 1 or SocialAccount.objects.filter(user=found[0], provider=provider).exists():
        return None
    return found[0]


def stranger(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/stranger.html", {"name": settings.OIDC_NAME}, status=403)
