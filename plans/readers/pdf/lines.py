"""Characters put together to lines, as far as a reader's eye goes without a jump."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from plans.readers.pdf.pages import Glyph

# How far apart, in sizes of the character: a blank between Latin words, between Chinese ones, and a jump.
_WORD = 0.18
_BLANK = 0.7
_JUMP = 1.2
_LEVEL = 0.4
_LATIN = re.compile(r"[!-~\u00c0-\u024f]")
_CLOSING = "，。、；：！？）》」』】〕〉”’…%‰℃,.;:!?)]}\"'"
_OPENING = "（《「『【〔〈“‘([{"


@dataclass(slots=True)
class Line:
    """A stretch of text on one baseline; `lead` is the width of what can't be parted from its beginning."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    lead: float

    @property
    def top(self) -> float:
        return self.y - self.size

    @property
    def bottom(self) -> float:
        return self.y + self.size * 0.25


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """All stretches from top to bottom, those on one baseline from left to right."""
    return [line for row in _rows(glyphs) for line in _stretches(row)]


def whole(parts: list[Line]) -> Line:
    """Stretches that stand side by side as one line."""
    if len(parts) == 1:
        return parts[0]
    first, main = parts[0], max(parts, key=lambda part: len(part.text))
    text = " ".join(part.text for part in parts)
    return Line(text, first.x0, parts[-1].x1, main.y, main.size, first.lead)


def side_by_side(found: Iterable[Line]) -> Iterator[list[Line]]:
    """Stretches sorted from top to bottom, grouped by baseline, each group from left to right."""
    row: list[Line] = []
    for line in sorted(found, key=lambda line: line.y):
        if row and line.y - row[0].y > _LEVEL * max(line.size, row[0].size):
            yield sorted(row, key=lambda part: part.x0)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda part: part.x0)


def join(first: str, second: str) -> str:
    """Two lines of one paragraph: Latin words are parted by a blank, all else follows on."""
    if not first or not second:
        return first + second
    if first[-1] == "-" and first[-2:-1].islower() and second[0].islower() and second[0].isascii():
        return first[:-1] + second
    parted = _is_word(first[-1]) and _is_word(second[0]) or first[-1] in ",;" and _is_word(second[0])
    return f"{first} {second}" if parted else first + second


def _is_word(char: str) -> bool:
    return char.isalpha() and bool(_LATIN.match(char))


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Characters on one level; raised and lowered small ones belong to the line they stand at."""
    row: list[Glyph] = []
    level = size = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y):
        if row and glyph.y - level > _LEVEL * max(size, glyph.size):
            yield row
            row = []
        if not row or glyph.size > size * 1.05:
            level, size = glyph.y, glyph.size
        row.append(glyph)
    if row:
        yield row


def _stretches(row: list[Glyph]) -> Iterator[Line]:
    # By their middles: a bracket set closer to the one before it may begin left of that.
    row.sort(key=lambda glyph: glyph.x0 + glyph.x1)
    printed, blanks = _printed(row)
    spread = _spread(printed)
    start = 0
    for index in range(1, len(printed) + 1):
        if index == len(printed) or _gap(printed, index) > _JUMP * printed[index].size:
            if index > start:
                yield _line(printed[start:index], blanks[start:index], spread)
            start = index


def _printed(row: list[Glyph]) -> tuple[list[Glyph], list[bool]]:
    """The visible characters, each once, and whether a blank was typed before them.

    Bold is often faked by printing a character twice, hardly apart.
    """
    printed: list[Glyph] = []
    blanks: list[bool] = []
    blank = False
    for glyph in row:
        if glyph.char.isspace():
            blank = True
            continue
        if printed:
            last = printed[-1]
            if last.char == glyph.char and glyph.x0 - last.x0 < 0.5 * (last.x1 - last.x0):
                continue
        printed.append(glyph)
        blanks.append(blank)
        blank = False
    return printed, blanks


def _gap(printed: list[Glyph], index: int) -> float:
    return printed[index].x0 - printed[index - 1].x1


def _spread(printed: list[Glyph]) -> float:
    """The usual gap of a line whose characters are set wide apart."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(printed)]
    return max(median(gaps), 0.0) if len(gaps) > 1 else 0.0


def _line(printed: list[Glyph], blanks: list[bool], spread: float) -> Line:
    pieces = [printed[0].char]
    for index in range(1, len(printed)):
        before, glyph = printed[index - 1], printed[index]
        latin = _LATIN.match(before.char) and _LATIN.match(glyph.char)
        wide = (_WORD if latin else _BLANK) * glyph.size + spread * 1.3
        if blanks[index] or glyph.x0 - before.x1 > wide:
            pieces.append(" ")
        pieces.append(glyph.char)
    sizes = sorted(glyph.size for glyph in printed)
    size = sizes[len(sizes) // 2]
    main = next(glyph for glyph in printed if glyph.size == size)
    return Line("".join(pieces), printed[0].x0, printed[-1].x1, main.y, size, _lead(printed))


def _lead(printed: list[Glyph]) -> float:
    """No line begins with a closing mark, ends with an opening one, or breaks a number or a word."""
    end = 0
    while end + 1 < min(len(printed), 40):
        char, after = printed[end].char, printed[end + 1].char
        runs_on = bool(_LATIN.match(char) and _LATIN.match(after))
        if not (char in _OPENING or after in _CLOSING or runs_on):
            break
        end += 1
    return printed[end].x1 - printed[0].x0
