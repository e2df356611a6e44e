"""Characters put together to lines, as far as a reader's eye goes without a jump."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from plans.readers.pdf.pages import Glyph

# How far apart, in sizes of the character, two are with a blank between: pdfium tells few typed blanks.
# Word itself parts Latin words and numbers from Chinese by a quarter; punctuation has white of its own.
_LATIN_BLANK = 0.18
_HAN_BLANK = 0.22
_MIXED_BLANK = 0.4
_OTHER_BLANK = 0.7
_JUMP = 0.85
_LEVEL = 0.4
# One drawing as wide as this stands for two characters, a dash of two for instance.
_DOUBLE = 1.4
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
    rows = [_printed(row) for row in _rows(glyphs)]
    kept = _kept([printed for printed, _ in rows])
    return [line for printed, blanks in rows for line in _stretches(printed, blanks, kept)]


def whole(parts: list[Line]) -> Line:
    """Stretches that stand side by side as one line."""
    if len(parts) == 1:
        return parts[0]
    first, main = parts[0], max(parts, key=lambda part: len(part.text))
    text = "  ".join(part.text for part in parts)
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


def _stretches(printed: list[Glyph], blanks: list[bool], kept: float) -> Iterator[Line]:
    usual = _Usual(_stretched(printed), kept)
    start = 0
    for index in range(1, len(printed) + 1):
        if index == len(printed) or _gap(printed, index) > _JUMP * printed[index].size + usual.any:
            if index > start:
                yield _line(printed[start:index], blanks[start:index], usual)
            start = index


def _printed(row: list[Glyph]) -> tuple[list[Glyph], list[bool]]:
    """The visible characters, each once, and whether a blank was typed before them.

    Bold is often faked by printing a character twice, hardly apart.
    """
    printed: list[Glyph] = []
    blanks: list[bool] = []
    blank = False
    # By their middles: a bracket set closer to the one before it may begin left of that.
    for glyph in sorted(row, key=lambda glyph: glyph.x0 + glyph.x1):
        if glyph.char.isspace():
            blank = True
            continue
        if printed:
            last = printed[-1]
            width = last.x1 - last.x0
            if last.char == glyph.char and glyph.x0 - last.x0 < 0.5 * width < 0.5 * _DOUBLE * glyph.size:
                continue
        printed.append(glyph)
        blanks.append(blank)
        blank = False
    return printed, blanks


def _gap(printed: list[Glyph], index: int) -> float:
    return printed[index].x0 - printed[index - 1].x1


class _Usual(NamedTuple):
    """The gaps that are kept: between all characters of a line, and from Chinese to Latin ones, in sizes."""

    any: float
    mixed: float


def _stretched(printed: list[Glyph]) -> float:
    """The gap that most characters of a justified line, or of letters set apart, keep."""
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(printed))
    return max(gaps[len(gaps) * 6 // 10], 0.0) if len(gaps) > 1 else 0.0


def _kept(rows: list[list[Glyph]]) -> float:
    """The least usual gap from Chinese characters to numbers: some programs leave one, others don't."""
    gaps = sorted(
        (b.x0 - a.x1) / b.size
        for printed in rows
        for a, b in pairwise(printed)
        if b.size and _is_mixed(a.char, b.char)
    )
    return max(gaps[len(gaps) // 10], 0.0) if gaps else 0.0


def _line(printed: list[Glyph], blanks: list[bool], usual: _Usual) -> Line:
    pieces = [printed[0].char]
    for index in range(1, len(printed)):
        if blanks[index] or _is_parted(printed[index - 1], printed[index], usual):
            pieces.append(" ")
        pieces.append(printed[index].char)
    sizes = sorted(glyph.size for glyph in printed)
    size = sizes[len(sizes) // 2]
    main = next(glyph for glyph in printed if glyph.size == size)
    return Line("".join(pieces), printed[0].x0, printed[-1].x1, main.y, size, _lead(printed))


def _is_parted(before: Glyph, glyph: Glyph, usual: _Usual) -> bool:
    gap = glyph.x0 - before.x1 - 1.4 * usual.any
    han = _is_han(before.char) + _is_han(glyph.char)
    latin = [char for char in (before.char, glyph.char) if _LATIN.match(char)]
    if han == 2:
        # From middle to middle, for a radical's box is narrower than the character it stands for.
        middles = (glyph.x0 + glyph.x1 - before.x0 - before.x1) / 2
        return middles - glyph.size - 1.4 * usual.any > _HAN_BLANK * glyph.size
    if len(latin) == 2:
        return gap > _LATIN_BLANK * glyph.size
    if han and latin:
        kept = usual.mixed if latin[0].isalnum() else 0.0
        return gap > min(kept + _HAN_BLANK, _MIXED_BLANK) * glyph.size
    return gap > _OTHER_BLANK * glyph.size


def _is_mixed(first: str, second: str) -> bool:
    return first.isalnum() and second.isalnum() and _is_han(first) != _is_han(second)


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _lead(printed: list[Glyph]) -> float:
    """No line begins with a closing mark, ends with an opening one, or breaks a number or a word.

    Nor do some break before an opening quotation mark (Unicode has but one kind of these), or behind a comma
    before a number.
    """
    end = 0
    while end + 1 < min(len(printed), 40):
        char, after = printed[end].char, printed[end + 1].char
        runs_on = bool(_LATIN.match(after)) and (char in _CLOSING or bool(_LATIN.match(char)))
        if not (char in _OPENING or after in _CLOSING or after in "“‘" or runs_on):
            break
        end += 1
    return printed[end].x1 - printed[0].x0
