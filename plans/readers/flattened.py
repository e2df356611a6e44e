"""Task tables laid out flat: a line for each cell, or cells side by side with single blanks.

A page's table copied as text keeps the order of its cells, but neither where a row ends nor which cells are
blank. Rows are told by their numbers; what each cell holds tells its column where some are missing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plans.parser.columns import Columns, evident, titled
from plans.parser.document import Document, Row, Span
from plans.parser.furniture import is_remark
from plans.parser.script import simplified
from plans.readers.fitting import fitted, is_list_of_units

_NUMBER_TITLE = re.compile(r"(?:序\s*号|编\s*号|项\s*次|序)(?=\s|$)")
_NUMBER = re.compile(r"(\d{1,3})\s*[、.．]?$")
_NUMBER_FIRST = re.compile(r"(\d{1,3})[、.．]?\s+(?=\S)")
_HAN = "[一二三四五六七八九十]{1,3}"
_LABEL = re.compile(rf"(?:[（(]\s?{_HAN}\s?[）)]|{_HAN}[、.．]?|\d{{1,3}}[、.．]?)$")
_SECTION = re.compile(rf"[（(]\s?{_HAN}\s?[）)]|{_HAN}(?:[、.．]|\s|$)|第{_HAN}[部章]")
_PARTED = re.compile(r"[|\t]|\s{2}")
_PIECE = re.compile(r"[^\s|]+")
_EDGES = " \t|"
# A title of a column is short, so is a line of titles, and one that only names the rows below it.
_TITLE, _TITLES, _SHORT = 16, 160, 60
# Cells have few lines, so a row has hardly more than these; a list leaves out two numbers at most.
_COLUMNS, _ROW, _GAP, _LEAST_ROWS = 12, 20, 3, 3
# Sections, or titles printed again, one after the other: with no row among so many the table has ended.
_BARE = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Such a table's rows, the line behind it, and the rows whose cells could not be told apart."""

    rows: tuple[Row, ...]
    behind: int
    unclear: tuple[Span, ...] = ()


def table(text: str, lines: Sequence[Span], at: int) -> Found | None:
    """The table that begins with a line; None when none does."""
    first = _trimmed(text, lines[at])
    if text[first.start : first.end] == "1":
        return _untitled(text, lines, at)
    if first.end - first.start > _TITLES or not _NUMBER_TITLE.match(text, first.start, first.end):
        return None
    if _PARTED.search(text, first.start, first.end):
        return None
    by_blank = len(_PIECE.findall(text, first.start, first.end)) > 2
    titles, below = _titles(text, lines, at, by_blank)
    columns = titled([simplified(text[cell.start : cell.end]) for cell in titles])
    if len(titles) < 3 or not columns:
        return None
    return _Rows(text, lines, columns, titles, by_blank).read(below)


def _titles(text: str, lines: Sequence[Span], at: int, by_blank: bool) -> tuple[list[Span], int]:
    """The titles, and the line below them."""
    if by_blank:
        return _cells(text, lines[at], by_blank), at + 1
    found: list[Span] = []
    while at < len(lines) and len(found) <= _COLUMNS:
        cell = _trimmed(text, lines[at])
        words = text[cell.start : cell.end]
        if len(words) > _TITLE or _NUMBER.match(words) or _SECTION.match(words):
            break
        found += [cell] if words else []
        at += 1
    return found, at


def _cells(text: str, line: Span, by_blank: bool) -> list[Span]:
    if by_blank:
        return [Span(*piece.span()) for piece in _PIECE.finditer(text, line.start, line.end)]
    cell = _trimmed(text, line)
    return [cell] if cell.end > cell.start else []


def _trimmed(text: str, line: Span) -> Span:
    """What a line says, without the bars that parted its cell from the next."""
    words = text[line.start : line.end]
    start = line.start + len(words) - len(words.lstrip(_EDGES))
    return Span(start, max(start, line.start + len(words.rstrip(_EDGES))))


@dataclass
class _Rows:
    text: str
    lines: Sequence[Span]
    columns: Columns
    titles: list[Span]
    by_blank: bool
    unclear: list[Span] = field(default_factory=list)

    def read(self, below: int) -> Found | None:
        starts = self._starts(below)
        if not starts:
            return None
        rows = [_of(self.titles)]
        ends = [*starts[1:], self._behind(starts[-1])]
        for start, end in zip(starts, ends, strict=True):
            rows += self._row(start, end)
        return Found(tuple(rows), ends[-1], tuple(self.unclear))

    def _starts(self, at: int) -> list[int]:
        """The lines where rows begin, as long as one begins soon after the other."""
        found: list[int] = []
        last: int | None = None  # the number before; none at a section's beginning
        numbered = 0  # how many rows there are up to the last one with a number
        while at < len(self.lines) and at - (found[-1] if found else at) <= _ROW:
            if len(found) - numbered > _BARE:
                break
            again, number = self._titles_again(at), self._number(at)
            if again:
                found.append(at)
                at, last = again, None
                continue
            if is_remark(self.text[self.lines[at].start : self.lines[at].start + _SHORT]):
                break
            if number is not None and self._follows(number, last, at - found[-1] if found else _ROW):
                last = number
                found.append(at)
                numbered = len(found)
            elif self._is_section(at):
                found.append(at)
                if len(_cells(self.text, self.lines[at], self.by_blank)) > 2:  # a row, not a title
                    numbered = len(found)
            elif not found:
                break
            at += 1
        return found[:numbered]

    def _follows(self, number: int, last: int | None, distance: int) -> bool:
        """Whether a number is that of the next row, not a cell's figure."""
        if last is None or number == last + 1:
            return True
        if distance == 1:  # right below a section's line
            return number == 1 or number > last
        return last < number and (distance == len(self.titles) or self.by_blank and number <= last + _GAP)

    def _number(self, at: int) -> int | None:
        cell = _trimmed(self.text, self.lines[at])
        form = _NUMBER_FIRST if self.by_blank else _NUMBER
        match = form.match(self.text, cell.start, cell.end)
        return int(match[1]) if match else None

    def _is_section(self, at: int) -> bool:
        cell = _trimmed(self.text, self.lines[at])
        return cell.end - cell.start <= _SHORT and bool(_SECTION.match(self.text, cell.start, cell.end))

    def _titles_again(self, at: int) -> int | None:
        """The line behind titles that stand again, as at the head of a page."""
        first = _trimmed(self.text, self.lines[at])
        if not self.text.startswith(self._words(self.titles[0])[:2], first.start):
            return None
        cells, below = _titles(self.text, self.lines, at, self.by_blank)
        return below if [*map(self._words, cells)] == [*map(self._words, self.titles)] else None

    def _words(self, cell: Span) -> str:
        return self.text[cell.start : cell.end]

    def _behind(self, start: int) -> int:
        """The line behind the last row: behind the last cell that fits a column."""
        stop = start + 1
        while stop < min(len(self.lines), start + _ROW) and self._goes_on(self._between(start, stop + 1)):
            if is_remark(self.text[self.lines[stop].start : self.lines[stop].start + _SHORT]):
                break
            stop += 1
        return stop

    def _goes_on(self, cells: list[Span]) -> bool:
        """Whether the last of a row's cells still is one; a sentence beyond its width is none."""
        fit = fitted(self.text, cells, self.columns)
        if not fit.is_clear or len(fit.rows) > 1:
            return False
        last = max(column for column, cell in enumerate(fit.rows[0]) if cell.end == cells[-1].end)
        return len(cells) <= len(self.titles) or self.columns.role(last) not in ("text", "other")

    def _between(self, start: int, end: int) -> list[Span]:
        lines = self.lines[start:end]
        return [cell for line in lines for cell in _cells(self.text, line, self.by_blank)]

    def _row(self, start: int, end: int) -> list[Row]:
        cells = self._between(start, end)
        if self._titles_again(start):
            return [_of(cells)]
        if not _LABEL.match(self._words(cells[0])):
            return [_of([Span(cells[0].start, cells[-1].end)])]
        fit = fitted(self.text, cells, self.columns)
        if not fit.is_clear:
            self.unclear.append(Span(cells[0].start, cells[-1].end))
        return [_of(row) for row in fit.rows]


def _untitled(text: str, lines: Sequence[Span], at: int) -> Found | None:
    """Rows that lines with the numbers 1, 2, 3 … begin, if all say who answers or by when."""
    starts = [at]
    stop = at + 1
    below = _trimmed(text, lines[min(stop, len(lines) - 1)])
    if _NUMBER.match(text, below.start, below.end):
        return None
    while stop < len(lines) and stop - starts[-1] <= _COLUMNS:
        cell = _trimmed(text, lines[stop])
        starts += [stop] if text[cell.start : cell.end] == str(len(starts) + 1) else []
        stop += 1
    if len(starts) <= _LEAST_ROWS:
        return None
    width = starts[1] - starts[0]
    ends = [*starts[1:], min(len(lines), starts[-1] + width)]
    rows = [
        [cell for line in lines[a:b] for cell in _cells(text, line, False)]
        for a, b in zip(starts, ends, strict=True)
    ]
    if all(len(row) == len(rows[0]) for row in rows):
        found = tuple(map(_of, rows))
        return Found(found, ends[-1]) if evident(Document(text, ()), found) else None
    if all(any(is_list_of_units(text[cell.start : cell.end]) for cell in row) for row in rows[:-1]):
        return Found((), at, (Span(rows[0][0].start, rows[-1][-1].end),))
    return None


def _of(cells: Sequence[Span]) -> Row:
    """A row from its first cell that is not blank to its last."""
    filled = [cell for cell in cells if cell.end > cell.start] or [*cells]
    return Row(filled[0].start, filled[-1].end, tuple(cells))
