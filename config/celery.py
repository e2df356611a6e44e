"""The Celery application. Jobs live in `jobs.py` of each package; what runs when is one table here."""

import os
from datetime import timedelta
from typing import Any

from celery import Celery, signals
from celery.beat import Service
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")


@signals.worker_init.connect
@signals.beat_init.connect
def hold_servers(**_: Any) -> None:
    """The parent of the worker's processes holds both servers; its children let go when they end."""
    if settings.EMBEDDED:
        embedded.start_postgres()
    start_broker()


@signals.before_task_publish.connect
def start_broker(**_: Any) -> None:
    if settings.EMBEDDED_BROKER:
        embedded.start_valkey()


@signals.beat_init.connect
def make_what_is_missing(sender: Service, **_: Any) -> None:
    """At its start the scheduler runs every job: what an outage left undone must not wait a period more."""
    for entry in sender.scheduler.schedule.values():
        entry.last_run_at -= timedelta(days=1)


MINUTE = 60
HOUR = 60 * MINUTE


def every(job: str, seconds: int) -> dict[str, object]:
    """Each job makes whatever is missing, so a run that waited too long is dropped: the next does it."""
    return {"task": job, "schedule": seconds, "options": {"expires": seconds - 5}}


app.conf.beat_schedule = {
    "forget keys": every("plans.org.jobs.forget_keys", HOUR),
    "forget visits": every("config.jobs.forget_visits", HOUR),
    "read waiting plans": every("plans.jobs.read_waiting_plans", MINUTE),
    "mark late": every("tasks.jobs.mark_late", HOUR),
    "open report periods": every("tasks.jobs.open_report_periods", HOUR),
    "carry out bulk runs": every("tasks.jobs.carry_out_bulk_runs", MINUTE),
    "seal record": every("tasks.jobs.seal_record", HOUR),
    "make reminders": every("reports.jobs.make_reminders", 10 * MINUTE),
    "tell events": every("reports.jobs.tell_events", MINUTE),
    "deliver": every("reports.jobs.deliver", MINUTE),
    "deliver webhooks": every("reports.jobs.deliver_webhooks", MINUTE),
    "forget webhook calls": every("reports.jobs.forget_webhook_calls", HOUR),
    "look at reports": every("reports.jobs.look_at_reports", MINUTE),
    "make bulletins": every("reports.jobs.make_bulletins", MINUTE),
    "make summaries": every("reports.jobs.make_summaries", HOUR),
}
