"""When the day's digest goes out: once on each working day, from the hour that the office begins with."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from plans.org import workdays
from reports import digests, reminders
from reports.models import JobRun, Notification

JOB = "reports.jobs.deliver"


@transaction.atomic
def deliver(now: datetime) -> int:
    """Tell what the ledger owes, if the day's digest is due; how many lines were dealt with.

    Repeating is harmless: what is owed later that day waits for the next working day's digest.
    """
    run, today = take_turn(now), timezone.localdate(now)
    if not is_due(run, now):
        return 0
    # After an outage both jobs start at once: what the missed days owe belongs in this digest.
    reminders.catch_up(now)
    JobRun.objects.filter(pk=run.pk).update(through=today)
    return digests.make(today, now=now)


@transaction.atomic
def deliver_by_hand(day: date, *, now: datetime) -> int:
    """Tell what is owed as if it were that day, at whatever hour and besides the day's digest."""
    take_turn(now)
    return digests.make(day, now=now, by_hand=True)


def take_turn(now: datetime) -> JobRun:
    """Of two at once the second waits for the first: the lock on the job's row."""
    return JobRun.objects.select_for_update().get_or_create(job=JOB, defaults={"ran_at": now})[0]


def is_due(run: JobRun, now: datetime) -> bool:
    """Each day is asked for its own digest: a clock that once ran ahead keeps no later day from it."""
    here = timezone.localtime(now)
    today = here.date()
    if run.through == today or here.time() < settings.DIGEST_AT or not workdays.calendar().is_workday(today):
        return False
    return not Notification.objects.filter(digest_on=today).exists()
