"""Delivering what is owed: to the people who hold the posts now, each reminder once."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from plans.org.models import User
from reports import notices
from reports.addressees import Posts
from reports.ladder import DATE, WAITING, Anchor
from reports.models import JobRun, Notification, Reminder

logger = logging.getLogger(__name__)
JOB = "reports.jobs.deliver"
BATCH = 500  # lines, and with them all else that is owed for their tasks
Outcome = Reminder.Outcome
NOTE_OUTCOMES = """
    UPDATE reports_reminder reminder
    SET delivered_at = %s, outcome = dealt.outcome, number = dealt.number, recipients = dealt.recipients
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[]) AS dealt (id, outcome, number, recipients)
    WHERE reminder.id = dealt.id
"""


def deliver(now: datetime, today: date | None = None) -> int:
    """Deliver every owed reminder; how many were dealt with. Repeating is harmless, two share the work."""
    dealt_with = 0
    while count := deliver_batch(now, today or timezone.localdate(now)):
        dealt_with += count
    return dealt_with


@transaction.atomic
def deliver_batch(now: datetime, today: date) -> int:
    """The oldest of what is owed, as one transaction: no notification without its line in the ledger.

    The lock on the job's row makes deliverers take turns: only then is 第N次 counted right. A task is dealt
    with whole, so that the latest of what it owes is known however the lines fall into batches.
    """
    JobRun.objects.select_for_update().get_or_create(job=JOB, defaults={"ran_at": now})
    waiting = Reminder.objects.filter(delivered_at=None)
    oldest = waiting.order_by("id").values("task")[:BATCH]
    owed = list(waiting.filter(task__in=oldest).select_related("task__lead", "rule").order_by("id"))
    if not owed:
        return 0
    heard = heard_of(owed, today)
    posts, numbers = Posts({r.task for r in owed}), sent_before(owed)
    notifications: list[Notification] = []
    for reminder in owed:
        reminder.delivered_at = now
        if reminder in heard:
            notifications += tell(reminder, posts, numbers, today)
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


def heard_of(owed: Iterable[Reminder], today: date) -> set[Reminder]:
    """Of what a task owes an audience, the latest that still holds: no flood after an outage."""
    holding = sorted((r for r in owed if is_wanted(r, today)), key=lambda r: (r.remind_on, r.pk))
    return set({(r.task_id, r.audience): r for r in holding}.values())


def is_wanted(reminder: Reminder, today: date) -> bool:
    """For a deadline that was moved, or a task signed for or done meanwhile, nobody hears what was owed.

    Nor that a deadline is near once it has passed.
    """
    task, anchor = reminder.task, reminder.rule.anchor
    if anchor == Anchor.BEFORE_DUE and reminder.due_on < today:
        return False
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


def tell(
    reminder: Reminder, posts: Posts, numbers: Counter[tuple[int, str]], today: date
) -> list[Notification]:
    """One notification per person. A post that nobody holds is told to the supervisors, never passed over."""
    people = posts.of(reminder.task, reminder.audience)
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
