"""Text whose paragraphs were cut into lines of one width, as when it was copied out of a PDF."""

import re
import unicodedata
from collections import Counter

# What begins a paragraph of its own: an indent, a label, a sign.
_BEGINS = re.compile(
    r"\s|第?[一二三四五六七八九十百]{1,4}[、章条节部是要]|[（(]\s?[一二三四五六七八九十\d]{1,3}\s?[）)]"
    r"|\d{1,3}[、．.](?!\d)|[①-⑳●■★▲◆•]|——|附件"
)
_ENDS = re.compile(r"[。！？；：;:]\s*$")
# A figure goes to the next line with its unit, and early; so may what a comma leads to.
_LEAVES_OFF, _FIGURE = re.compile(r"[\d，,、]\s*$"), re.compile(r"\d+(?:\.\d+)?\s?[万亿个倍%％‰]")
# A page is 20 to 50 characters wide; fewer lines than these show no width.
_NARROWEST, _WIDEST, _LEAST = 36, 104, 4
# Figures and stops at its end leave a line this much narrower, or much more.
_RAGGED, _SHORTEST = 9, 0.6


def joined(text: str) -> str:
    """The text with its paragraphs whole again, if many of its lines stop in mid-sentence at one width."""
    lines = text.split("\n")
    # A row of a table is whole, however wide.
    widths = [0 if "|" in line or "\t" in line else _width(line) for line in lines]
    limit = _limit(widths)
    if limit is None or not _is_cut(lines, widths, limit):
        return text
    pieces: list[str] = []
    for index, line in enumerate(lines):
        above = widths[index - 1] if index else 0
        parted = above >= limit * _SHORTEST and (_LEAVES_OFF.search(lines[index - 1]) or _FIGURE.match(line))
        is_cut = limit - _RAGGED <= above <= limit or parted
        goes_on = is_cut and widths[index] and not _BEGINS.match(line)
        pieces.append(line if goes_on or not pieces else "\n" + line)
    return "".join(pieces)


def _is_cut(lines: list[str], widths: list[int], limit: int) -> bool:
    """Whether a page's width shows: a good part of all lines breaks off there, and hardly any is wider."""
    cut = sum(
        1
        for at, width in enumerate(widths[:-1])
        if limit - _RAGGED <= width <= limit
        and not _ENDS.search(lines[at])
        and widths[at + 1]
        and not _BEGINS.match(lines[at + 1])
    )
    wider = sum(1 for width in widths if width > limit)
    return cut >= _LEAST and wider * 4 <= cut and cut * 4 >= sum(1 for width in widths if width)


def _limit(widths: list[int]) -> int | None:
    """The width at which most lines end, none where it is no page's."""
    often = Counter(width for width in widths if _NARROWEST <= width <= _WIDEST)
    near = {width: sum(often[width - less] for less in range(_RAGGED + 1)) for width in often}
    return max(near, key=lambda width: (near[width], -width), default=None)


def _width(line: str) -> int:
    """In columns: a Chinese character takes two."""
    line = line.rstrip()[: _WIDEST + 1]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
