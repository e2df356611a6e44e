"""Plain text: which encoding it is in, and where its paragraphs and tables lie."""

import codecs
import re

from charset_normalizer import from_bytes

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.readers.assembly import normalise
from plans.readers.refusal import PlanNotReadable

# A plan of 5 MB would have more than a thousand pages.
LARGEST = 5_000_000
# Enough for a guess at a rare encoding; the guess is slow on more.
_SAMPLE = 65_536
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_RULE = re.compile(r"[\s|:+-]*-{2,}[\s|:+-]*")


def read(content: bytes) -> Document:
    """The text in whichever of the usual encodings it decodes strictly."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的计划文件。")
    if len(content) > LARGEST:
        raise PlanNotReadable("文本超过5MB，不像是计划文件，请核对后重新上传。")
    text, warnings = _decode(content)
    text = normalise(text)
    if not text.strip():
        raise PlanNotReadable("文件中没有文字，请上传有内容的计划文件。")
    return lay_out(text, warnings)


def lay_out(text: str, warnings: tuple[Warning, ...] = ()) -> Document:
    """Paragraphs are lines; two or more lines with `|` in them, blank ones aside, are a table."""
    blocks: list[Paragraph | Table] = []
    rows: list[Row] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if "|" in line:
            rows.append(_row(text, start, end))
        elif line.strip():
            _close(rows, blocks)
            blocks.append(Paragraph(start, end))
        start = end + 1
    _close(rows, blocks)
    return Document(text, tuple(blocks), warnings)


def _close(rows: list[Row], blocks: list[Paragraph | Table]) -> None:
    """A single line with bars is navigation or an address, not a table."""
    if len(rows) > 1:
        blocks.append(Table(rows[0].start, rows[-1].end, tuple(rows)))
    else:
        blocks.extend(Paragraph(row.start, row.end) for row in rows)
    rows.clear()


def _row(text: str, start: int, end: int) -> Row:
    if _RULE.fullmatch(text, start, end):
        return Row(start, end)
    cells: list[Span] = []
    at = start
    for piece in text[start:end].split("|"):
        blank = len(piece) - len(piece.lstrip())
        cells.append(Span(at + blank, at + blank + len(piece.strip())))
        at += len(piece) + 1
    return Row(start, end, tuple(cells))


def _decode(content: bytes) -> tuple[str, tuple[Warning, ...]]:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text, ()
    best = from_bytes(content[:_SAMPLE]).best() if b"\x00" not in content else None
    if best:
        text = content.decode(best.encoding, errors="replace")
        if _is_text(text):
            message = f"文件编码按{best.encoding}猜测，请核对文字有无乱码。"
            return text, (Warning("encoding_guessed", message, 0, 0),)
    raise PlanNotReadable("无法识别文件中的文字，请确认不是图片或其他格式，并另存为UTF-8文本后上传。")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    return ("utf-8-sig", "gb18030")


def _is_text(text: str) -> bool:
    """Almost no control or private characters, and not mostly letters that Chinese offices never print."""
    if "\x00" in text or len(_CONTROL.findall(text)) * 200 > len(text):
        return False
    usual = sum(
        1
        for c in text[:_SAMPLE]
        if c < "\x7f" or "\u2000" <= c <= "\u33ff" or "\u4e00" <= c <= "\u9fff" or c >= "\uff00"
    )
    return usual * 10 >= len(text[:_SAMPLE]) * 8
