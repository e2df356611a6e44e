"""Owe and deliver reminders by hand, or see what would be owed."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.management import CommandError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from config.commands import OfficeCommand
from config.days import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR
from reports import delivery, digests, reminders
from reports.addressees import Posts
from reports.models import Reminder


class Command(OfficeCommand):
    help = (
        "Owe the reminders of a day (default: today and every day missed) and deliver them. Prints one line "
        "for each that is new: task code, rule, step, audience, recipients, separated by tabs. Of the lines "
        "of one task and audience only the latest has recipients."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today", metavar="2026-12-24", help="as if it were this day: owe exactly what falls on it"
        )
        parser.add_argument("--dry-run", action="store_true", help="print, and change nothing")

    def handle(self, *, today: str | None, dry_run: bool, **_: Any) -> None:
        day, now = read_day(today) if today else None, timezone.now()
        seen_from = day or timezone.localdate(now)
        with transaction.atomic():
            delivery.take_turn(now)  # first of all, as in the job: else each might wait for the other
            before = Reminder.objects.aggregate(last=Max("id"))["last"] or 0
            if day:
                reminders.owe(day, now=now)
            else:
                reminders.catch_up(now)
            digests.silence(seen_from, now)
            for line in lines(Reminder.objects.filter(id__gt=before)):
                self.stdout.write(line)
            if dry_run:
                transaction.set_rollback(True)
            else:
                delivery.deliver_by_hand(seen_from, now=now)


def read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--today {text}：应为日期，如 2026-12-24。") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CommandError(f"--today {text}：年份应在{FIRST_YEAR}至{LAST_YEAR}之间。")
    return day


def lines(owed: QuerySet[Reminder]) -> Iterator[str]:
    found = list(owed.select_related("task", "rule").order_by("remind_on", "id"))
    posts = Posts({reminder.task for reminder in found})
    for reminder in found:
        told = [] if reminder.outcome else posts.told(reminder.task, reminder.audience)
        people = ",".join(user.username for user in told)
        yield "\t".join(
            [reminder.task.code, reminder.rule.code, str(reminder.step), reminder.audience, people]
        )
