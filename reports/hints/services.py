"""Making hints as reports come in, and saying that one was looked at."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.errors import NotAllowed
from plans.org.models import User
from reports.hints.material import Material
from reports.models import FeedCursor, ReportHint
from tasks import feed
from tasks.access import oversees
from tasks.models import Report, Task

READER = "hints"
BATCH = 500
# What is longer ago nobody looks into again: a history brought in, or a month's outage, makes no flood.
NEWS = timedelta(days=30)


def look_at_reports(now: datetime) -> int:
    """Look at the reports that came in since the last time; how many hints. Two at once take turns."""
    made, more = 0, True
    while more:
        count, more = look_at_batch(now)
        made += count
    return made


@transaction.atomic
def look_at_batch(now: datetime) -> tuple[int, bool]:
    """Those among the next events, as one transaction: no hint without the reader's place moved past it."""
    reader = FeedCursor.held(READER)
    end, more = feed.window(reader.position, BATCH)
    events = feed.between(reader.position, end).filter(kind="report", at__gte=now - NEWS).order_by()
    made = make_hints(Report.objects.filter(event__in=events).order_by("event"), now)
    reader.move(end)
    return made, more


def make_hints(reports: QuerySet[Report], now: datetime) -> int:
    """What there is to say about these reports; what was said before stays as it is."""
    hints = Material(reports.select_related("event")).hints()
    for hint in hints:
        hint.made_at = now
    ReportHint.objects.bulk_create(hints, ignore_conflicts=True)
    return len(hints)


def may_mark(user: User, task: Task) -> bool:
    """Leaders look on; whose hint it is says that it was looked into."""
    return user.is_superuser or oversees(user.standing, task, "supervisor")


def mark_seen(hint: ReportHint, *, actor: User, now: datetime) -> None:
    """已核实. Who did so first stays named. Raises NotAllowed. `hint` has its report's task with it."""
    if not may_mark(actor, hint.report.task):
        raise NotAllowed(_("“已核实”由督查员办理。"), code="hint_not_yours")
    ReportHint.objects.filter(pk=hint.pk, seen_at=None).update(seen_by=actor, seen_at=now)
