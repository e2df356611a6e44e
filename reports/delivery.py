"""Delivering what is owed: to the people who hold the posts now, each reminder once."""

import logging
from collections import Counter
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from plans.org.models import User
from reports import notices
from reports.addressees import Posts
from reports.ladder import DATE, WAITING
from reports.models import JobRun, Notification, Reminder

logger = logging.getLogger(__name__)
JOB = "reports.jobs.deliver"
BATCH = 500
Outcome = Reminder.Outcome
NOTE_OUTCOMES = """
    UPDATE reports_reminder reminder
    SET delivered_at = %s, outcome = dealt.outcome, number = dealt.number, recipients = dealt.recipients
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[]) AS dealt (id, outcome, number, recipients)
    WHERE reminder.id = dealt.id
"""


def deliver(now: datetime) -> int:
    """Deliver every owed reminder; how many were dealt with. Repeating is harmless, two share the work."""
    dealt_with = 0
    while count := deliver_batch(now):
        dealt_with += count
    return dealt_with


@transaction.atomic
def deliver_batch(now: datetime) -> int:
    """The oldest of what is owed, as one transaction: no notification without its line in the ledger.

    The lock on the job's row makes deliverers take turns: only then is 第N次 counted right.
    """
    JobRun.objects.select_for_update().get_or_create(job=JOB, defaults={"ran_at": now})
    owed = list(
        Reminder.objects.filter(delivered_at=None).select_related("task__lead", "rule").order_by("id")[:BATCH]
    )
    if not owed:
        return 0
    posts, numbers = Posts({r.task for r in owed}), sent_before(owed)
    notifications: list[Notification] = []
    for reminder in owed:
        reminder.delivered_at = now
        if is_wanted(reminder):
            notifications += tell(reminder, posts, numbers)
        else:
            reminder.outcome, reminder.recipients = Outcome.SILENCED, 0
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    note_outcomes(owed, now)
    return len(owed)


def note_outcomes(reminders: list[Reminder], now: datetime) -> None:
    """One statement of arrays: as bulk_update's cases this took three quarters of a batch's time."""
    columns = zip(*((r.pk, r.outcome, r.number, r.recipients) for r in reminders), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NOTE_OUTCOMES, [now, *map(list, columns)])


def is_wanted(reminder: Reminder) -> bool:
    """For a deadline that was moved, or a task signed for or done meanwhile, nobody hears what was owed."""
    task, anchor = reminder.task, reminder.rule.anchor
    return task.status in WAITING[anchor] and getattr(task, DATE[anchor]) == reminder.due_on


def sent_before(owed: list[Reminder]) -> Counter[tuple[int, str]]:
    """How often each task's audiences have been reminded."""
    rows = Reminder.objects.filter(task__in={r.task_id for r in owed}, outcome=Outcome.SENT)
    return Counter(
        {
            (task, audience): count
            for task, audience, count in rows.order_by().values_list("task", "audience").annotate(Count("id"))
        }
    )


def tell(reminder: Reminder, posts: Posts, numbers: Counter[tuple[int, str]]) -> list[Notification]:
    """One notification per person. A post that nobody holds is told to the supervisors, never passed over."""
    today, people = timezone.localdate(reminder.delivered_at), posts.of(reminder.task, reminder.audience)
    if people:
        numbers[reminder.task_id, reminder.audience] += 1
        reminder.number = numbers[reminder.task_id, reminder.audience]
        reminder.outcome = Outcome.SENT
        title = notices.reminder_title(reminder, reminder.number, today)
        text = notices.reminder_text(reminder, today)
    else:
        people = posts.instead(reminder.task)
        reminder.outcome = Outcome.REDIRECTED
        title, text = notices.redirected_title(reminder, today), notices.redirected_text(reminder, today)
        if not people:
            logger.warning("Reminder %s of %s has nobody to go to.", reminder.pk, reminder.task.code)
    reminder.recipients = len(people)
    return [notification(person, reminder, title, text) for person in people]


def notification(person: User, reminder: Reminder, title: str, text: str) -> Notification:
    return Notification(
        user=person,
        reminder=reminder,
        task_id=reminder.task_id,
        title=title,
        text=text,
        created_at=reminder.delivered_at,
    )
