"""What every view of the API is made from; `tests/test_idempotency.py` looks that none with a POST is not."""

from config.api.views import StrictQuery
from plans.org.api.idempotency import Repeatable


class Endpoint(Repeatable, StrictQuery):
    """Refuses query parameters that it does not know, and does under one `Idempotency-Key` one thing."""
