"""Plain text: where its paragraphs and tables lie."""

import re

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.readers.assembly import MOST_CHARACTERS, normalise
from plans.readers.encodings import decode
from plans.readers.refusal import PlanNotReadable

_RULE = re.compile(r"[\s|:+-]*-{2,}[\s|:+-]*")


def read(content: bytes) -> Document:
    """The text in whichever of the usual encodings it decodes strictly."""
    if not content.strip():
        raise PlanNotReadable("文件为空，请上传有内容的计划文件。")
    text, warnings = decode(content)
    text = normalise(text)
    if len(text) > MOST_CHARACTERS:
        raise PlanNotReadable("文件文字超过一千万字，不像是计划文件，请核对后重新上传。")
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
