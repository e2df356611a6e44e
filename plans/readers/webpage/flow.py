"""A page in reading order: lines of text as a browser would break them, and tables of data."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from plans.readers import ledger
from plans.readers.assembly import Merged
from plans.readers.webpage import grids
from plans.readers.webpage.lists import BULLET, Lists, starts_with_label
from plans.readers.webpage.wording import is_written

Element = etree._Element


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _words(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav"
    " ol p pre section summary table tbody td tfoot th thead tr ul"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_UNSEEN = _words(
    "applet audio button canvas datalist head iframe input link map meta noscript object option script select"
    " style svg template textarea video xml"
)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|list-item|flex|grid|table)", re.I)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)
# Parts of ids and classes that say a box belongs to the site, not to the document.
_ASIDE = _words(
    "aside bdsharebuttonbox breadcrumb breadcrumbs comment comments copyright crumb crumbs foot footer login"
    " menu nav navbar pagination"
    " prev qr qrcode recommend related relate relevant share sidebar toolbar tools"
)
# A link holds a title or a few words; what runs on is an article whose link was never closed.
_LONGEST_LINK = 200
_LONGEST_HEADING = 80
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u3000-\u303f]")
_WORD_LABEL = re.compile(r"mso-list\s*:\s*ignore", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; `marker` is the number or bullet that the page generates for it.

    `written`: it reads like a document's; `aside`: it stands in a box that is named as the site's.
    """

    text: str
    owner: Element
    level: int | None = None
    linked: bool = False
    aside: bool = False
    marker: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data."""

    rows: list[list[str | Merged]]
    owner: Element
    aside: bool = False
    written: bool = False


Block = Line | Grid


def blocks(root: Element, *, hidden: bool) -> list[Block]:
    """Lines and tables of everything below an element; `hidden` takes along what a browser doesn't show."""
    return _Flow(hidden=hidden, nested=False).of(root)


def hides(root: Element) -> bool:
    """Whether anything of the page is hidden."""
    return any(_is_hidden(element) for element in root.iter(etree.Element))


class _Flow:
    """One walk over a subtree; it doesn't call itself but for a cell's text, whose tables are lines."""

    def __init__(self, *, hidden: bool, nested: bool) -> None:
        self.hidden, self.nested = hidden, nested
        self.inside: Counter[str] = Counter()
        self.levels: list[int] = []
        self.lists = Lists()
        self.found: list[Block] = []
        self.pieces: list[str] = []
        self.linked = self.length = 0
        self.owner: Element | None = None

    def of(self, root: Element) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        marks: list[tuple[str, ...]] = []
        skipped = False
        for event, element in walk:
            if event == "start":
                skipped = self._stands_alone(element)
                if skipped:
                    walk.skip_subtree()
                    continue
                marks.append(_marks(element))
                self._open(element, marks[-1])
            else:
                if not skipped:
                    self._close(marks.pop())
                skipped = False
                if element is not root:
                    self._add(element.tail, element.getparent())
        self._break()
        return self.found

    def _stands_alone(self, element: Element) -> bool:
        """What is not walked into: the unseen, tables of data, Word's own labels."""
        if element.tag in _UNSEEN or not isinstance(element.tag, str):
            return True
        if not self.hidden and _is_hidden(element):
            return True
        if element.tag == "table" and not self.nested and grids.is_data(element):
            self._break()
            rows = grids.rows(element, self._text)
            cells = (cell for row in rows for cell in row if isinstance(cell, str))
            written = ledger.has_header(rows) or any(map(is_written, cells))
            self.found.append(Grid(rows, element, self.inside["aside"] > 0, written))
            return True
        if _WORD_LABEL.search(element.get("style") or ""):
            self._add(_word_label(element), element)
            return True
        return False

    def _open(self, element: Element, marks: tuple[str, ...]) -> None:
        if "block" in marks or element.tag == "br":
            self._break()
        self.inside.update(marks)
        if element.tag in _HEADINGS:
            self.levels.append(_HEADINGS.index(element.tag) + 1)
        self.lists.open(element)
        self._add(element.text, element)

    def _close(self, marks: tuple[str, ...]) -> None:
        if "block" in marks:
            self._break()
        self.inside.subtract(marks)
        if "heading" in marks:
            self.levels.pop()
        self.lists.close(marks)

    def _add(self, text: str | None, owner: Element) -> None:
        if not text:
            return
        if not self.inside["pre"]:
            self._append(text, owner)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._break()
            self._append(line, owner)

    def _append(self, text: str, owner: Element) -> None:
        words = len(text.strip())
        if words and self.owner is None:
            self.owner = owner
        self.pieces.append(text)
        self.length += words
        self.linked += words if self.inside["link"] else 0

    def _break(self) -> None:
        """The end of a line, if there is one."""
        if self.owner is not None:
            text = _squeezed("".join(self.pieces))
            if text:
                self.found.append(self._line(text, self.owner))
        self.pieces, self.owner = [], None
        self.linked = self.length = 0

    def _line(self, text: str, owner: Element) -> Line:
        linked = self.linked * 10 >= self.length * 9
        marker = self._marker(text)
        written = not linked and is_written(text, marker)
        return Line(text, owner, self._level(text), linked, self.inside["aside"] > 0, marker, written)

    def _level(self, text: str) -> int | None:
        return self.levels[-1] if self.levels and len(text) <= _LONGEST_HEADING else None

    def _marker(self, text: str) -> str:
        """The first line of a list's entry has its marker, unless it brings a label of its own."""
        marker = self.lists.take()
        return "" if starts_with_label(text) else marker

    def _text(self, cell: Element) -> str:
        lines = _Flow(hidden=self.hidden, nested=True).of(cell)
        return "\n".join(line.marker + line.text for line in lines if isinstance(line, Line))


def _marks(element: Element) -> tuple[str, ...]:
    """What an element says of the text in it."""
    tag, style = element.tag, element.get("style") or ""
    marks = []
    if tag in _BLOCKS or (style and _AS_BLOCK.search(style)):
        marks.append("block")
    if tag in _HEADINGS:
        marks.append("heading")
    if tag in ("ol", "ul", "li"):
        marks.append(tag)
    if tag == "pre" or (style and _PREFORMATTED.search(style)):
        marks.append("pre")
    if tag == "a" and element.get("href") and _is_short(element):
        marks.append("link")
    if tag in ("nav", "footer", "aside") or _is_aside(element.get("class") or "", element.get("id") or ""):
        marks.append("aside")
    return tuple(marks)


def _is_short(link: Element) -> bool:
    length = 0
    for text in link.itertext():
        length += len(text.strip())
        if length > _LONGEST_LINK:
            return False
    return True


@lru_cache(maxsize=4096)
def _is_aside(classes: str, identity: str) -> bool:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", f"{classes[:200]} {identity[:200]}")
    return not _ASIDE.isdisjoint(re.split(r"[^a-z]+", words.lower()))


def _is_hidden(element: Element) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _word_label(element: Element) -> str:
    """The number that Word printed; its bullets are letters of a font of symbols."""
    label = "".join(element.itertext()).strip()
    return BULLET if len(label) == 1 and not label.isdigit() else label


def _squeezed(text: str) -> str:
    """Blanks as a browser shows them; a line break in the markup between Chinese characters is none."""

    def blank(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return "" if "\n" in match[0] and _WIDE.match(before) and _WIDE.match(after) else " "

    return _BLANKS.sub(blank, text).strip()
