"""A bulletin's file, made by a job: claimed by one worker, its progress in the row, kept by what it holds."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.errors import DomainError
from reports.bulletins import contents
from reports.bulletins.book import workbook_of
from reports.bulletins.word import document_of
from reports.models import Bulletin
from tasks import seals

Status, Format = Bulletin.Status, Bulletin.Format
# Whatever loses its worker this often (memory, time) will do so again.
MOST_ATTEMPTS = 3
GIVEN_UP = gettext_noop("多次生成均未完成，请联系系统管理员。")
WRITERS = {Format.DOCX: document_of, Format.XLSX: workbook_of}
# Tasks on how many of a format's pages are counted: the workbook has them once more by unit.
TIMES = {Format.DOCX: 1, Format.XLSX: 2}
SECONDS = 1


class Outdated(DomainError):
    """Its text is not there any more; only the job finds this out."""


class GivenUp(Exception):
    """Another worker has taken over, or it was asked for anew."""


@dataclass
class Progress:
    """Tells the row how far the work is, now and then; and the worker whether it is still its own."""

    mine: QuerySet[Bulletin]
    times: int
    told_at: float = field(default_factory=time.monotonic)

    def __call__(self, written: int) -> None:
        if time.monotonic() - self.told_at >= SECONDS:
            self.told_at = time.monotonic()
            self.say(done=written // self.times)

    def say(self, **said: int) -> None:
        if not self.mine.update(**said):
            raise GivenUp


def make(pk: int, *, now: datetime) -> bool:
    """The job's part: True when this call finished it, as a file or as failed.

    Claimed by a conditional update and fenced by its number, so of several workers one wins, and one that was
    given up on writes nothing. What can't be made becomes `failed` with its reason, for people to see; what
    breaks otherwise waits again, a few times.
    """
    bulletin = Bulletin.objects.select_related("summary__department").filter(pk=pk).first()
    if bulletin is None:  # asked for anew meanwhile
        return False
    mine = Bulletin.objects.filter(pk=pk, status=Status.MAKING, attempt=bulletin.attempt + 1)
    waiting = Bulletin.objects.waiting(now).filter(pk=pk, attempt=bulletin.attempt)
    if not waiting.update(status=Status.MAKING, attempt=bulletin.attempt + 1, claimed_at=now, done=0):
        return False
    if bulletin.attempt >= MOST_ATTEMPTS:
        return failed(mine, GIVEN_UP)
    try:
        return write(bulletin, mine, now)
    except GivenUp:
        return False
    except DomainError as error:
        return failed(mine, error.message)
    except Exception:
        mine.update(claimed_at=None)
        raise


def failed(mine: QuerySet[Bulletin], reason: str) -> bool:
    most = Bulletin._meta.get_field("failure").max_length
    return bool(mine.update(status=Status.FAILED, failure=reason[:most]))


def write(bulletin: Bulletin, mine: QuerySet[Bulletin], now: datetime) -> bool:
    if bulletin.summary.version != bulletin.version:
        raise Outdated(_("正文已修改，请下载新版本。"))
    # So that the seal is that of the period's last day, however soon after it the file is asked for.
    seals.seal_record(now)
    read = contents.read(bulletin.summary)
    progress = Progress(mine, TIMES[bulletin.format])
    progress.say(total=len(read.lines))
    content = WRITERS[bulletin.format](read, progress)
    progress.say(done=len(read.lines))
    bulletin.sha256 = hashlib.sha256(content).hexdigest()
    return bool(
        mine.update(
            status=Status.READY,
            file=stored(bulletin, content),
            sha256=bulletin.sha256,
            size=len(content),
            seal=read.seal.hash if read.seal else "",
            made_at=now,
        )
    )


def stored(bulletin: Bulletin, content: bytes) -> str:
    """Its file's name. The same content is kept once; what a lost worker left half written goes."""
    name = bulletin.file.field.generate_filename(bulletin, "")
    storage = bulletin.file.storage
    if storage.exists(name):
        if storage.size(name) == len(content):
            return name
        storage.delete(name)
    return storage.save(name, ContentFile(content))
