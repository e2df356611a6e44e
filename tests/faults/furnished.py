"""What a forked worker need not load anew: Django and the product. No connection is open here."""

import django

django.setup()

from tests.faults import player  # noqa: E402, F401
