"""A Word table as rows of cells that stand below one another, whatever was merged or drawn a little askew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plans.readers.assembly import Merged
from plans.readers.word.markup import Properties, is_on, number

# Word's own limit of columns.
_MOST_COLUMNS = 63
# Column borders nearer to one another than this share of the table were meant to be one.
_ASKEW = 0.08


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as printed; `level` where it is a heading."""

    text: str
    level: int | None = None

    def lines(self) -> Iterator[str]:
        yield self.text


@dataclass(slots=True, eq=False)
class Cell:
    """A cell; its properties say how it is merged with others."""

    blocks: list["Line | Table"] = field(default_factory=list)
    properties: Properties = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its paragraphs as lines, a table inside it row by row."""
        return "\n".join(line for block in self.blocks for line in block.lines())

    @property
    def span(self) -> int:
        return min(max(number(self.properties.get("gridSpan")) or 1, 1), _MOST_COLUMNS)

    def continues(self, direction: str) -> bool:
        """Whether it is one with the cell above (`vMerge`) or before it (`hMerge`)."""
        return direction in self.properties and self.properties[direction] != "restart"


@dataclass(slots=True)
class Row:
    """A row; `before` columns of the grid are left free at its beginning."""

    cells: list[Cell] = field(default_factory=list)
    before: int = 0
    is_gone: bool = False

    def state(self, properties: Properties) -> None:
        self.before = min(number(properties.get("gridBefore")) or 0, _MOST_COLUMNS)
        self.is_gone = "del" in properties or bool(is_on(properties, "hidden"))

    def borders(self) -> Iterator[int]:
        """Where its cells begin and the last one ends, in columns of the table's grid."""
        at = self.before
        yield at
        for cell in self.cells:
            at += cell.span
            yield at


@dataclass(slots=True)
class Table:
    """A table; `widths` are those of its grid, which has a column wherever any row has a border."""

    rows: list[Row] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """As text in a cell of another table."""
        for row in self.laid():
            yield " ".join(" ".join(cell.split("\n")) for cell in row if isinstance(cell, str) and cell)

    def is_frame(self) -> bool:
        """Whether it only draws lines around text: no row has two cells beside each other."""
        return all(len(row.cells) <= 1 for row in self.rows)

    def laid(self) -> list[list[str | Merged]]:
        """Its cells by rows and columns; one that covers several stands in the first of them."""
        columns = self._columns()
        laid: list[list[str | Merged]] = []
        above: dict[int, Merged] = {}
        for row in (row for row in self.rows if row.cells):
            cells, above = _row(row, len(laid), columns, above)
            laid.append(cells)
        return laid

    def _columns(self) -> dict[int, int]:
        """The column that begins at each place of the grid; places that no row tells apart are one."""
        borders = [set(row.borders()) for row in self.rows]
        places = sorted(set().union({0}, *borders))
        together = _together(places, borders, self._near(places))
        return dict(zip(places, together, strict=True))

    def _near(self, places: Sequence[int]) -> dict[int, bool]:
        """Whether a place lies close behind the one before it; so it does where the file tells no widths."""
        widths = self.widths
        total = sum(widths)
        return {
            place: sum(widths[before:place]) <= total * _ASKEW
            for before, place in zip(places, places[1:], strict=False)
        }


def _together(places: Sequence[int], borders: Sequence[set[int]], near: dict[int, bool]) -> list[int]:
    """A number for each place, the same for those next to each other that mean one border."""
    rows_at: dict[int, set[int]] = {place: set() for place in places}
    for row, found in enumerate(borders):
        for place in found:
            rows_at[place].add(row)
    numbers, taken = [0], set(rows_at[places[0]])
    for place in places[1:]:
        if near[place] and not taken & rows_at[place]:
            numbers.append(numbers[-1])
            taken |= rows_at[place]
        else:
            numbers.append(numbers[-1] + 1)
            taken = set(rows_at[place])
    return numbers


def _row(
    row: Row, index: int, columns: dict[int, int], above: dict[int, Merged]
) -> tuple[list[str | Merged], dict[int, Merged]]:
    """The row laid out, and for the next one where each merged column's cell is."""
    laid: list[str | Merged] = [""] * columns[row.before]
    origins: dict[int, Merged] = {}
    at = row.before
    for cell in row.cells:
        column, at = columns[at], at + cell.span
        here = Merged(index, column)
        origin = above.get(column) if cell.continues("vMerge") else None
        if cell.continues("hMerge") and column:
            origin = laid[-1] if isinstance(laid[-1], Merged) else Merged(index, column - 1)
        laid.append(origin or cell.text)
        laid.extend([origin or here] * (columns[at] - column - 1))
        if "vMerge" in cell.properties:
            origins[column] = origin or here
    return laid, origins
