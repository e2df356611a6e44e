"""What the half year left behind, and where that is not as reckoned."""

from collections import Counter
from email.message import EmailMessage

from django.utils import timezone

from reports.models import DigestLine, Notification, Reminder
from tests.faults.reckoning import Bureau


def differences(found: list[str], expected: list[str]) -> list[str]:
    """What is too much (+) and what is missing (-): a whole ledger is too long to look through."""
    more, less = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
    return [f"+ {line}" for line in more.elements()] + [f"- {line}" for line in less.elements()]


def of_the_ledger(expected: list[str]) -> list[str]:
    return differences(ledger(), expected)


def of_messages(reckoned: Bureau) -> list[str]:
    """In the system: digests and news, each once for each person."""
    return differences(digests(), reckoned.digests) + differences(news(), reckoned.news) + told_twice()


def of_mails(messages: list[EmailMessage], reckoned: Bureau) -> list[str]:
    return differences([to for each in messages for to in each.rcpt_tos], reckoned.mails())


def ledger() -> list[str]:
    """A line for each reminder."""
    rows = Reminder.objects.select_related("task", "rule").prefetch_related("lines__user")
    return [line_of(row) for row in rows]


def line_of(row: Reminder) -> str:
    told = sorted(line.user.username for line in row.lines.all())
    assert len(told) == (row.recipients or 0), row
    told_on = timezone.localdate(row.delivered_at) if row.delivered_at else "-"
    what = (row.remind_on, row.task.code, row.rule.code, row.step, row.audience)
    how = (told_on, row.outcome or "owed", row.number or "-", ",".join(told) or "-")
    return " ".join(map(str, (*what, *how)))


def digests() -> list[str]:
    """The day and the person of each; with the hour, should it be none of the office's."""
    found = Notification.objects.exclude(digest_on=None).select_related("user")
    return [f"{each.digest_on} {each.user.username}{odd_time(each)}" for each in found]


def odd_time(digest: Notification) -> str:
    here = timezone.localtime(digest.created_at)
    in_time = here.date() == digest.digest_on and (here.hour, here.minute) >= (8, 30)
    return "" if in_time else f" made at {here}"


def news() -> list[str]:
    """Who was told of which event at once; of several together the first."""
    found = Notification.objects.exclude(event=None).select_related("user", "event__task")
    return [f"{each.event.task.code} {each.event.kind} {each.user.username}" for each in found]


def told_twice() -> list[str]:
    """Whoever heard of one reminder more than once."""
    told = Counter(DigestLine.objects.values_list("user__username", "reminder"))
    return [f"{person} {reminder}" for (person, reminder), times in told.items() if times > 1]
