"""Reading the plans too large to be read while their uploader waits."""

from celery import shared_task
from django.utils import timezone

from plans import services
from plans.models import Plan

# The sweeper asks again each minute; a message that has waited that long is not needed any more.
EXPIRES_SECONDS = 60


@shared_task
def read_plan(pk: int) -> None:
    """Harmless when the plan is gone, read, or being read by another worker."""
    services.read_waiting(pk, now=timezone.now())


@shared_task
def read_waiting_plans() -> None:
    """Hand on what nobody reads: the upload's message was lost, or its worker was."""
    for pk in Plan.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True):
        read_plan.apply_async((pk,), expires=EXPIRES_SECONDS)
