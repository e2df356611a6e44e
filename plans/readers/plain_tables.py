"""Tables in lines of text: by bars, by tabs or wide blanks below a title line, or laid out flat."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby

from plans.parser.columns import titled
from plans.parser.document import Paragraph, Row, Span, Table, Warning
from plans.parser.script import simplified
from plans.readers import flattened
from plans.readers.flattened import Found

_NO_CELLS = re.compile(r"[\s|:+-]*")
_WIDE = re.compile(r"\S\s{2,}\S")
_CELL = re.compile(r"\S+(?:\s\S+)*")
_SECTION = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|第[一二三四五六七八九十]{1,3}[部章])"
)
# A title of a column is short, so is a line of titles, and one that only names the rows below it.
_TITLES, _SHORT = 160, 60
_CODE, _UNCLEAR = "table_unclear", "表格的单元格与表头对应不上，请核对这几行"


def with_tables(
    text: str, blocks: Sequence[Paragraph | Table], doubts: Sequence[Warning] = ()
) -> tuple[list[Paragraph | Table], list[Warning]]:
    """The blocks with the tables that consecutive lines make, whatever the file calls them.

    Lines that the reader has found to be a table it cannot tell stay as they are.
    """
    starts = [block.start for block in blocks]
    kept = set()
    for doubt in doubts:
        if doubt.code == _CODE:
            kept.update(starts[bisect_left(starts, doubt.start) : bisect_left(starts, doubt.end)])
    found: list[Paragraph | Table] = []
    warnings: list[Warning] = []
    for is_line, run in groupby(blocks, lambda block: _is_line(block) and block.start not in kept):
        lines, at = list(run), 0
        while at < len(lines):
            made = _table(text, lines, at) if is_line else None
            table = Table(made.rows[0].start, made.rows[-1].end, made.rows) if made and made.rows else None
            found.append(table or lines[at])
            at = made.behind if made and table else at + 1
            unclear = made.unclear if made else ()
            warnings += [Warning(_CODE, _UNCLEAR, span.start, span.end) for span in unclear]
    return found, warnings


def _is_line(block: Paragraph | Table) -> bool:
    return isinstance(block, Paragraph) and block.level is None


def _table(text: str, lines: Sequence[Span], at: int) -> Found | None:
    """The table that begins with a line, if one does."""
    line = lines[at]
    flat = flattened.table(text, lines, at)
    if flat:
        return flat
    if _has_bar(text, line):
        rows = list(_barred(text, lines, at))  # a single one is navigation or an address
    elif line.end - line.start > _TITLES:
        return None
    elif text.find("\t", line.start, line.end) >= 0 or _WIDE.search(text, line.start, line.end):
        rows = _below_titles(text, lines, at)
    else:
        return None
    return Found(tuple(rows), at + len(rows)) if len(rows) > 1 else None


def _barred(text: str, lines: Sequence[Span], at: int) -> Iterator[Row]:
    """Rows by bars; below titles also a line without them, if it names the rows that follow it."""
    header = [simplified(text[cell.start : cell.end]) for cell in _pieces(text, lines[at], "|")]
    tasks = titled(header) is not None
    for index in range(at, len(lines)):
        line = lines[index]
        if _has_bar(text, line):
            ruled = _NO_CELLS.fullmatch(text, line.start, line.end)
            yield Row(line.start, line.end, () if ruled else tuple(_pieces(text, line, "|")))
        elif tasks and _names_barred(text, lines, index):
            yield Row(line.start, line.end, (Span(line.start, line.end),))
        else:
            return


def _has_bar(text: str, line: Span) -> bool:
    return text.find("|", line.start, line.end) >= 0


def _names_barred(text: str, lines: Sequence[Span], index: int) -> bool:
    """Whether a numbered line, or two, stand above a row: `一、防洪保安`, `（一）水库`."""
    line, below = lines[index], lines[index + 1 : index + 3]
    if line.end - line.start > _SHORT or not _SECTION.match(text, line.start, line.end) or not below:
        return False
    return _has_bar(text, below[0]) or (
        len(below) > 1
        and bool(_SECTION.match(text, below[0].start, below[0].end))
        and _has_bar(text, below[1])
    )


def _pieces(text: str, line: Span, mark: str) -> Iterator[Span]:
    """What stands between the marks, blanks left out."""
    at = line.start
    for piece in text[line.start : line.end].split(mark):
        blank = len(piece) - len(piece.lstrip())
        yield Span(at + blank, at + blank + len(piece.strip()))
        at += len(piece) + 1


def _below_titles(text: str, lines: Sequence[Span], at: int) -> list[Row]:
    """Rows by tabs or wide blanks; prose has both too, so the first line has to be one of titles."""
    header = _cells(text, lines[at])
    if len(header) < 3 or not titled([simplified(text[cell.start : cell.end]) for cell in header]):
        return []
    rows = [Row(lines[at].start, lines[at].end, tuple(header))]
    columns = [_offset(text, lines[at], cell) for cell in header]
    for index in range(at + 1, len(lines)):
        line = lines[index]
        cells = _cells(text, line)
        if len(cells) > 1 and "\t" not in text[line.start : line.end]:
            cells = _placed(text, line, cells, columns)
        elif len(cells) == 1 and not _names_rows(text, lines, index):
            break
        rows.append(Row(line.start, line.end, tuple(cells)))
    return rows


def _cells(text: str, line: Span) -> list[Span]:
    if text.find("\t", line.start, line.end) >= 0:
        return list(_pieces(text, line, "\t"))
    return [Span(*cell.span()) for cell in _CELL.finditer(text, line.start, line.end)]


def _placed(text: str, line: Span, cells: list[Span], columns: list[int]) -> list[Span]:
    """Each cell below the title that is nearest to it, when some are blank."""
    if len(cells) >= len(columns):
        return cells
    placed = [Span(cells[0].start, cells[0].start)] * len(columns)
    for cell in cells:
        offset = _offset(text, line, cell)
        placed[min(range(len(columns)), key=lambda i: abs(columns[i] - offset))] = cell
    return placed


def _offset(text: str, line: Span, cell: Span) -> int:
    """How far to the right a cell begins; a Chinese character is two wide."""
    before = text[line.start : cell.start]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)


def _names_rows(text: str, lines: Sequence[Span], index: int) -> bool:
    """Whether a line of one cell stands among the rows and names those below it."""
    line = lines[index]
    if line.end - line.start > _SHORT or index + 1 == len(lines):
        return False
    return len(_cells(text, lines[index + 1])) > 1 or bool(_SECTION.match(text, line.start, line.end))
