"""Ruled tables: which cell each character stands in."""

from collections import defaultdict

from plans.readers.pdf.cells import joined
from plans.readers.pdf.grids import Grid, Place, grids
from plans.readers.pdf.lines import lines, side_by_side, whole
from plans.readers.pdf.pages import Glyph, Page

_SAME = 4.0  # points between the same edge on two pages
_PADDING = 5.4  # Word's, left and right of a cell's text


def ruled(page: Page, before: Grid | None = None) -> tuple[list[Grid], list[Glyph]]:
    """The page's ruled tables with their text, and the characters outside them.

    Rulings around less than two cells with text are a frame or an ornament: their text stays on the page;
    unless they stand below those of `before`, the table of the page before, whose last row they end.
    """
    found, free = [], page.glyphs
    for grid in grids(page.strokes):
        inside: dict[Place, list[Glyph]] = defaultdict(list)
        outside = []
        for glyph in free:
            place = grid.place((glyph.x0 + glyph.x1) / 2, glyph.y - glyph.size * 0.35)
            if place is None:
                outside.append(glyph)
            elif not glyph.char.isspace():
                inside[place].append(glyph)
        if len({column for _, column in inside}) > 1 or (inside and before and _is_below(grid, before)):
            grid.texts = {place: _cell(grid, place, glyphs) for place, glyphs in inside.items()}
            found.append(grid)
            free = outside
    return found, free


def _is_below(grid: Grid, before: Grid) -> bool:
    return len(grid.columns) == len(before.columns) and all(
        abs(here - there) < _SAME for here, there in zip(grid.columns, before.columns, strict=True)
    )


def _cell(grid: Grid, place: Place, glyphs: list[Glyph]) -> str:
    rows = [whole(parts) for parts in side_by_side(lines(glyphs))]
    return joined(rows, _width(grid, place) - 2 * _PADDING - rows[0].size)


def _width(grid: Grid, place: Place) -> float:
    row, column = place
    last = max(index for index, owner in enumerate(grid.owners[row]) if owner == place)
    return grid.columns[last + 1] - grid.columns[column]
