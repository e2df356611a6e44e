"""Secrecy marks at a document's head: such a document must not enter this system at all."""

import re
from collections.abc import Iterator

from config.errors import DomainError
from plans.parser.document import Document, Warning


class ClassifiedDocument(DomainError):
    """A classified document was handed in; nothing of it may be stored."""

    code = "classified_document"
    status = 400


_LEVEL = r"(?:绝\s*密|机\s*密|秘\s*密)\s*级?"
_TERM = r"(?:长\s*期|[\d一二三四五六七八九十]+\s*(?:年|个?月|天|日))"
# The mark alone, or with the copy number, the urgency or the term beside it; never a word in a sentence.
_MARK = re.compile(
    rf"^[\s\d〇№No.份号：:]*(?:密\s*级\s*[:：]\s*)?{_LEVEL}\s*(?:[★☆*＊]\s*{_TERM}?)?\s*(?:特\s*急|加\s*急|平\s*急|急\s*件)?\s*$"
)
# The star is printed on marks only, so with it the mark counts wherever it stands at the head.
_STARRED = re.compile(rf"(?<![\u4e00-\u9fff]){_LEVEL}\s*[★☆＊]")
_FIELD = re.compile(rf"密\s*级\s*[:：|]\s*{_LEVEL}")
_RESTRICTED = re.compile(
    r"^[^\S\n]*内[^\S\n]*部\s{0,4}(?:资料|文件|使用|传阅)?\s{0,4}(?:[★☆].{0,8}|[,，]?\s{0,4}注意保存.{0,4})?[^\S\n]*$"
    r"|不\s{0,4}予\s{0,4}公\s{0,4}开",
    re.M,
)
# A mark stands above the title: these many lines and characters are the head.
_HEAD_LINES = 12
_HEAD = 400


def check(document: Document) -> tuple[Warning, ...]:
    """Refuse a classified document; warn of one that is merely not for publication."""
    for line in (*_head(document.text), *_head(document.margins)):
        folded = line.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        if _MARK.match(folded) or _STARRED.search(folded) or _FIELD.search(folded):
            raise ClassifiedDocument("文件标有密级，不得上传本系统，请按保密规定处理。")
    found = _RESTRICTED.search(document.text)
    if not found:
        return ()
    message = "文件标注为内部或不予公开，请确认可以在本系统办理。"
    return (Warning("restricted_document", message, found.start(), found.end()),)


def _head(text: str) -> Iterator[str]:
    lines = [line for line in text[: _HEAD * 4].split("\n") if line.strip()]
    return (line[:_HEAD] for line in lines[:_HEAD_LINES])
