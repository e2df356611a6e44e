"""What the leaders' figures cost: as things are, and as they were on a past day, read from the record.

For somebody who sees every task, and for a supervisor of one bureau among twenty. All that the API does but
HTTP and JSON.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from plans.org.models import User
from reports import queries
from reports.scope import Scope
from reports.scoring.card import scorecard
from reports.scoring.rules import quarter_of
from tasks.models import Task, TaskEvent
from tests.benchmarks.figures import milliseconds, row

ROUNDS = 5
YESTERDAY, HALF_A_YEAR = timedelta(days=1), timedelta(days=183)
FIGURES: tuple[Callable[[Scope], Any], ...] = (queries.overview, queries.departments, queries.overdue_board)


def measure(people: Any) -> None:
    today = timezone.localdate()
    print(f"{Task.objects.count()} tasks, {TaskEvent.objects.count()} events", flush=True)  # noqa: T201
    days = {"": None, ", yesterday": today - YESTERDAY, ", half a year ago": today - HALF_A_YEAR}
    for who in ("admin", "supervisor"):
        for query in FIGURES:
            for when, as_of in days.items():
                ask(f"{query.__name__}{when}, {who}", query, getattr(people, who), today, as_of)
        for when, day in (("", today), (", two quarters ago", today - HALF_A_YEAR)):
            score(f"scorecard{when}, {who}", getattr(people, who), today, day)


def ask(what: str, query: Callable[[Scope], Any], user: User, today: date, as_of: date | None) -> None:
    row(what, milliseconds(lambda: query(Scope.asked(user, today, as_of=as_of)), ROUNDS))


def score(what: str, user: User, today: date, day: date) -> None:
    """The card of the quarter that holds the day, as it is known today."""
    row(what, milliseconds(lambda: scorecard(user, today, period=quarter_of(day)), ROUNDS))
