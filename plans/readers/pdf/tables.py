"""Ruled tables: characters to cells, and the lines in a cell to its text."""

import re
from collections import defaultdict

from plans.readers.pdf.grids import Grid, Place, grids
from plans.readers.pdf.lines import join, lines, side_by_side, whole
from plans.readers.pdf.pages import Glyph, Page

_PADDING = 5.4  # Word's, left and right of a cell's text
_LABEL = re.compile(
    r"\d{1,2}[.．、](?!\d)|[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳●■•]|[一二三四五六七八九十]{1,2}、"
)
_ENDED = tuple("。；;！？")


def ruled(page: Page) -> tuple[list[Grid], list[Glyph]]:
    """The page's ruled tables with their text, and the characters outside them.

    Rulings around less than two cells with text are a frame or an ornament: their text stays on the page.
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
        if len({column for _, column in inside}) > 1:
            grid.texts = {place: _cell(grid, place, glyphs) for place, glyphs in inside.items()}
            found.append(grid)
            free = outside
    return found, free


def _cell(grid: Grid, place: Place, glyphs: list[Glyph]) -> str:
    """A cell's lines joined; a line that clearly ended before the edge ends a paragraph."""
    rows = [whole(parts) for parts in side_by_side(lines(glyphs))]
    width = _width(grid, place) - 2 * _PADDING
    room = max([width - rows[0].size, *(line.x1 - line.x0 for line in rows)])
    pieces = [rows[0].text]
    for above, line in zip(rows, rows[1:], strict=False):
        short = room - (above.x1 - above.x0) > line.lead + 0.5 * line.size
        labelled = above.text.endswith(_ENDED) and _LABEL.match(line.text)
        if short or labelled:
            pieces.append(line.text)
        else:
            pieces[-1] = join(pieces[-1], line.text)
    return "\n".join(pieces)


def _width(grid: Grid, place: Place) -> float:
    row, column = place
    last = max(index for index, owner in enumerate(grid.owners[row]) if owner == place)
    return grid.columns[last + 1] - grid.columns[column]
