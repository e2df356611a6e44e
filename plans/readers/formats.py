"""What kind of file it is, told by its content: names may lie, and offices save web pages as .doc."""

import re
from pathlib import PurePath

from plans.readers.refusal import PlanNotReadable, noted

# The readers, each a module beside this one.
TEXT, COMMAS, WORD, PDF, PAGE, SHEET = "text", "commas", "word", "pdf", "webpage", "sheet"

# The files a person is offered to choose from; a file without a suffix is looked at all the same.
READERS = {
    ".docx": WORD,
    ".pdf": PDF,
    ".html": PAGE,
    ".htm": PAGE,
    ".mht": PAGE,
    ".mhtml": PAGE,
    ".xlsx": SHEET,
    ".csv": COMMAS,
    ".txt": TEXT,
    ".text": TEXT,
    ".md": TEXT,
    "": TEXT,
}
# By suffix: what can't be read, and what to do.
_UNREAD = {
    ".doc": noted("旧版Word文件（.doc）不能直接识别，请用Word或WPS打开，另存为.docx后上传。"),
    ".wps": noted("WPS文字文件（.wps）不能直接识别，请用Word或WPS打开，另存为.docx后上传。"),
    ".rtf": noted("RTF文件不能直接识别，请用Word或WPS打开，另存为.docx后上传。"),
    ".odt": noted("ODT文件不能直接识别，请用Word或WPS打开，另存为.docx后上传。"),
    ".ofd": noted("OFD版式文件不能直接识别，请用阅读器导出为PDF，或上传Word原件（.docx）。"),
    ".xls": noted("旧版Excel文件（.xls）不能直接识别，请用Excel或WPS打开，另存为.xlsx后上传。"),
    ".et": noted("WPS表格文件（.et）不能直接识别，请用WPS打开，另存为.xlsx后上传。"),
    ".ppt": noted("演示文稿不能作为计划导入，请上传Word原件（.docx）。"),
    ".pptx": noted("演示文稿不能作为计划导入，请上传Word原件（.docx）。"),
    ".zip": noted("压缩包不能直接识别，请解压后逐个上传其中的计划文件。"),
    ".jpg": noted("图片不能直接识别，请先做文字识别（OCR），或上传Word原件（.docx）。"),
}
_UNKNOWN = noted("暂不支持这种格式，请另存为.docx、.pdf或.txt后上传。")
# The file's first bytes, and the suffix of the kind they give away.
_SIGNATURES = {
    b"{\\rtf": ".rtf",
    b"\xff\xd8\xff": ".jpg",
    b"\x89PNG": ".jpg",
    b"GIF8": ".jpg",
    b"BM": ".jpg",
    b"II*\x00": ".jpg",
    b"MM\x00*": ".jpg",
    b"Rar!": ".zip",
    b"7z\xbc\xaf": ".zip",
    b"\x1f\x8b": ".zip",
    b"PK\x05\x06": ".zip",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of the streams in such a container.
_STREAMS = {"WordDocument": ".doc", "Workbook": ".xls", "PowerPoint Document": ".ppt"}
# What a zip holds tells whose it is.
_PARTS = {
    "word/document": WORD,
    "xl/workbook": SHEET,
    "ppt/presentation": ".ppt",
    "OFD.xml": ".ofd",
    "content.xml": ".odt",
}
# A zip ends with this record and a comment of at most 64 KiB.
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557
_BINARY = (WORD, PDF, SHEET)
_HEAD = 4096
# Possessive: where one comment ends must not be tried anew for each of a thousand others.
_PAGE = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|head|body|meta|title|table|div|p)\b",
    re.I | re.S,
)
_SAVED_PAGE = re.compile(rb"^(?:MIME-Version:|Content-Type:\s*multipart/related)", re.I | re.M)


def recognise(content: bytes, name: str) -> str:
    """Which reader reads it. Raises PlanNotReadable with the way out for what none of them can."""
    suffix = PurePath(name).suffix.lower()
    named = READERS.get(suffix, suffix)
    told = _told(content)
    if told is None and named in _BINARY:
        raise PlanNotReadable("文件不是其扩展名所指的格式，可能已损坏，请打开后重新另存再上传。")
    kind = told or named
    if kind not in READERS.values():
        raise PlanNotReadable(_UNREAD.get(kind) or _UNKNOWN)
    return kind


def _told(content: bytes) -> str | None:
    """What the content says: a reader, or the suffix of a kind that has none; None for what may be text."""
    if b"%PDF-" in content[:1024]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content.startswith(_OLE):
        return _contained(content)
    found = next((kind for sign, kind in _SIGNATURES.items() if content.startswith(sign)), None)
    return found or (PAGE if _is_page(content) else None)


def _zipped(content: bytes) -> str:
    """By the names in it, which a zip never packs; opening it is for the reader's own process."""
    if _ZIP_END not in content[-_ZIP_TAIL:]:
        raise PlanNotReadable("文件不完整或已损坏，请用原程序打开后重新另存再上传。")
    names = content.lower().replace(b"\\", b"/")
    return next((kind for part, kind in _PARTS.items() if part.lower().encode() in names), ".zip")


def _contained(content: bytes) -> str:
    """Old Office files, and new ones with a password, are the same kind of container."""
    if _stream("EncryptedPackage") in content:
        raise PlanNotReadable("文件已加密，请在Word或Excel中取消密码后重新上传。")
    return next((kind for name, kind in _STREAMS.items() if _stream(name) in content), ".doc")


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le")


def _is_page(content: bytes) -> bool:
    """HTML, also with two bytes a letter, or a browser's single-file page."""
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\x00", b"")
    return bool(_PAGE.match(head) or _SAVED_PAGE.search(head))
