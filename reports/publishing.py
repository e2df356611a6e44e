"""What pages and programs do with a summary beyond its row: have its files made."""

from datetime import datetime

from django.db import transaction

from plans.org.models import User
from reports import bulletins, jobs
from reports.models import Bulletin, Summary


def have_files(summary: Summary, *, actor: User | None, now: datetime) -> list[Bulletin]:
    """Ask for the files of its present text and wake the job; a lost message is made good by the sweeper."""
    files = bulletins.request(summary, actor=actor, now=now)
    waiting = [file.pk for file in files if file.status == Bulletin.Status.WAITING]

    def kick() -> None:
        for pk in waiting:
            jobs.make_bulletin.delay(pk)

    transaction.on_commit(kick, robust=True)
    return files
