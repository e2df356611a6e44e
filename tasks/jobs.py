"""The end of a day, on the record."""

from celery import shared_task
from django.utils import timezone

from tasks import services


@shared_task
def mark_late() -> None:
    services.mark_late(now=timezone.now())
