"""佐证材料: files that bear out what is reported, kept as they came."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans.org.models import User
from tasks import evidence, record
from tasks.models import Attachment, Report, Task
from tasks.services.moves import check_actor, lock_for
from tasks.states import ACTS

MOST = 200  # on one task


class AlreadyAttached(DomainError):
    """These bytes are on the task already: nothing is to be done, and nothing to go on the record."""


@dataclass
class Upload:
    """A file as it came."""

    content: bytes
    name: str

    @classmethod
    def of(cls, file: IO[bytes], name: str) -> "Upload":
        """Never more than one byte over the limit: then it is refused."""
        return cls(file.read(settings.ATTACHMENT_MAX_BYTES + 1), evidence.clean_name(name))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def attach(
    pk: int,
    upload: Upload,
    *,
    actor: User,
    now: datetime,
    report: int | None = None,
    version: int | None = None,
) -> tuple[Attachment, bool]:
    """Attach a file to a task, or to one of its reports; False when these bytes are there already.

    Nothing is stored on FileTooLarge (413), InputInvalid and ClassifiedDocument (400), NotAllowed (403), and
    what `lock_for` raises. A file is read for marks of secrecy only once it is known whose it is.
    """
    kind = evidence.check(upload.content, upload.name, settings.ATTACHMENT_MAX_BYTES)
    filed = report_of(pk, report) if report else None
    parties = Task.objects.select_related("plan").only("lead", "issuer", "parent", "plan__issuer")
    check_actor(parties.get(pk=pk), ACTS["attach"], actor)
    if filed and not actor.is_superuser and not actor.standing.holds(filed.department_id, "liaison", "head"):
        raise NotAllowed(_("只能为本单位的进展填报上传附件。"), code="report_not_yours")
    evidence.refuse_classified(upload.content, kind, upload.name)
    attachment = Attachment(
        task_id=pk,
        report=filed,
        name=upload.name,
        sha256=upload.sha256,
        size=len(upload.content),
        media_type=kind.media_type,
        uploaded_by=actor,
    )
    try:
        store(attachment, upload.content, actor=actor, now=now, version=version)
    except AlreadyAttached:
        return Attachment.objects.select_related("event").get(task=pk, sha256=upload.sha256), False
    return attachment, True


def report_of(pk: int, report: int) -> Report:
    found = Report.objects.filter(task=pk, pk=report).first()
    if found is None:
        raise InputInvalid(_("该进展填报不属于这项任务。"), code="report_unknown")
    return found


def store(attachment: Attachment, content: bytes, *, actor: User, now: datetime, version: int | None) -> None:
    """The file, its row and its line on the record, or none of them."""
    try:
        with transaction.atomic():
            task = lock_for(attachment.task_id, "attach", actor=actor, version=version)
            check_room(attachment)
            data = {"name": attachment.name, "sha256": attachment.sha256, "size": attachment.size}
            attachment.event = record.write(task, "attached", actor=actor, at=now, data=data)
            attachment.uploaded_at = attachment.event.at
            attachment.file.save(attachment.name, ContentFile(content), save=False)
            attachment.save(force_insert=True)
    except BaseException:  # also of the commit itself
        if attachment.file:
            attachment.file.storage.delete(attachment.file.name)
        raise


def check_room(attachment: Attachment) -> None:
    """The task is locked, so that what is found stays true."""
    held = list(Attachment.objects.filter(task=attachment.task_id).values_list("sha256", flat=True))
    if attachment.sha256 in held:
        raise AlreadyAttached(_("该文件已上传。"))
    if len(held) >= MOST:
        raise DomainError(
            _("一项任务最多{most}个附件，不能再上传。").format(most=MOST), code="too_many_attachments"
        )
