"""What days bring: marks, seals, and the periods that departments report on."""

from celery import shared_task
from django.utils import timezone

from tasks import record, seals, services


@shared_task
def mark_late() -> None:
    # Also when nobody ran `migrate` after a restore: events must not go on in the old epoch.
    record.renew_epoch()
    services.mark_late(now=timezone.now())


@shared_task
def open_report_periods() -> None:
    services.open_report_periods(now=timezone.now())


@shared_task
def seal_record() -> None:
    seals.seal_record(timezone.now())
