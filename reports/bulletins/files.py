"""The file of a summary's present text, or why there is none."""

from django.utils.translation import gettext as _

from config.errors import DomainError
from config.language import in_office_language
from reports.models import Bulletin, Summary
from reports.periods import Period

RETRY_SECONDS = 5


class BulletinNotMade(DomainError):
    """Nobody has asked for it."""

    code = "bulletin_not_made"


class BulletinBeingMade(DomainError):
    """`wait` becomes Retry-After."""

    code = "bulletin_being_made"
    wait = RETRY_SECONDS


class BulletinFailed(DomainError):
    code = "bulletin_failed"


def file_of(summary: Summary, kind: str) -> Bulletin:
    """Raises BulletinNotMade, BulletinBeingMade, BulletinFailed. It leaves nothing on the record."""
    asked = Bulletin.objects.filter(summary=summary, version=summary.version, format=kind)
    bulletin = asked.select_related("summary__department").first()
    if bulletin is None:
        raise BulletinNotMade(_("通报文件尚未生成，请先生成文件（POST summaries/）。"))
    if bulletin.status == Bulletin.Status.FAILED:
        raise BulletinFailed(
            _("通报文件生成失败：{failure}请处理后重新生成（POST summaries/）。").format(
                failure=_(bulletin.failure)
            )
        )
    if bulletin.status != Bulletin.Status.READY:
        told = {"done": bulletin.done, "total": bulletin.total}
        some = _("通报文件正在生成（{done}/{total}项），请稍后再下载。").format(**told)
        raise BulletinBeingMade(some if bulletin.total else _("通报文件正在生成，请稍后再下载。"), **told)
    if not is_kept(bulletin):
        raise BulletinFailed(_("通报文件不在了，请重新生成（POST summaries/）。"))
    return bulletin


def is_kept(bulletin: Bulletin) -> bool:
    return bulletin.file.storage.exists(bulletin.file.name)


def name_of(summary: Summary, kind: str) -> str:
    """What it is called on the reader's disk."""
    whose = f"（{summary.department.name}）" if summary.department else ""
    draft = "" if summary.released_at else "（草稿）"
    with in_office_language():
        return f"{Period.read(summary.period).label}重点工作推进情况通报{whose}{draft}.{kind}"
