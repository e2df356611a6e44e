"""What days bring: marks, seals, and the periods that departments report on; and bulk moves of many tasks."""

from celery import shared_task
from django.utils import timezone

from tasks import record, seals, services
from tasks.models import BulkRun

# The sweeper asks again each minute; a message that has waited that long is not needed any more.
EXPIRES_SECONDS = 60


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


@shared_task
def carry_out_bulk_run(pk: int) -> None:
    """Harmless when it is done, or being carried out by another worker."""
    services.carry_out(pk, now=timezone.now())


@shared_task
def carry_out_bulk_runs() -> None:
    """Go on with what nobody carries out: the page's message was lost, or its worker was."""
    for pk in BulkRun.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True):
        carry_out_bulk_run.apply_async((pk,), expires=EXPIRES_SECONDS)
