"""The jobs that tell people. Each makes what is missing: harmless twice, by two schedulers, or late."""

from typing import Any

from celery import Task, shared_task, signals
from django.utils import timezone

from reports import delivery, outbox, reminders, summaries, tidings
from reports.bulletins import making as bulletins
from reports.hints import services as hints
from reports.models import Bulletin, JobRun
from reports.webhooks import calling

# The sweeper looks again each minute; a message that has waited that long is not needed any more.
EXPIRES_SECONDS = 60


@shared_task
def make_reminders() -> None:
    if reminders.catch_up(timezone.now()):
        deliver.delay()


@shared_task
def deliver() -> None:
    try:
        delivery.deliver(timezone.now())
    finally:  # what waits already goes out whatever becomes of the digests
        outbox.send(timezone.now())


@shared_task
def tell_events() -> None:
    if tidings.tell_events(timezone.now()):
        deliver.delay()


@shared_task
def make_summaries() -> None:
    """A long record is caught up with run by run, each of them short."""
    summaries.make_missing(timezone.now())
    if summaries.lacking(timezone.now()):
        make_summaries.delay()


@shared_task
def make_bulletin(pk: int) -> None:
    """Harmless when it is made, failed, or being made by another worker."""
    bulletins.make(pk, now=timezone.now())


@shared_task
def make_bulletins() -> None:
    """Hand on what nobody makes: the request's message was lost, or its worker was."""
    for pk in Bulletin.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True):
        make_bulletin.apply_async((pk,), expires=EXPIRES_SECONDS)


@shared_task
def deliver_webhooks() -> None:
    """Each in a job of its own: one that is slow holds up no other."""
    for pk in calling.due(timezone.now()):
        deliver_webhook.apply_async((pk,), expires=EXPIRES_SECONDS)


@shared_task
def deliver_webhook(pk: int) -> None:
    wait = calling.run(pk, timezone.now())
    if wait is not None:
        seconds = wait.total_seconds()
        deliver_webhook.apply_async((pk,), countdown=seconds, expires=seconds + EXPIRES_SECONDS)


@shared_task
def forget_webhook_calls() -> None:
    calling.forget_calls(timezone.now())


@shared_task
def look_at_reports() -> None:
    hints.look_at_reports(timezone.now())


@signals.task_success.connect
def note_success(sender: Task, **_: Any) -> None:
    """Every package's jobs are seen from here: /readyz tells when each last ran."""
    JobRun.objects.note(sender.name, timezone.now())
