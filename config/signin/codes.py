"""Codes of the second factor: guesses are counted like wrong passwords, and each code is good once."""

from typing import Any

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction


class Counted:
    """For both forms that ask for a code. axes' middleware answers whoever is locked out."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        request, name = context.request, {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, name):
            request.axes_locked_out = True
            raise get_adapter().validation_error("incorrect_code")
        try:
            code = super().clean_code()
            if not spend(self.authenticator, code):
                raise get_adapter().validation_error("incorrect_code")
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=name, request=request)
            raise
        return code


@transaction.atomic
def spend(authenticator: Authenticator, code: str) -> bool:
    """Whether this code was not used before, on any of our servers (RFC 6238 §5.2).

    allauth asks the memory of its own process only; recovery codes it crosses out in the database.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    meant = [
        count
        for count in yield_hotp_counters_from_time()
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, count)))
    ]
    if not meant or meant[-1] <= row.data.get("spent", 0):
        return False
    row.data["spent"] = meant[-1]
    row.save(update_fields=["data"])
    return True


class SignInCode(Counted, AuthenticateForm):
    pass


class AgainCode(Counted, ReauthenticateForm):
    pass
