"""Which column each of a row's cells belongs to, by what it holds, when there are not as many as titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from plans.parser.columns import Columns
from plans.parser.document import Span
from plans.parser.owners import COOPERATING, LEAD, PLAIN
from plans.parser.script import simplified
from plans.parser.units import is_organ, is_unit

_BETWEEN = re.compile(r"[、，,；;\s]+")
_GROUP = re.compile(r"等|各|有关|相关|全体")
_WHEN = re.compile(r"\d{1,2}月|年底|年内|全年|季度|半年|长期|持续|立即|20\d\d[年./-]")
_OWNERS = (LEAD, PLAIN, COOPERATING)
_LONGEST_WHEN, _LONGEST_OTHER, _LONGEST_LIST, _MOST_CELLS = 24, 12, 200, 60
# What it costs to put a cell where it does not belong or hardly does, to leave a column blank (less at the
# row's end), to go back to the task's column for another task, and to take two lines for one cell.
_WRONG, _UNLIKELY, _DOUBTFUL, _BLANK, _LEFT_OUT, _BACK, _JOINED = 10_000, 1_000, 3, 4, 3, 6, 2


@dataclass(frozen=True, slots=True)
class Fit:
    """The cells by columns, with a row of their own for each task; whether there was no other way."""

    rows: tuple[tuple[Span, ...], ...]
    is_clear: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """The cheapest way to place the cells so far, the last one in a certain column."""

    cost: int
    several: bool
    columns: tuple[int, ...]


def fitted(text: str, cells: Sequence[Span], columns: Columns) -> Fit:
    """The cells of a row that begins with its number, each below its title."""
    words = [simplified(text[cell.start : cell.end]) for cell in cells]
    width = len(columns.roles)
    if len(cells) == width and all(
        _cost(word, role) < _WRONG for word, role in zip(words, columns.roles, strict=True)
    ):
        return Fit((tuple(cells),), True)
    way = _cheapest(words, columns) if len(cells) <= _MOST_CELLS else None
    if way is None or way.cost >= _UNLIKELY:
        row = [Span(cells[0].start, cells[0].end)] + [Span(cells[0].end, cells[0].end)] * (width - 1)
        row[columns.heading] = Span(cells[min(1, len(cells) - 1)].start, cells[-1].end)
        return Fit((tuple(row),), False)
    return Fit(tuple(_rows(cells, way.columns, width)), not way.several)


def _cheapest(words: list[str], columns: Columns) -> _Way | None:
    """The first cell is the number; each other follows the one before, or begins another task."""
    number = columns.number or 0
    ways = {number: _Way(0, False, (number,))}
    for at in range(1, len(words)):
        ways = dict(_placed(words, at, columns, ways))
    ended = [
        _Way(way.cost + _LEFT_OUT * (len(columns.roles) - 1 - last), way.several, way.columns)
        for last, way in ways.items()
    ]
    return _best(ended)


def _placed(words: list[str], at: int, columns: Columns, ways: dict[int, _Way]) -> list[tuple[int, _Way]]:
    found = []
    for column, role in enumerate(columns.roles):
        here = _cost(words[at], role)
        steps = (
            _Way(way.cost + here + step, way.several, (*way.columns, column))
            for last, way in ways.items()
            if (step := _step(last, column, words, at, columns)) is not None
        )
        best = _best(list(steps))
        if best:
            found.append((column, best))
    return found


def _best(ways: list[_Way]) -> _Way | None:
    if not ways:
        return None
    least = min(way.cost for way in ways)
    cheapest = [way for way in ways if way.cost == least]
    return _Way(least, len(cheapest) > 1 or cheapest[0].several, cheapest[0].columns)


def _step(last: int, column: int, words: list[str], at: int, columns: Columns) -> int | None:
    """What it costs to go on from one column to another; None where it cannot be."""
    if column > last:
        return _BLANK * (column - last - 1)
    if column < last:
        return _BACK if column == columns.heading and not is_organ(words[at].strip(" 。.")) else None
    if columns.number == column:
        return None
    # A cell broken into lines has a unit on each; a list with 、 is a cell of its own.
    role = columns.roles[column]
    listed = role in _OWNERS and "、" in words[at - 1] + words[at]
    return _JOINED + (_BLANK if listed or role == "deadline" else 1 if role == LEAD else 0)


@lru_cache(maxsize=4096)
def _cost(word: str, role: str) -> int:
    if not word:
        return 0
    if role == "number":
        return 0 if len(word) < 8 else _WRONG
    if role in _OWNERS:
        # Where there is one list for two columns, it says who leads.
        return int(role == COOPERATING) if is_list_of_units(word) else _WRONG
    if role == "other":  # a score, a name, a remark
        return _DOUBTFUL if len(word) > _LONGEST_OTHER or word.endswith("。") else 0
    is_when = len(word) <= _LONGEST_WHEN and bool(_WHEN.search(word))
    if role == "deadline":
        return 0 if is_when else _WRONG
    if is_when:
        return _UNLIKELY
    return _DOUBTFUL if is_list_of_units(word) else 0


def is_list_of_units(words: str) -> bool:
    """Whether a cell holds nothing but names of units and groups of them."""
    names = [name for name in _BETWEEN.split(words.strip(" 。.")) if name]
    if not names or len(words) > _LONGEST_LIST:
        return False
    return all(is_unit(name) or _GROUP.match(name) for name in names)


def _rows(cells: Sequence[Span], columns: Sequence[int], width: int) -> list[tuple[Span, ...]]:
    """Each column's cell, from its first line to its last."""
    found: list[list[Span]] = []
    last = width
    for cell, column in zip(cells, columns, strict=True):
        if column < last:
            found.append([Span(cell.start, cell.start)] * width)
        row = found[-1]
        row[column] = Span(row[column].start if column == last else cell.start, cell.end)
        last = column
    return [tuple(row) for row in found]
