"""Which files may bear out a report: told by their bytes, since a name may lie. None is ever opened for show.

Own code: filetype is kept no longer, puremagic does not tell a zip's kinds apart, and both look for hundreds
of kinds where a short list is what makes it safe.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from plans import readers
from plans.readers.encodings import decode

LONGEST_NAME = 255
# The directory of a zip that holds an office file; reading a longer one would cost a gigabyte.
MOST_DIRECTORY = 2**20
_ZIP_END, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What begins so is no plain text, whatever its name: pages, scripts, other formats that are written in text.
_MARKED = re.compile(r"(?:<[!?/a-z]|%PDF-|%!PS|\{\\rtf|#!|MIME-Version:)", re.I)
# A mark of secrecy stands above the title: this much of a text is enough to find it.
_HEAD = 65_536


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called among programs, and whether these bytes are one."""

    media_type: str
    fits: Callable[[bytes], bool]
    readable: bool = False  # by plans.readers, so that a mark of secrecy is found


def begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signs)


def is_pdf(content: bytes) -> bool:
    return content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-")


def is_text(content: bytes) -> bool:
    """It decodes as what Chinese offices write, and is no other format's source."""
    try:
        return not _MARKED.match(decode(content)[0].removeprefix("\ufeff").lstrip())
    except readers.PlanNotReadable:
        return False


def zipped(part: str) -> Callable[[bytes], bool]:
    """A zip that holds this part, or folder of parts."""
    return lambda content: any(name.startswith(part) for name in names_in(content))


def names_in(content: bytes) -> list[str]:
    """What a zip holds; nothing when it is none, a broken or an outsized one."""
    end = content.rfind(_ZIP_END)
    long = int.from_bytes(content[end + 12 : end + 16], "little") > MOST_DIRECTORY
    if not content.startswith(b"PK\x03\x04") or end < 0 or long or _ZIP64 in content[max(end - 20, 0) : end]:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [name.replace("\\", "/") for name in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def contained(*streams: str) -> Callable[[bytes], bool]:
    """An older office's file: a container with one of these streams."""
    names = [name.encode("utf-16-le") for name in streams]
    return lambda content: content.startswith(_OLE) and any(name in content for name in names)


_OPEN = "application/vnd.openxmlformats-officedocument"
_IS_WORD, _IS_SHEET = contained("WordDocument"), contained("Workbook", "Book")
_IS_SLIDES = contained("PowerPoint Document")
_PHOTO = Kind("image/jpeg", begins(b"\xff\xd8\xff"))
KINDS: dict[str, Kind] = {
    ".docx": Kind(f"{_OPEN}.wordprocessingml.document", zipped("word/"), True),
    ".xlsx": Kind(f"{_OPEN}.spreadsheetml.sheet", zipped("xl/"), True),
    ".pptx": Kind(f"{_OPEN}.presentationml.presentation", zipped("ppt/")),
    ".doc": Kind("application/msword", _IS_WORD),
    ".xls": Kind("application/vnd.ms-excel", _IS_SHEET),
    ".ppt": Kind("application/vnd.ms-powerpoint", _IS_SLIDES),
    ".wps": Kind("application/vnd.ms-works", _IS_WORD),
    ".et": Kind("application/vnd.ms-excel", _IS_SHEET),
    ".pdf": Kind("application/pdf", is_pdf, True),
    ".ofd": Kind("application/ofd", zipped("OFD.xml")),
    ".png": Kind("image/png", begins(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _PHOTO,
    ".jpeg": _PHOTO,
    ".gif": Kind("image/gif", begins(b"GIF87a", b"GIF89a")),
    ".txt": Kind("text/plain", is_text, True),
    ".csv": Kind("text/csv", is_text, True),
}


class FileTooLarge(DomainError):
    code = "file_too_large"
    status = 413


def check(content: bytes, name: str, most: int) -> Kind:
    """What kind of file it is. Raises FileTooLarge, InputInvalid."""
    if len(content) > most:
        raise FileTooLarge(_("附件超过{size} MB，请压缩或拆分后再上传。").format(size=most // 2**20))
    if not content:
        raise InputInvalid(_("文件为空，请上传有内容的附件。"), code="file_empty")
    suffix = PurePath(name).suffix.lower()
    kind = KINDS.get(suffix)
    if kind is None:
        allowed = _("、").join(suffix.removeprefix(".") for suffix in KINDS)
        raise InputInvalid(
            _("附件只能是以下类型：{allowed}。").format(allowed=allowed), code="file_type_not_allowed"
        )
    if not kind.fits(content):
        message = _("文件内容与扩展名{suffix}不符，或已加密、损坏，请用原程序打开后另存再上传。").format(
            suffix=suffix
        )
        raise InputInvalid(message, code="file_type_mismatch")
    return kind


def refuse_classified(content: bytes, kind: Kind, name: str) -> None:
    """Raises ClassifiedDocument for a mark of secrecy in what can be read; other files are not looked into.

    A scan or a table with no text in it is a fine piece of evidence: that none can read it is no refusal.
    """
    if not kind.readable:
        return
    try:
        readers.read(content[:_HEAD] if kind.fits is is_text else content, name)
    except readers.PlanNotReadable:
        return


def clean_name(name: str) -> str:
    """A name as data: no folders, nothing unseen or that turns the writing round, not too long."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN).strip()
    suffix = PurePath(name).suffix
    if len(name) <= LONGEST_NAME or len(suffix) > LONGEST_NAME:
        return name[:LONGEST_NAME]
    return name[: LONGEST_NAME - len(suffix)] + suffix


# Control and format characters (the bidirectional overrides), half and private ones; breaks of line.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
