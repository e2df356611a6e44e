"""The jobs that tell people. Each makes what is missing: harmless twice, by two schedulers, or late."""

from typing import Any

from celery import Task, shared_task, signals
from django.utils import timezone

from reports import delivery, reminders, summaries, tidings
from reports.models import JobRun


@shared_task
def make_reminders() -> None:
    if reminders.catch_up(timezone.now()):
        deliver.delay()


@shared_task
def deliver() -> None:
    delivery.deliver(timezone.now())


@shared_task
def tell_events() -> None:
    tidings.tell_events(timezone.now())


@shared_task
def make_summaries() -> None:
    summaries.make_missing(timezone.now())


@signals.task_success.connect
def note_success(sender: Task, **_: Any) -> None:
    """Every package's jobs are seen from here: /readyz tells when each last ran."""
    JobRun.objects.note(sender.name, timezone.now())
