"""The order in which a page is read: columns of text one after the other, all else from top to bottom."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from plans.readers.pdf.grids import Grid
from plans.readers.pdf.lines import Line, side_by_side
from plans.readers.pdf.unruled import laid_out

# A column has at least these many lines, most of them filled: fewer, or ragged ones, are a list or a table.
_LINES = 4
_NARROW = 0.6
_FILLED = 0.8
_DEEPEST = 2
_STRIP = 6.0
# The kind of a column that has the page to itself; its parts add where they are.
WHOLE = ""


Block = Line | Grid


@dataclass(slots=True)
class Column:
    """Lines and tables below one another between two edges; columns of one kind have the same edges."""

    kind: Hashable
    blocks: list[Block]
    left: float = 0.0
    right: float = 0.0
    page_width: float = 0.0
    is_unclear: bool = False  # something in it looks like a table, but its columns don't line up

    @property
    def lines(self) -> list[Line]:
        return [block for block in self.blocks if isinstance(block, Line)]


def columns(blocks: Sequence[Block], kind: str = WHOLE) -> list[Column]:
    """A page's parts in reading order, each with its blocks from top to bottom."""
    blocks = sorted(blocks, key=lambda block: (block.bottom, block.x0))
    gutter = _gutter(blocks) if len(kind) < _DEEPEST else None
    if gutter is None:
        return [_column(kind, blocks)] if blocks else []
    parts: list[Column] = []
    plain: list[Block] = []
    for run, is_free in _runs(blocks, gutter):
        left = [block for block in run if block.x1 <= gutter]
        right = [block for block in run if block.x1 > gutter]
        if is_free and _is_column(left) and _is_column(right):
            parts += [_column(kind, plain)] if plain else []
            parts += columns(left, kind + "L") + columns(right, kind + "R")
            plain = []
        else:
            plain += run
    return [*parts, _column(kind, plain)] if plain else parts


def _column(kind: str, blocks: list[Block]) -> Column:
    """What stands side by side in one column is one line, or a table's row."""
    rows = list(side_by_side(block for block in blocks if isinstance(block, Line)))
    laid, is_unclear = laid_out(rows)
    laid += [block for block in blocks if isinstance(block, Grid)]
    return Column(kind, sorted(laid, key=lambda block: block.bottom), is_unclear=is_unclear)


def _gutter(blocks: list[Block]) -> float | None:
    """The middle of the widest strip about the page's middle that hardly any narrow block enters.

    A short title may stand across it, so a few are let through; they part what is above from what is below.
    """
    left, right = min((b.x0 for b in blocks), default=0.0), max((b.x1 for b in blocks), default=0.0)
    width = right - left
    narrow = [b for b in blocks if b.x1 - b.x0 < _NARROW * width]
    edges = sorted([*((b.x0, 1) for b in narrow), *((b.x1, -1) for b in narrow)])
    best, place, inside, since = _STRIP, None, 0, left
    for x, change in edges:
        middle = (since + x) / 2
        if inside <= len(narrow) // 10 and x - since > best and 0.25 < (middle - left) / width < 0.75:
            best, place = x - since, middle
        inside += change
        since = x
    return place


def _runs(blocks: list[Block], gutter: float) -> list[tuple[list[Block], bool]]:
    """Blocks one below another that leave the gutter free, and those that cross it."""
    runs: list[tuple[list[Block], bool]] = []
    for block in blocks:
        is_free = not block.x0 < gutter < block.x1
        if not runs or runs[-1][1] != is_free:
            runs.append(([], is_free))
        runs[-1][0].append(block)
    return runs


def _is_column(blocks: list[Block]) -> bool:
    if len(blocks) < _LINES:
        return False
    width = max(b.x1 for b in blocks) - min(b.x0 for b in blocks)
    filled = sum(b.x1 - b.x0 > _FILLED * width for b in blocks)
    return filled * 2 >= len(blocks)
