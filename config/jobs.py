"""What of signing in outlives its use."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

# At least six months (Cybersecurity Law of the PRC, article 21 of 2016).
LOGS_KEPT = timedelta(days=200)


@shared_task
def forget_visits() -> None:
    forget(timezone.now())


def forget(now: datetime) -> None:
    """Failures that lock nobody out any more, old logs, and ended sessions with what was kept in them."""
    AccessAttempt.objects.filter(attempt_time__lt=now - settings.AXES_COOLOFF_TIME).delete()
    for log in (AccessLog, AccessFailureLog):
        log.objects.filter(attempt_time__lt=now - LOGS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
