"""The day's digest: what the ledger owes, as one message for each person who is to hear of it.

Few statements however much is owed: who hears of a task depends only on where it stands among the
departments, so that the posts are looked up once for each such place and joined to its reminders.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from plans.org import workdays
from plans.org.models import User
from reports import contacts, notices, outbox
from reports.addressees import Place, Posts
from reports.ladder import COUNTS
from reports.models import DigestLine, Notification
from reports.models.message import LISTED, Section
from tasks.services.periods import asked_until

logger = logging.getLogger(__name__)
COMPOSED_AT_ONCE = 200
TOLD_WITH = ("task__lead", "rule", "report_period", "instruction")
SILENCE = """
    UPDATE reports_reminder reminder SET outcome = 'silenced', delivered_at = %(now)s, recipients = 0
    FROM reports_reminderrule rule
    WHERE reminder.delivered_at IS NULL AND reminder.remind_on <= %(day)s
    AND rule.id = reminder.rule_id AND rule.anchor = %(anchor)s
    AND (%(ahead)s AND reminder.due_on < %(day)s OR NOT rule.is_active
        OR reminder.audience <> ALL (rule.audiences) OR NOT EXISTS (
        SELECT FROM tasks_task task {joined}
        CROSS JOIN (VALUES (%(day)s::date, %(known)s::date, %(asked)s::date)) AS on_day (day, known, asked)
        WHERE task.id = reminder.task_id AND {date} = reminder.due_on AND {waiting}
        AND {report_period} IS NOT DISTINCT FROM reminder.report_period_id
        AND {instruction} IS NOT DISTINCT FROM reminder.instruction_id))
"""
# What is left, set apart with its place. PostgreSQL can know how much that is: of a table in which nearly
# nothing is ever waiting it expects one line, and walked 87,000 for each of them.
OWED = """
    CREATE TEMPORARY TABLE owed ON COMMIT DROP AS
    SELECT reminder.id, remind_on, task_id, audience, lead_id, issuer_id, parent_id IS NOT NULL AS is_part,
        row_number() OVER (
            PARTITION BY task_id, audience, counted.date, instruction_id
            ORDER BY remind_on DESC, reminder.id DESC) = 1 AS is_latest
    FROM reports_reminder reminder JOIN tasks_task task ON task.id = task_id
    JOIN reports_reminderrule rule ON rule.id = rule_id
    JOIN unnest(%(anchors)s::text[], %(dates)s::text[]) AS counted (anchor, date) USING (anchor)
    WHERE delivered_at IS NULL AND remind_on <= %(day)s
"""
# Of what a task owes an audience counted from one date, only the latest is told: no flood after an outage.
SILENCE_OLDER = """
    UPDATE reports_reminder reminder SET outcome = 'silenced', delivered_at = %(now)s, recipients = 0
    FROM owed WHERE owed.id = reminder.id AND NOT is_latest
"""
PLACES = "SELECT DISTINCT lead_id, issuer_id, is_part, audience FROM owed WHERE is_latest"
OF_PLACE = """
    unnest(%(leads)s::bigint[], %(issuers)s::bigint[], %(parts)s::bool[], %(audiences)s::text[],
        %(values)s::bigint[], %(held)s::bool[]) AS place (lead_id, issuer_id, is_part, audience, value, held)
    USING (lead_id, issuer_id, is_part, audience)
"""
WRITE_LINES = f"""
    INSERT INTO reports_digestline (notification_id, reminder_id, user_id)
    SELECT digest.id, owed.id, digest.user_id
    FROM owed JOIN {OF_PLACE}
    JOIN unnest(%(digests)s::bigint[], %(users)s::bigint[]) AS digest (id, user_id)
    ON digest.user_id = place.value
    WHERE is_latest ORDER BY owed.id
"""
# FILTER, not WHERE: with the index of all that was ever sent each line would walk through all of it.
SETTLE = f"""
    UPDATE reports_reminder reminder SET delivered_at = %(now)s, recipients = told.recipients,
        outcome = CASE WHEN told.held THEN 'sent' ELSE 'redirected' END,
        number = CASE WHEN told.held THEN told.number END
    FROM (
        SELECT owed.id, place.held, place.value AS recipients,
            row_number() OVER (PARTITION BY owed.task_id, audience ORDER BY remind_on, owed.id) + (
                SELECT count(*) FILTER (WHERE before.outcome = 'sent') FROM reports_reminder before
                WHERE before.task_id = owed.task_id AND before.audience = owed.audience) AS number
        FROM owed JOIN {OF_PLACE}
        WHERE is_latest
    ) told WHERE told.id = reminder.id
"""
WRITE_TEXTS = """
    UPDATE reports_notification SET title = said.title, text = said.text, task_id = said.task_id
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[]) AS said (id, title, text, task_id)
    WHERE reports_notification.id = said.id
"""


class Circle:
    """Who hears of the owed reminders of each place and audience, by the posts people hold now."""

    def __init__(self, rows: Iterable[tuple[int, int, bool, str]]) -> None:
        self.rows = [(Place(lead, issuer, part), audience) for lead, issuer, part, audience in rows]
        posts = Posts({place for place, _ in self.rows})
        self.holders = [posts.of(place, audience) for place, audience in self.rows]
        self.told = [
            held or posts.instead(place) for held, (place, _) in zip(self.holders, self.rows, strict=True)
        ]
        self.out_of_reach = self.find_out_of_reach(posts)

    def find_out_of_reach(self, posts: Posts) -> dict[User, list[User]]:
        """Whom no message leaves the system for, by the supervisor who is to know it."""
        people = {person for told in self.told for person in told}
        lost = set(contacts.unreachable(people))
        found: dict[User, set[User]] = defaultdict(set)
        for (place, _), told in zip(self.rows, self.told, strict=True):
            for person in lost.intersection(told):
                for supervisor in posts.instead(place):
                    found[supervisor].add(person)
        return {who: sorted(whom, key=lambda user: user.username) for who, whom in found.items()}

    def people(self) -> list[User]:
        """Everybody who gets a digest."""
        found = {person.pk: person for told in self.told for person in told}
        found |= {person.pk: person for person in self.out_of_reach}
        return [found[pk] for pk in sorted(found)]

    def columns(self, values: list[list[int]]) -> dict[str, list[Any]]:
        """For OF_PLACE: each place and audience with its values, one row a value."""
        rows = [
            (place.lead_id, place.issuer_id, place.is_part, audience, value, bool(holders))
            for (place, audience), holders, theirs in zip(self.rows, self.holders, values, strict=True)
            for value in theirs
        ]
        names = ("leads", "issuers", "parts", "audiences", "values", "held")
        return {name: [row[n] for row in rows] for n, name in enumerate(names)}

    def by_person(self) -> dict[str, list[Any]]:
        return self.columns([[person.pk for person in told] for told in self.told])

    def by_number(self) -> dict[str, list[Any]]:
        return self.columns([[len(told)] for told in self.told])


def make(day: date, *, now: datetime, by_hand: bool = False) -> int:
    """Tell everyone what the ledger owes them, each in one message; how many lines were dealt with.

    In the caller's transaction: no message without its lines, no line settled without its message. The
    caller lets nobody else make digests meanwhile: only then is 第N次 counted right. `by_hand`: besides the
    day's digest.
    """
    with connection.cursor() as cursor:
        silenced = silence(day, now)
        cursor.execute(PLACES)
        circle = Circle(cursor.fetchall())
        for (place, audience), told in zip(circle.rows, circle.told, strict=True):
            if not told:
                logger.warning("Reminders to %s of %s have nobody to go to.", audience, place)
        digests = Notification.objects.bulk_create(
            Notification(user=person, digest_on=None if by_hand else day, created_at=now)
            for person in circle.people()
        )
        addressed = {"digests": [d.pk for d in digests], "users": [d.user_id for d in digests]}
        cursor.execute(WRITE_LINES, circle.by_person() | addressed)
        cursor.execute(SETTLE, circle.by_number() | {"now": now})
        settled = cursor.rowcount
    for start in range(0, len(digests), COMPOSED_AT_ONCE):
        compose(digests[start : start + COMPOSED_AT_ONCE], day, circle.out_of_reach)
    outbox.post(digests, now)
    return silenced + settled


def silence(day: date, now: datetime) -> int:
    """Leave unsaid what does not hold any more, or was overtaken; how many lines. The rest is in `owed`.

    For a deadline that was moved, a task signed for or done meanwhile, a rule switched off, nobody hears what
    was owed. Nor that a deadline is near once it has passed. What is owed for a later day is left alone.
    """
    given = {
        "now": now,
        "day": day,
        "known": min(day, timezone.localdate(now)),
        "asked": asked_until(day, workdays.calendar()),
        "anchors": list(COUNTS),
        "dates": [count.date for count in COUNTS.values()],
    }
    silenced = 0
    with connection.cursor() as cursor:
        for anchor, count in COUNTS.items():
            of_this = {"anchor": anchor, "ahead": count.ahead}
            cursor.execute(count.put_into(SILENCE), given | of_this)
            silenced += cursor.rowcount
        cursor.execute("DROP TABLE IF EXISTS pg_temp.owed")  # of an earlier call in this transaction
        cursor.execute(OWED, given)
        cursor.execute("ANALYZE owed")
        cursor.execute(SILENCE_OLDER, given)
        return silenced + cursor.rowcount


def compose(digests: Iterable[Notification], day: date, out_of_reach: dict[User, list[User]]) -> None:
    """Put each digest into words: the most urgent of its lines, and how many there are of each sort."""
    digests = {digest.pk: digest for digest in digests}
    lines = DigestLine.objects.filter(notification__in=digests).order_by()
    counts: dict[int, dict[Section, int]] = defaultdict(lambda: defaultdict(int))
    sorts = ("notification", "reminder__rule__anchor", "reminder__outcome")
    for pk, anchor, outcome, count in lines.values_list(*sorts).annotate(Count("pk")):
        counts[pk][Section.of(anchor, outcome)] += count
    shown: dict[int, list[Any]] = defaultdict(list)
    for line in lines.most_urgent(LISTED).select_related(*(f"reminder__{name}" for name in TOLD_WITH)):
        shown[line.notification_id].append(line.reminder)
    for pk, digest in digests.items():
        told = notices.digest_notice(shown[pk], counts[pk], day, out_of_reach.get(digest.user, []))
        digest.title, digest.text = told
        digest.task_id = shown[pk][0].task_id if len(shown[pk]) == 1 else None
    with connection.cursor() as cursor:
        rows = [(d.pk, d.title, d.text, d.task_id) for d in digests.values()]
        cursor.execute(WRITE_TEXTS, [list(column) for column in zip(*rows, strict=True)])
