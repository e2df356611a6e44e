"""Rulings put together to grids: where the rows and columns of a table are, and which cells are one."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plans.readers.assembly import Merged
from plans.readers.pdf.drawings import THICKEST, Box

# Two lines this close are one ruling: a double line, or the edges of neighbouring cells.
_NEAR = 3.5
_GAP = 4.0
# A table's rulings cross a few thousand times; a chart's or a map's many times more.
_MOST_CROSSINGS = 250_000
_MOST_CELLS = 20_000

# A cell by its row and column.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Ruling:
    """A straight line: at `at` across its direction, from `start` to `end` along it."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Grid:
    """A table on a page: where its columns and rows part, and for each cell the one it begins in."""

    columns: list[float]
    rows: list[float]
    owners: list[list[Place]]
    texts: dict[Place, str] = field(default_factory=dict)

    @property
    def x0(self) -> float:
        return self.columns[0]

    @property
    def x1(self) -> float:
        return self.columns[-1]

    @property
    def top(self) -> float:
        return self.rows[0]

    @property
    def bottom(self) -> float:
        return self.rows[-1]

    def text(self, row: int, column: int) -> str:
        """What is printed in the cell that this place belongs to."""
        return self.texts.get(self.owners[row][column], "")

    def cells(self) -> list[list[str | Merged]]:
        """The rows as a document takes them."""
        return [
            [
                self.texts.get(owner, "") if owner == (row, column) else Merged(*owner)
                for column, owner in enumerate(owners)
            ]
            for row, owners in enumerate(self.owners)
        ]

    def place(self, x: float, y: float) -> Place | None:
        """The cell at a point; none outside the table."""
        if not (self.x0 <= x <= self.x1 and self.top <= y <= self.bottom):
            return None
        row = min(bisect_right(self.rows, y), len(self.rows) - 1) - 1
        column = min(bisect_right(self.columns, x), len(self.columns) - 1) - 1
        return self.owners[row][column]


def grids(strokes: Iterable[Box]) -> list[Grid]:
    """The tables drawn on a page, the innermost first."""
    level, upright = _rulings(strokes)
    if not level or not upright or len(level) * len(upright) > _MOST_CROSSINGS:
        return []
    found = [grid for across, down in _crossing(level, upright) if (grid := _grid(across, down))]
    return sorted(found, key=lambda grid: (grid.x1 - grid.x0) * (grid.bottom - grid.top))


def _rulings(strokes: Iterable[Box]) -> tuple[list[_Ruling], list[_Ruling]]:
    """Level and upright lines, the pieces of each put together."""
    level, upright = [], []
    for x0, y0, x1, y1 in strokes:
        if y1 - y0 <= THICKEST and x1 - x0 > y1 - y0:
            level.append(_Ruling((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= THICKEST:
            upright.append(_Ruling((x0 + x1) / 2, y0, y1))
    return list(_united(level)), list(_united(upright))


def _united(pieces: list[_Ruling]) -> Iterator[_Ruling]:
    places = _places(piece.at for piece in pieces)
    lines: dict[float, list[_Ruling]] = defaultdict(list)
    for piece in pieces:
        lines[_nearest(places, piece.at)].append(piece)
    for at, parts in lines.items():
        parts.sort(key=lambda part: part.start)
        start, end = parts[0].start, parts[0].end
        for part in parts[1:]:
            if part.start > end + _GAP:
                yield _Ruling(at, start, end)
                start = part.start
            end = max(end, part.end)
        yield _Ruling(at, start, end)


def _places(values: Iterable[float]) -> list[float]:
    """Distinct places, those closer than a ruling is thick taken as one."""
    places: list[float] = []
    group: list[float] = []
    for value in sorted(values):
        if group and value - group[0] > _NEAR:
            places.append(sum(group) / len(group))
            group = []
        group.append(value)
    return [*places, sum(group) / len(group)] if group else places


def _nearest(places: list[float], value: float) -> float:
    at = bisect_right(places, value)
    return min(places[max(at - 1, 0) : at + 1], key=lambda place: abs(place - value))


def _crossing(level: list[_Ruling], upright: list[_Ruling]) -> Iterator[tuple[list[_Ruling], list[_Ruling]]]:
    """Rulings that hang together through their crossings."""
    group = list(range(len(level) + len(upright)))
    for i, across in enumerate(level):
        for j, down in enumerate(upright, len(level)):
            if (
                across.start - _NEAR <= down.at <= across.end + _NEAR
                and down.start - _NEAR <= across.at <= down.end + _NEAR
            ):
                group[_root(group, i)] = _root(group, j)
    together: dict[int, tuple[list[_Ruling], list[_Ruling]]] = defaultdict(lambda: ([], []))
    for i, across in enumerate(level):
        together[_root(group, i)][0].append(across)
    for j, down in enumerate(upright, len(level)):
        together[_root(group, j)][1].append(down)
    yield from ((across, down) for across, down in together.values() if len(across) > 1 and down)


def _root(group: list[int], member: int) -> int:
    while group[member] != member:
        group[member] = group[group[member]]
        member = group[member]
    return member


def _grid(level: list[_Ruling], upright: list[_Ruling]) -> Grid | None:
    """Tables may be open at their sides: their edge is then where the level rulings end."""
    columns = _places([down.at for down in upright] + _ends(level, upright))
    rows = _places([across.at for across in level] + _ends(upright, level))
    if len(columns) < 3 or len(rows) < 2 or len(columns) * len(rows) > _MOST_CELLS:
        return None
    return Grid(columns, rows, _owners(columns, rows, level, upright))


def _ends(rulings: list[_Ruling], crossing: list[_Ruling]) -> list[float]:
    """Where the longest rulings end, if well beyond the outermost that cross them."""
    start, end = min(ruling.start for ruling in rulings), max(ruling.end for ruling in rulings)
    first, last = min(other.at for other in crossing), max(other.at for other in crossing)
    return [start] * (start < first - 2 * _NEAR) + [end] * (end > last + 2 * _NEAR)


def _owners(
    columns: list[float], rows: list[float], level: list[_Ruling], upright: list[_Ruling]
) -> list[list[Place]]:
    """Neighbours without a ruling between them are one cell, if together they are a rectangle."""
    wide, high = len(columns) - 1, len(rows) - 1
    group = list(range(wide * high))
    right, below = _drawn(upright, columns, rows), _drawn(level, rows, columns)
    for row in range(high):
        for column in range(wide):
            here = row * wide + column
            if column + 1 < wide and (column + 1, row) not in right:
                group[_root(group, here + 1)] = _root(group, here)
            if row + 1 < high and (row + 1, column) not in below:
                group[_root(group, here + wide)] = _root(group, here)
    members: dict[int, list[Place]] = defaultdict(list)
    for here in range(wide * high):
        members[_root(group, here)].append(divmod(here, wide))
    owners = [[(row, column) for column in range(wide)] for row in range(high)]
    for cells in members.values():
        last_row, last_column = max(row for row, _ in cells), max(column for _, column in cells)
        first_row, first_column = min(row for row, _ in cells), min(column for _, column in cells)
        if len(cells) == (last_row - first_row + 1) * (last_column - first_column + 1):
            for row, column in cells:
                owners[row][column] = (first_row, first_column)
    return owners


def _drawn(rulings: list[_Ruling], across: list[float], along: list[float]) -> set[Place]:
    """Which stretches of the grid's lines are drawn over most of their length: (line, stretch)."""
    drawn: set[Place] = set()
    lines = {place: index for index, place in enumerate(across)}
    for ruling in rulings:
        line = lines[_nearest(across, ruling.at)]
        for stretch in range(len(along) - 1):
            covered = min(ruling.end, along[stretch + 1]) - max(ruling.start, along[stretch])
            if covered > 0.6 * (along[stretch + 1] - along[stretch]):
                drawn.add((line, stretch))
    return drawn
