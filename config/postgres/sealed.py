"""Text that must be used again and yet not be read in a copy of the database: other systems' keys to us.

Sealed with SECRET_KEY (Fernet: AES-128-CBC with HMAC-SHA256). After SECRET_KEY was changed, what the keys in
SECRET_KEY_FALLBACKS sealed still opens.
"""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@cache
def fernet(*secrets: str) -> MultiFernet:
    keys = [hashlib.sha256(b"sealed field" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def lock() -> MultiFernet:
    return fernet(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


class SealedField(models.TextField):
    """A text that lies sealed in the database. It cannot be searched for.

    Raises cryptography.fernet.InvalidToken on reading what another key sealed.
    """

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else lock().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else lock().decrypt(value.encode()).decode()
