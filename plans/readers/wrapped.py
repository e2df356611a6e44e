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
# A page is 20 to 50 characters wide; fewer lines than these show no width.
_NARROWEST, _WIDEST, _LEAST, _RAGGED = 36, 104, 6, 4


def joined(text: str) -> str:
    """The text with its paragraphs whole again, if most of its lines stop in mid-sentence at one width."""
    lines = text.split("\n")
    # A row of a table is whole, however wide.
    widths = [0 if "|" in line else _width(line) for line in lines]
    limit = _limit(widths)
    full = [limit is not None and limit - _RAGGED <= width <= limit for width in widths]
    cut = sum(1 for line, is_full in zip(lines, full, strict=True) if is_full and not _ENDS.search(line))
    if cut < _LEAST or cut * 2 < sum(1 for width in widths if width):
        return text
    pieces: list[str] = []
    for index, line in enumerate(lines):
        goes_on = index > 0 and full[index - 1] and widths[index] and not _BEGINS.match(line)
        pieces.append(line if goes_on or not pieces else "\n" + line)
    return "".join(pieces)


def _limit(widths: list[int]) -> int | None:
    """The width at which most lines end, none where it is no page's."""
    often = Counter(width for width in widths if _NARROWEST <= width <= _WIDEST)
    near = {width: sum(often[width - less] for less in range(_RAGGED + 1)) for width in often}
    return max(near, key=lambda width: (near[width], -width), default=None)


def _width(line: str) -> int:
    """In columns: a Chinese character takes two."""
    line = line.rstrip()[: _WIDEST + 1]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
