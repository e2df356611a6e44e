"""What organisation-wide rows outlive their use."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from plans.org.models import IdempotencyKey

# Longer than a request takes: it must find the row that it has just met.
MARGIN = timedelta(hours=1)


@shared_task
def forget_keys() -> None:
    """Answers kept under an Idempotency-Key are replayed for a day."""
    IdempotencyKey.objects.expired(timezone.now() - MARGIN).delete()
