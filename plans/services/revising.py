"""修订: a corrected file of an issued plan is proposed, compared, and taken over or put aside."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from config.errors import DomainError, NotAllowed
from plans import readers, readings
from plans.access import may_supervise
from plans.models import Plan, PlanReading, PlanRevision
from plans.org.models import User
from plans.services.changes import lock_plan, note_change
from plans.services.differences import Comparison
from plans.services.intake import FileTooLarge, Upload, check_size, parse
from plans.services.pairing import settle

Status = PlanRevision.Status


class RevisionSame(DomainError):
    """The plan says what this file says already (409)."""

    code = "revision_same"


class RevisionDecided(DomainError):
    """It was confirmed or put aside before (409)."""

    code = "revision_decided"


def propose(plan: Plan, upload: Upload, *, actor: User, now: datetime) -> tuple[PlanRevision, bool]:
    """Keep a corrected file of an issued plan until somebody confirms or discards it.

    False when these bytes wait already. Bytes that were decided about are another revision, unless the plan
    says all of them by now. Nothing is stored on NotAllowed, FileTooLarge, PlanNotReadable,
    ClassifiedDocument, TooManyItems, PlanStateForbids, RevisionSame.
    """
    if not may_supervise(actor.standing, plan.issuer_id):
        raise NotAllowed(_("计划由印发单位的督查员修订。"))
    check_size(upload)
    reading = read(upload.content, upload.name)
    with transaction.atomic():
        plan = lock_plan(plan.pk, Plan.Status.ISSUED, actor=actor)
        same = plan.revisions.filter(sha256=upload.sha256).order_by("-number")
        if waiting := same.filter(status=Status.PROPOSED).first():
            return waiting, False
        if said_before(plan).sha256 == upload.sha256 and not left_over(same):
            raise RevisionSame(_("该文件与计划现行文本相同，无须修订。"))
        last = plan.revisions.aggregate(last=Max("number"))["last"] or 0
        revision = PlanRevision(
            plan=plan,
            number=last + 1,
            sha256=upload.sha256,
            file_name=upload.name[-255:],
            reading=reading,
            uploaded_by=actor,
            created_at=now,
        )
        revision.file.save(upload.name, ContentFile(upload.content), save=False)
        revision.save(force_insert=True)
        told = {"revision": revision.pk, "number": revision.number, "sha256": revision.sha256}
        note_change(plan, "revision_proposed", actor=actor, at=now, data=told)
        return revision, True


def read(content: bytes, name: str) -> dict[str, Any]:
    """A file as a stored reading. It is read while its uploader waits, so no book is taken."""
    document = readers.read(content, name)
    most = settings.PLAN_READ_AT_ONCE_BYTES
    if len(document.text.encode()) > most:
        raise FileTooLarge(_("修订文件的文字超过{most} MB，请只上传计划正文。").format(most=most // 2**20))
    return readings.stored(parse(document))


def left_over(same: QuerySet[PlanRevision]) -> bool:
    """Was the last that was confirmed of these, the latest first, confirmed without some of its lines?"""
    last = same.filter(status=Status.CONFIRMED).first()
    return last is not None and any(not line["applied"] for line in last.differences)


def said_before(plan: Plan) -> PlanReading:
    """What the plan's file said: read again the first time, since rules of reading change."""
    kept = PlanReading.objects.filter(plan=plan).first()
    if kept is None:
        kept = PlanReading(plan=plan, sha256=plan.sha256, reading=own_reading(plan))
        kept.save(force_insert=True)
    return kept


def own_reading(plan: Plan) -> dict[str, Any]:
    """Of the plan's own file; of its rows, where there is no file (an imported ledger) or it is lost."""
    rows = list(plan.items.filter(withdrawn_at=None).prefetch_related("owners__department", "targets"))
    try:
        with plan.file.open("rb") as file:
            reading = read(file.read(), plan.file_name)
    except (DomainError, OSError, ValueError):
        printed = [readings.as_if_printed(row) for row in rows if row.start is not None]
        return {"text": plan.text, "items": [readings.entry_of(said) for said in printed]}
    return settle(rows, plan.text, reading)


def compare(plan: Plan, revision: PlanRevision) -> Comparison:
    """What a revision that waits would change now."""
    return Comparison(plan, said_before(plan).reading, revision.reading)


@transaction.atomic
def discard_revision(revision: PlanRevision, *, actor: User, now: datetime) -> PlanRevision:
    """Put it aside; again, nothing happens. Raises NotAllowed, PlanStateForbids, RevisionDecided."""
    plan = lock_plan(revision.plan_id, Plan.Status.ISSUED, actor=actor)
    revision = PlanRevision.objects.get(pk=revision.pk)
    if revision.status == Status.CONFIRMED:
        raise RevisionDecided(_("该修订已确认，不能放弃。"))
    if revision.status == Status.PROPOSED:
        decide(revision, Status.DISCARDED, actor=actor, now=now)
        told = {"revision": revision.pk, "number": revision.number}
        note_change(plan, "revision_discarded", actor=actor, at=now, data=told)
    return revision


def decide(revision: PlanRevision, status: str, *, actor: User, now: datetime, note: str = "") -> None:
    revision.status, revision.decided_by, revision.decided_at, revision.note = status, actor, now, note
    revision.save(update_fields=["status", "decided_by", "decided_at", "note", "differences"])
