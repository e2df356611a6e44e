"""The numbers and bullets that a browser prints before the entries of lists."""

import re
from dataclasses import dataclass

import cn2an
from lxml import etree

BULLET = "●"
_LABEL = re.compile(
    r"\s*(?:[（(\[［【]?\s*(?:[一二三四五六七八九十百]{1,4}|[\d０-９]{1,3})\s*(?:[）)\]］】]|[、.．](?![\d０-９]))"
    r"|第[一二三四五六七八九十百\d]{1,4}[章节条项]|[①-⑳㈠-㈩⑴-⒇●○■□★☆▲△◆◇•·]|[一二三四五六七八九十]是|——|其[一二三四五六七八九十])"
)
_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.I)
_TYPES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_HAN = ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal", "cjk-decimal")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
# Beyond these, browsers too print digits.
_LETTERS, _MOST_ROMAN = 26, 399
_HIGHEST = 100_000


def starts_with_label(text: str) -> bool:
    """Whether a line brings a number or bullet of its own."""
    return bool(_LABEL.match(text))


@dataclass
class _List:
    style: str
    number: int = 1
    step: int = 1


class Lists:
    """The lists that a walk over a page is inside of, and the marker waiting for its entry's first words."""

    def __init__(self) -> None:
        self.open_lists: list[_List] = []
        self.waiting = ""

    def open(self, element: etree._Element) -> None:
        if element.tag in ("ol", "ul"):
            self.open_lists.append(_list(element))
        elif element.tag == "li" and self.open_lists:
            self.waiting = _marker(self.open_lists[-1], element)

    def close(self, marks: tuple[str, ...]) -> None:
        if "li" in marks:
            self.waiting = ""
        elif self.open_lists and ("ol" in marks or "ul" in marks):
            self.open_lists.pop()

    def take(self) -> str:
        marker, self.waiting = self.waiting, ""
        return marker


def _list(element: etree._Element) -> _List:
    styled = _STYLE.search(element.get("style") or "")
    if element.tag == "ul":
        # A list of one entry is a box.
        boxed = sum(1 for _ in element.iterchildren("li")) < 2
        return _List("none" if boxed or (styled and styled[1].lower() == "none") else "bullet")
    style = styled[1].lower() if styled else _TYPES.get(element.get("type") or "1", "decimal")
    if element.get("reversed") is None:
        return _List(style, _whole(element.get("start"), 1))
    return _List(style, _whole(element.get("start"), sum(1 for _ in element.iterchildren("li"))), -1)


def _marker(entries: _List, element: etree._Element) -> str:
    number = _whole(element.get("value"), entries.number)
    entries.number = number + entries.step
    if entries.style == "none":
        return ""
    if entries.style == "bullet":
        return BULLET
    if entries.style in _HAN and number > 0:
        return f"{cn2an.an2cn(number)}、"
    return f"{_figure(entries.style, number)}. "


def _figure(style: str, number: int) -> str:
    letters = chr(ord("a") + number - 1) if 0 < number <= _LETTERS else ""
    roman = _roman(number) if 0 < number <= _MOST_ROMAN else ""
    figures = {
        "lower-alpha": letters,
        "lower-latin": letters,
        "upper-alpha": letters.upper(),
        "upper-latin": letters.upper(),
        "lower-roman": roman,
        "upper-roman": roman.upper(),
    }
    return figures.get(style) or str(number)


def _roman(number: int) -> str:
    figure = ""
    for value, letters in _ROMAN:
        figure += letters * (number // value)
        number %= value
    return figure


def _whole(stated: str | None, otherwise: int) -> int:
    found = re.match(r"\s*(-?\d{1,6})", stated or "")
    return int(found[1]) if found and int(found[1]) <= _HIGHEST else otherwise
