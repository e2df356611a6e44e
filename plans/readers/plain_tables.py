"""Tables in plain text: by bars, by tabs or wide blanks below a title line, or with a line for each cell."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from plans.parser.columns import titled
from plans.parser.document import Row, Span, Table

_NO_CELLS = re.compile(r"[\s|:+-]*")
_WIDE = re.compile(r"\S\s{2,}\S")
_CELL = re.compile(r"\S+(?:\s\S+)*")
_NUMBER_TITLE = re.compile(r"\s*(?:序\s*号|编\s*号|项\s*次)\s*$")
_NUMBER = re.compile(r"\s*(\d{1,3})\s*[、.．]?\s*$")
_SECTION = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|第[一二三四五六七八九十]{1,3}[部章])"
)
# A title of a column is short, so is a line of titles, and one that only names the rows below it.
_TITLE, _TITLES, _SHORT, _COLUMNS = 16, 160, 60, 12


def table_at(text: str, lines: Sequence[Span], at: int) -> tuple[Table, int] | None:
    """The table that begins with a line, and the line behind it."""
    line = lines[at]
    if text.find("|", line.start, line.end) >= 0:
        # A single line with bars is navigation or an address, not a table.
        below = lines[at + 1] if at + 1 < len(lines) else Span(0, 0)
        rows = list(_barred(text, lines, at)) if text.find("|", below.start, below.end) >= 0 else []
    elif line.end - line.start > _TITLES:
        return None
    elif _NUMBER_TITLE.match(text, line.start, line.end):
        rows = _stacked(text, lines, at)
    elif text.find("\t", line.start, line.end) >= 0 or _WIDE.search(text, line.start, line.end):
        rows = _below_titles(text, lines, at)
    else:
        return None
    if len(rows) < 2:
        return None
    behind = at
    while behind < len(lines) and lines[behind].start < rows[-1].end:
        behind += 1
    return Table(rows[0].start, rows[-1].end, tuple(rows)), behind


def _barred(text: str, lines: Sequence[Span], at: int) -> Iterator[Row]:
    while at < len(lines) and text.find("|", lines[at].start, lines[at].end) >= 0:
        line = lines[at]
        ruled = _NO_CELLS.fullmatch(text, line.start, line.end)
        yield Row(line.start, line.end, () if ruled else tuple(_pieces(text, line, "|")))
        at += 1


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
    if len(header) < 3 or not titled([text[cell.start : cell.end] for cell in header]):
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


def _stacked(text: str, lines: Sequence[Span], at: int) -> list[Row]:
    """A page's table saved as text with a line for each cell: known by its titles, then by its numbers."""
    stop = at + 1
    while stop < min(len(lines), at + _COLUMNS) and not _begins_row(text, lines[stop]):
        if lines[stop].end - lines[stop].start > _TITLE:
            return []
        stop += 1
    header = [_trimmed(text, line) for line in lines[at:stop]]
    if len(header) < 3 or not titled([text[cell.start : cell.end] for cell in header]):
        return []
    rows, width, at = [_of(header)], len(header), stop
    while at < len(lines) and _begins_row(text, lines[at]):
        if _NUMBER.match(text, lines[at].start, lines[at].end):
            stop = at + 1
            while stop < min(len(lines), at + width) and not _begins_row(text, lines[stop]):
                stop += 1
        else:
            stop = at + 1
        rows.append(_of([_trimmed(text, line) for line in lines[at:stop]]))
        at = stop
    return rows


def _begins_row(text: str, line: Span) -> bool:
    if line.end - line.start > _SHORT:
        return False
    return bool(_NUMBER.match(text, line.start, line.end) or _SECTION.match(text, line.start, line.end))


def _trimmed(text: str, line: Span) -> Span:
    words = text[line.start : line.end]
    start = line.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _of(cells: list[Span]) -> Row:
    return Row(cells[0].start, cells[-1].end, tuple(cells))
