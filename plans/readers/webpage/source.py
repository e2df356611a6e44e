"""The file's bytes to a tree: saved archives, encodings, and markup that is too much."""

import email
import email.policy
import re
from email.message import Message

import lxml.html
from lxml import etree

from plans.parser.document import Warning
from plans.readers.assembly import MOST_CHARACTERS
from plans.readers.encodings import decode
from plans.readers.refusal import PlanNotReadable

# A page exported by Word has a tag for every few words: one of 500 pages has under 200,000.
MOST_TAGS = 500_000
# Markup is several times as long as the text in it.
_MOST_MARKUP = 3 * MOST_CHARACTERS
_ARCHIVE = re.compile(rb"^(?:MIME-Version:|Content-Type:\s*multipart/)", re.I | re.M)
_SAYS_ENCODING = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=|<\?xml[^>]{0,80}?encoding\s*=)\s*["']?([\w-]+)""", re.I
)
# Where a page says its encoding.
_HEAD = 4096
_INLINE = re.compile(
    r"</?(?:font|span|b|i|u|em|strong|a|o:p|st1:\w+|small|big|label|ins|center)\b[^>]*>", re.I
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def markup(content: bytes) -> tuple[str, tuple[Warning, ...]]:
    """The page's HTML as text, out of the archive where a browser made one."""
    said = ""
    if _ARCHIVE.search(content[:_HEAD]) and not content.lstrip().startswith(b"<"):
        content, said = _archived(content)
    found = _SAYS_ENCODING.search(content[:_HEAD])
    text, doubts = decode(content, found[1].decode("ascii", "ignore") if found else said)
    if len(text) > _MOST_MARKUP or text.count("<") > MOST_TAGS:
        raise PlanNotReadable("网页内容过多，不像是一份计划，请将正文复制到Word中保存为.docx后上传。")
    return _UNPRINTABLE.sub("", text), doubts


def tree(text: str) -> etree._Element:
    """The page's elements; the HTML parser knows no entities but the standard ones and fetches nothing."""
    root, deep = _parse(text)
    if deep:
        # Editors leave <font> and <span> open by the hundred; no line ends with them.
        root, deep = _parse(_INLINE.sub("", text))
    if deep:
        raise PlanNotReadable("网页的结构过于复杂，无法读取，请将正文复制到Word中保存为.docx后上传。")
    return root


def _parse(text: str) -> tuple[etree._Element, bool]:
    """The tree, and whether the parser gave up because of its depth."""
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = lxml.html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:  # nothing in it
        root = lxml.html.Element("html")
    return root, any("depth" in error.message for error in parser.error_log)


def _archived(content: bytes) -> tuple[bytes, str]:
    """The first page of a single-file archive (.mht), and the encoding its part states."""
    message: Message = email.message_from_bytes(content, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            return page if isinstance(page, bytes) else b"", part.get_content_charset() or ""
    raise PlanNotReadable("网页归档文件中没有网页，请重新保存后上传。")
