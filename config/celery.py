"""The Celery application. Jobs live in `jobs.py` of each package; what runs when is one table here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")

MINUTE = 60
HOUR = 60 * MINUTE


def every(job: str, seconds: int) -> dict[str, object]:
    """Each job makes whatever is missing, so a run that waited too long is dropped: the next does its work."""
    return {"task": job, "schedule": seconds, "options": {"expires": seconds - 5}}


app.conf.beat_schedule = {
    "read waiting plans": every("plans.jobs.read_waiting_plans", MINUTE),
    "mark late": every("tasks.jobs.mark_late", HOUR),
    "make reminders": every("reports.jobs.make_reminders", 10 * MINUTE),
    "deliver": every("reports.jobs.deliver", MINUTE),
    "make summaries": every("reports.jobs.make_summaries", HOUR),
}
