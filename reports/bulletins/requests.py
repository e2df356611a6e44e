"""Asking for a summary's files."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from plans.org.models import User
from reports.bulletins.files import is_kept
from reports.models import Bulletin, Summary


@transaction.atomic
def request(summary: Summary, *, actor: User | None, now: datetime) -> list[Bulletin]:
    """The files of its present text, each asked for once; one that failed, or is lost, is begun anew.

    They wait for the job `reports.jobs.make_bulletin`: the caller kicks it after the commit.
    """
    asked = Bulletin.objects.filter(summary=summary, version=summary.version)
    lost = [ready.pk for ready in asked.filter(status=Bulletin.Status.READY) if not is_kept(ready)]
    asked.filter(Q(status=Bulletin.Status.FAILED) | Q(pk__in=lost)).delete()
    Bulletin.objects.bulk_create(
        [
            Bulletin(
                summary=summary,
                format=kind,
                version=summary.version,
                requested_by=actor,
                requested_at=now,
            )
            for kind in Bulletin.Format.values
        ],
        ignore_conflicts=True,
    )
    return list(asked.order_by("format"))
