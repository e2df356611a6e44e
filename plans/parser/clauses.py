"""Sentences and clauses, with names and quotations masked so that nothing is read inside them."""

import re
from collections.abc import Iterator

from plans.parser.document import Span

_SENTENCE = re.compile(r"[^。！？；;\n]+[。！？；;\n]*")
# A comma between digits groups thousands.
_CLAUSE_END = re.compile(r"，|：|:|,(?<!\d,)|,(?!\d)")
# “十四五” and “七一” name a time, not a thing.
_TIME = "(?:十[二三四五六]五|[五六七八]一|十一)”"
_MASKED = re.compile(rf"《[^《》\n]{{0,120}}》|“(?!{_TIME})[^“”\n]{{0,60}}”|\"[^\"\n]{{0,60}}\"")


def mask(text: str) -> str:
    """The text at equal length with names and quotations blanked out."""
    return _MASKED.sub(lambda match: "＿" * len(match.group()), text)


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """Stretches that end with 。！？；, the mark included; together they cover everything."""
    for match in _SENTENCE.finditer(text, start, end):
        yield Span(match.start(), match.end())


def clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """Stretches between commas, the comma left out."""
    at = start
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.start() > at:
            yield Span(at, match.start())
        at = match.end()
    if at < end:
        yield Span(at, end)
