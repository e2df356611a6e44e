"""Lines joined to the paragraphs they were broken from, over columns and pages."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise
from statistics import median

from plans.readers.pdf.columns import Column
from plans.readers.pdf.grids import Grid
from plans.readers.pdf.lines import Line, join

# In sizes of a character: offices indent by two; nobody starts a paragraph further in than five.
_INDENT = 0.8
_FAR = 5.0
_SLACK = 0.3
_LARGER = 0.12
_WIDER = 1.3  # times the usual distance between lines
# Text is set at least as wide.
_NARROWEST = 15
_HANGING = "，。、；：！？）》」』】〕”’"
_ENDED = tuple("。！？；：.!?;:")
_LABEL = re.compile(
    r"[一二三四五六七八九十百]{1,4}(?:、|是|要)|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)）]"
    r"|\d{1,3}(?:[、．.](?!\d)|[)）])|第[一二三四五六七八九十百\d]{1,5}[章节条项部，、]|[①-⑳●■★▲◆•➢✓❖▪□◇·－]|——"
)


def flow(columns: list[Column]) -> Iterator[str | Grid]:
    """Paragraphs and tables in reading order."""
    _set_edges(columns)
    steps = _Steps(columns)
    current = _Paragraph()
    for column in columns:
        for index, block in enumerate(column.blocks):
            if isinstance(block, Grid):
                if current.text:
                    yield current.text
                current = _Paragraph()
                yield block
            elif not steps.is_wide(column, index) and current.goes_on(block, column):
                current.add(block, column)
            else:
                if current.text:
                    yield current.text
                current = _Paragraph()
                current.add(block, column)
    if current.text:
        yield current.text


class _Paragraph:
    """A paragraph as far as its lines have been seen."""

    def __init__(self) -> None:
        self.text = ""
        self.last: Line | None = None
        self.column: Column | None = None
        self.begins: float = 0.0  # where its first line begins, from the column's edge
        self.follows: float | None = None  # where its other lines begin

    def add(self, line: Line, column: Column) -> None:
        place = line.x0 - column.left
        if self.last is None:
            self.begins = place
        elif self.follows is None:
            self.follows = place
        self.text = join(self.text, line.text)
        self.last, self.column = line, column

    def goes_on(self, line: Line, column: Column) -> bool:
        """Whether the paragraph's last line was full, and nothing in this one begins another."""
        last = self.last
        if last is None or self.column is None or abs(line.size - last.size) > _LARGER * last.size:
            return False
        is_far = self.begins > _FAR * line.size and not _is_centred(last, self.column)
        if is_far or _room(last, self.column) > line.lead + _SLACK * line.size:
            return False
        if _is_centred(line, column):
            return not self.text.endswith(_ENDED) and not _LABEL.match(line.text)
        return not self._begins_anew(line, line.x0 - column.left)

    def _begins_anew(self, line: Line, place: float) -> bool:
        """By its indent, or, where paragraphs have none, by a label after an ended sentence."""
        indent = _INDENT * line.size
        ended = self.text.endswith(_ENDED)
        if self.follows is not None:
            is_in = place > self.follows + indent
        elif _LABEL.match(self.text) and place > self.begins + indent:
            is_in = ended  # lines that hang below the words after their label
        else:
            by_two = abs(place - 2 * line.size) < _SLACK * line.size
            is_in = place > indent and (ended or by_two or abs(place - self.begins) > indent)
        return is_in or (ended and bool(_LABEL.match(line.text)) and self.begins <= place + indent)


def _is_centred(line: Line, column: Column) -> bool:
    """As far from one edge as from the other, and clearly from both; by two characters it is an indent."""
    left, right = line.x0 - column.left, column.right - line.x1
    is_indent = abs(left - 2 * line.size) < _SLACK * line.size
    return min(left, right) > 0.5 * line.size and abs(left - right) < 0.5 * line.size and not is_indent


def _room(line: Line, column: Column) -> float:
    """What a line leaves free; a centred one leaves it on both sides."""
    left, right = line.x0 - column.left, column.right - line.x1
    return left + right if _is_centred(line, column) else right


def _set_edges(columns: list[Column]) -> None:
    """The edges at which the lines of all columns of a kind begin and end."""
    kinds: dict[Hashable, list[Line]] = defaultdict(list)
    widths: dict[Hashable, float] = defaultdict(float)
    for column in columns:
        kinds[column.kind].extend(column.lines)
        widths[column.kind] = max(widths[column.kind], column.page_width)
    edges = {kind: _edges(lines, widths[kind]) for kind, lines in kinds.items() if lines}
    for column in columns:
        column.left, column.right = edges.get(column.kind, (0.0, 0.0))


def _edges(lines: list[Line], page_width: float) -> tuple[float, float]:
    """An edge is where at least two lines agree, for a single one may stick out; not by an indent, though.

    A few short lines don't tell where full ones would end; then the margins tell, which are much the same.
    """
    size = median(line.size for line in lines)
    places = sorted(line.x0 for line in lines)
    left = _agreed(places, 0.5 * size)
    left = places[0] if left - places[0] < _FAR * size else left
    right = -_agreed(sorted(-_end(line) for line in lines), 0.5 * size)
    full = sum(_end(line) > right - size and not line.text.endswith(_ENDED) for line in lines)
    if page_width and (full < 3 or right - left < _NARROWEST * size):
        right = max(right, page_width - 1.4 * left)
    return left, max(right, left)


def _end(line: Line) -> float:
    """Where a line's last full character ends: a full stop may hang over the edge."""
    return line.x1 - (line.size if line.text[-1] in _HANGING else 0.0)


def _agreed(places: list[float], near: float) -> float:
    return next((a for a, b in pairwise(places) if b - a <= near), places[0])


class _Steps:
    """How far lines are usually apart, for each size of type."""

    def __init__(self, columns: Iterable[Column]) -> None:
        found: dict[int, list[float]] = defaultdict(list)
        for column in columns:
            for line, below in pairwise(column.blocks):
                step = _step(line, below)
                if step:
                    found[round(below.bottom - below.top)].append(step)
        # The least of the usual ones: a list of short paragraphs has more gaps between them than within.
        self.usual = {size: sorted(steps)[len(steps) // 5] for size, steps in found.items()}

    def is_wide(self, column: Column, index: int) -> bool:
        """A gap above this line; none where a full line goes on at the same distance, in a wider set part."""
        blocks = column.blocks
        line, above = blocks[index], blocks[index - 1] if index else None
        step = _step(above, line) if above else 0.0
        if step <= _WIDER * self.usual.get(round(line.bottom - line.top), step):
            return False
        after = _step(line, blocks[index + 1]) if index + 1 < len(blocks) else 0.0
        return not (abs(after - step) < 0.05 * step and _room(line, column) < 2 * line.size)


def _step(line: Line | Grid, below: Line | Grid) -> float:
    """From one line to the next; nothing between different sizes of type."""
    if isinstance(line, Grid) or isinstance(below, Grid) or abs(line.size - below.size) > _LARGER * line.size:
        return 0.0
    return max(below.y - line.y, 0.0)
