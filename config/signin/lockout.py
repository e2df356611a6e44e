"""Who guesses passwords, or codes, is locked out for a while."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# A whole office may share one address: it is locked out after that many times as many failures.
OFFICE = 10


class LockOut(AxesDatabaseHandler):
    """Counts a name at an address, and an address whatever names it tries (AXES_LOCKOUT_PARAMETERS)."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        name, address = map(failures, self.get_user_attempts(request, credentials))
        return max(name, address // OFFICE)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Who signs in is forgiven what that name failed, not what others failed at this address."""
        name, _ = self.filter_user_attempts(request, credentials)
        return name.delete()[0]


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name that was tried, cut to axes' column: nobody's is that long."""
    return str((credentials or {}).get("username") or "")[:255]


def failures(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(count=Sum("failures_since_start"))["count"] or 0


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Any) -> HttpResponse:
    """What axes answers with; the same whether there is such a person or not."""
    wait = get_cool_off(request)
    answer = render(request, "locked.html", {"minutes": int(wait.total_seconds() // 60)}, status=429)
    answer["Retry-After"] = str(int(wait.total_seconds()))
    return answer
