"""修改密码: it takes the old one, and guesses at it are counted as at the door."""

from allauth.core import context
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError


class NewPassword(PasswordChangeForm):
    """axes' middleware answers whoever is locked out."""

    def clean_old_password(self) -> str:
        old = self.cleaned_data["old_password"]
        if authenticate(context.request, username=self.user.get_username(), password=old) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old
