"""Putting a document together: readers hand over paragraphs and tables, and need not count characters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.readers.plain_tables import with_tables
from plans.readers.refusal import PlanNotReadable

# A province's plan has under 100,000 characters; larger ones came out of a file made to unpack endlessly.
MOST_CHARACTERS = 10_000_000
MOST_CELLS = 300_000

_BLANKS = dict.fromkeys(
    map(ord, "\xa0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_NOTHING = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"), None
)
_NEW_LINES = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
# Neither a database column nor JSON takes these, and no office prints them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell that is one with an earlier one of its table, named by its row and column (from 0)."""

    row: int
    column: int


def normalise(text: str) -> str:
    """Line breaks as newlines, every kind of blank as a space, invisible characters dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text.translate(_BLANKS | _NOTHING | _NEW_LINES))


@dataclass
class Assembly:
    """A document in the making; blocks are added in reading order."""

    pieces: list[str] = field(default_factory=list)
    blocks: list[Paragraph | Table] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)
    length: int = 0
    cells: int = 0

    def paragraph(self, text: str, level: int | None = None) -> None:
        """One paragraph; a line break inside it (Word's Shift+Enter) begins another. Drops blank ones."""
        for line in normalise(text).split("\n"):
            words = line.strip()
            if words:
                start = self.length
                self._write(words)
                self.blocks.append(Paragraph(start, self.length, level))
                self._write("\n")

    def table(self, rows: Sequence[Sequence[str | Merged]]) -> None:
        """A table, each row a line of text with bars; one of a single column is a frame around paragraphs.

        A merged cell prints nothing: its span is that of the cell it is one with, which comes before it.
        """
        if all(len(row) <= 1 for row in rows):
            for cell in chain.from_iterable(rows):
                self.paragraph(cell if isinstance(cell, str) else "")
            return
        if not any(isinstance(cell, str) and cell.strip() for cell in chain.from_iterable(rows)):
            return
        start, laid = self.length, []
        for row in rows:
            laid.append(self._row(row, laid))
        self.blocks.append(Table(start, self.length - 1, tuple(laid)))

    def margin(self, text: str) -> None:
        """A running head or foot: kept out of the text, looked at for marks of secrecy."""
        words = normalise(text[:2000]).strip()
        if words and words not in self.margins and len(self.margins) < 100:
            self.margins.append(words)

    def warn(self, code: str, message: str, start: int | None = None) -> None:
        """A doubt about what was added since `start` (default: about this place)."""
        at = self.length if start is None else start
        self.warnings.append(Warning(code, message, at, self.length))

    def document(self) -> Document:
        text = "".join(self.pieces)
        blocks, unclear = with_tables(text, self.blocks, self.warnings)
        return Document(text, tuple(blocks), (*self.warnings, *unclear), "\n".join(self.margins))

    def _row(self, cells: Sequence[str | Merged], above: list[Row]) -> Row:
        self.cells += len(cells)
        if self.cells > MOST_CELLS:
            raise PlanNotReadable("文件中的表格超过三十万格，不像是计划文件，请删去空白行列后重新上传。")
        start: int = self.length
        spans: list[Span] = []
        for column, cell in enumerate(cells):
            if column:
                self._write(" | ")
            if isinstance(cell, Merged):
                origin = spans if cell.row == len(above) else above[cell.row].cells
                spans.append(origin[cell.column])
            else:
                at = self.length
                self._write(_cell(cell))
                spans.append(Span(at, self.length))
        end = self.length
        self._write("\n")
        return Row(start, end, tuple(spans))

    def _write(self, text: str) -> None:
        self.length += len(text)
        if self.length > MOST_CHARACTERS:
            raise PlanNotReadable("文件文字超过一千万字，不像是计划文件，请核对后重新上传。")
        self.pieces.append(text)


def _cell(text: str) -> str:
    """A cell's paragraphs keep their line breaks; the parser tells lists from broken lines."""
    return "\n".join(filter(None, (line.strip() for line in normalise(text).split("\n"))))
