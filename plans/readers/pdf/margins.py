"""Running heads, running feet and page numbers: what pages repeat at their edges."""

import re
from collections import Counter

from plans.readers.pdf.lines import Line, side_by_side

_NUMBER = re.compile(r"\d{1,4}(?!\d)")
_DASH = r"[-—–―─－_·•~〜\s]*"
_COUNT = r"(?:\d{1,4}|[〇零一二三四五六七八九十百]{1,5})"
_PAGE_NUMBER = re.compile(
    rf"\d{{1,3}}|{_DASH}\d{{1,4}}{_DASH}(?<!\d)|[-—–―－_·•~〜]\s*\d{{1,4}}"
    rf"|{_DASH}[IVXivx]{{1,6}}{_DASH}"
    rf"|{_DASH}第\s*{_COUNT}\s*页\s*[,，、/]?\s*(?:[(（]?\s*共\s*{_COUNT}\s*页\s*[)）]?)?{_DASH}"
    r"|\d{1,4}\s*(?:/|of)\s*\d{1,4}"
    r"|[Pp]age\s*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?"
)
# What a browser prints around a page: the address, and the moment it was printed.
_BROWSER = re.compile(
    r"(?:https?|file)://\S+.*|\d{1,4}[/-]\d{1,2}[/-]\d{1,4}[ ,]+(?:[上下]午)?\d{1,2}:\d{2}.*"
)
# Heads and feet stand in the outer eighth and have at most three rows.
_EDGE = 0.125
_ROWS = 3
_LONGEST = 100
# No head ends like a sentence; a template's sentences may come again at the same height.
_SENTENCE = tuple("。；：，、")


def strip(pages: list[list[Line]], heights: list[float]) -> list[str]:
    """Take heads, feet and page numbers out of the pages; they are returned for what they say of secrecy."""
    removed: list[str] = []
    for is_foot in (False, True):
        for _ in range(_ROWS):
            edges = [_edge(lines, height, is_foot) for lines, height in zip(pages, heights, strict=True)]
            found = _furniture(edges, heights)
            if not any(found):
                break
            for lines, row, goes in zip(pages, edges, found, strict=True):
                if goes:
                    removed.append(_text(row))
                    taken = set(map(id, row))
                    lines[:] = [line for line in lines if id(line) not in taken]
    return removed


def _edge(lines: list[Line], height: float, is_foot: bool) -> list[Line]:
    """The stretches of the outermost row, if that is near the edge."""
    if not lines:
        return []
    outer = max(line.y for line in lines) if is_foot else min(line.y for line in lines)
    near = [line for line in lines if abs(line.y - outer) < 2 * line.size]
    rows = list(side_by_side(near))
    row = rows[-1] if is_foot else rows[0]
    far = height - row[0].y if is_foot else row[0].top
    return row if far < height * _EDGE * 1.3 else []


def _furniture(edges: list[list[Line]], heights: list[float]) -> list[bool]:
    """For each page, whether its edge row is repeated by others, or a page number by its form."""
    keys = [_keys(row, page) for page, row in enumerate(edges)]
    counted = Counter(key for several in keys for key in several)
    with_text = sum(1 for row in edges if row)
    enough = max(min(with_text, 3), 2, 0.3 * with_text)
    return [
        any(counted[key] >= enough for key in several) or _is_number(row, height)
        for row, several, height in zip(edges, keys, heights, strict=True)
    ]


def _keys(row: list[Line], page: int) -> set[str]:
    """What stays the same from page to page: about where the row stands, and its words.

    A number may count the pages: then what stays is how far it is ahead of them.
    """
    if not row:
        return set()
    text = _text(row).replace(" ", "")
    if len(text) > _LONGEST or text.endswith(_SENTENCE):
        return set()
    keys = {text}
    for found in list(_NUMBER.finditer(text))[-2:]:
        ahead = f"{text[: found.start()]}#{int(found[0]) - page}{text[found.end() :]}"
        keys.add(ahead)
    return {f"{key}@{round(row[0].y / 4)}" for key in keys}


def _text(row: list[Line]) -> str:
    return " ".join(line.text for line in row)


def _is_number(row: list[Line], height: float) -> bool:
    """In the outer eighth, and nothing else in its row but what a browser prints there."""
    if not row:
        return False
    y = row[0].y
    if height * _EDGE < y - row[0].size and y < height * (1 - _EDGE):
        return False
    return all(_PAGE_NUMBER.fullmatch(line.text) or _BROWSER.fullmatch(line.text) for line in row)
