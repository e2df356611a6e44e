"""What pdfium knows of a page: its characters with their places, and its rulings."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import pypdfium2_raw as pdfium

from plans.readers.pdf.drawings import Box, drawn
from plans.readers.pdf.letters import plain
from plans.readers.refusal import PlanNotReadable

# A province's plan has 60 pages of 700 characters; these are many times that, and still read in seconds.
MOST_PAGES = 2_000
MOST_CHARACTERS = 500_000
# Drawings beyond these are maps and charts; their lines are no tables.
MOST_STROKES = 1_000_000
_WATERMARK = 2.2  # times the usual size
_FAINT = 140


class Glyph(NamedTuple):
    """A printed character: from x0 to x1 on a baseline y (downwards from the page's top), in points."""

    char: str
    x0: float
    x1: float
    y: float
    size: float


class _Style(NamedTuple):
    """What all characters of one text object share; `quarter` is None where its baseline is slanted."""

    quarter: int | None
    size: float
    visible: bool
    faint: bool
    transparent: bool


_Found = tuple[str, _Style, Box]


@dataclass
class Page:
    """One page as a person holds it: upright, whichever way its text was turned."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    strokes: list[Box] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    unmapped: float = 0
    has_picture: bool = False


@dataclass
class _Room:
    characters: int = MOST_CHARACTERS
    strokes: int = MOST_STROKES


def pages(content: bytes) -> Iterator[Page]:
    """The pages in order, each closed before the next is read."""
    pdfium.FPDF_InitLibrary()
    room = _Room()
    with _opened(content) as document:
        count = pdfium.FPDF_GetPageCount(document)
        if count > MOST_PAGES:
            raise PlanNotReadable("PDF超过两千页，不像是计划文件，请只上传计划部分。")
        for index in range(count):
            yield _page(document, index, room)


@contextmanager
def _opened(content: bytes) -> Iterator[ctypes.c_void_p]:
    document = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not document:
        locked = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        if locked:
            raise PlanNotReadable("PDF已加密，请用密码打开后另存为不加密的PDF，或上传Word原件。")
        raise PlanNotReadable("PDF文件已损坏，无法打开，请重新导出，或上传Word原件。")
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _page(document: ctypes.c_void_p, index: int, room: _Room) -> Page:
    handle = pdfium.FPDF_LoadPage(document, index)
    if not handle:
        return Page(index + 1, 0, 0)
    try:
        text = pdfium.FPDFText_LoadPage(handle)
        try:
            return _Sheet(handle, text, room).page(index + 1)
        finally:
            pdfium.FPDFText_ClosePage(text)
    finally:
        pdfium.FPDF_ClosePage(handle)


class _Sheet:
    """One page while pdfium has it open."""

    def __init__(self, handle: ctypes.c_void_p, text: ctypes.c_void_p, room: _Room) -> None:
        self.handle, self.text, self.room = handle, text, room
        self.count = max(pdfium.FPDFText_CountChars(text), 0) if text else 0
        room.characters -= self.count
        if room.characters < 0:
            raise PlanNotReadable("PDF文字超过五十万字，不像是计划文件，请核对后重新上传。")
        self.edges = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(handle, self.edges)
        # Filled anew for every character: making them would take longer than asking pdfium.
        self.matrix, self.colour = pdfium.FS_MATRIX(), [ctypes.c_uint() for _ in range(4)]
        self.colour_at = [ctypes.byref(part) for part in self.colour]

    def page(self, number: int) -> Page:
        found = list(self._characters())
        quarter = _most(style.quarter for _, style, _ in found if style.quarter is not None) or 0
        wide, high = self.edges.right - self.edges.left, self.edges.top - self.edges.bottom
        page = Page(number, *((high, wide) if quarter % 2 else (wide, high)))
        page.unmapped = self._unmapped()
        self._place(found, quarter, page)
        drawing = drawn(self.handle, min(self.room.strokes, MOST_STROKES // 20))
        self.room.strokes -= drawing.strokes
        page.strokes = [self._turned(box, quarter) for box in drawing.boxes]
        page.has_picture = drawing.has_picture
        return page

    def _place(self, found: list[_Found], quarter: int, page: Page) -> None:
        """Watermarks go aside: slanted, see-through or large faint letters are no part of the text.

        Letters printed invisibly are a scanned page's text where nothing is visible, else a copy of it.
        """
        usual = _most(round(style.size) for _, style, _ in found) or 1
        hidden = sum(not style.visible for _, style, _ in found) * 2 <= len(found)
        for style, run in groupby(found, key=itemgetter(1)):
            large = style.size > _WATERMARK * usual
            if style.quarter != quarter or style.transparent or (style.faint and large):
                page.marks.append("".join(char for char, _, _ in run))
            elif style.visible or not hidden:
                for char, _, box in run:
                    x0, y, x1, _ = self._turned(box, quarter)
                    if -5 < x0 < page.width + 5 and -5 < y < page.height + 5:
                        page.glyphs.append(Glyph(char, x0, x1, y, style.size))

    def _turned(self, box: Box, quarter: int) -> Box:
        """A box in a reader's coordinates: from the left and from the top along the text's direction."""
        x0, y0, x1, y1 = box
        edges = self.edges
        if quarter == 0:
            return x0 - edges.left, edges.top - y1, x1 - edges.left, edges.top - y0
        if quarter == 1:
            return y0 - edges.bottom, x0 - edges.left, y1 - edges.bottom, x1 - edges.left
        if quarter == 2:
            return edges.right - x1, y0 - edges.bottom, edges.right - x0, y1 - edges.bottom
        return edges.top - y1, edges.right - x1, edges.top - y0, edges.right - x0

    def _unmapped(self) -> float:
        """The share of characters whose font doesn't say what they are, from a sample."""
        sample = range(0, self.count, max(1, self.count // 50))
        bad = sum(pdfium.FPDFText_HasUnicodeMapError(self.text, index) == 1 for index in sample)
        return bad / max(len(sample), 1)

    def _characters(self) -> Iterator[_Found]:
        """Every printed character; the blanks and line breaks that pdfium adds are left out."""
        text, styles = self.text, {}
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        box_at, x_at, y_at = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        for index in range(self.count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            item = pdfium.FPDFText_GetTextObject(text, index)
            if not item or (code == 32 and pdfium.FPDFText_IsGenerated(text, index) == 1):
                continue
            address = ctypes.addressof(item.contents)
            style = styles.get(address)
            if style is None:
                style = styles[address] = self._style(item, index)
            pdfium.FPDFText_GetLooseCharBox(text, index, box_at)
            pdfium.FPDFText_GetCharOrigin(text, index, x_at, y_at)
            if style.quarter in (1, 3):
                place = (x.value, box.bottom, x.value, box.top)
            else:
                place = (box.left, y.value, box.right, y.value)
            char = plain(code)
            if char:
                yield char, style, place

    def _style(self, item: ctypes.c_void_p, index: int) -> _Style:
        matrix = self.matrix
        pdfium.FPDFText_GetMatrix(self.text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self.text, index) * math.hypot(matrix.c, matrix.d)
        turns = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        quarter = round(turns) % 4 if abs(turns - round(turns)) < 0.05 else None
        coloured = pdfium.FPDFPageObj_GetFillColor(item, *self.colour_at)
        red, green, blue, opacity = [part.value for part in self.colour] if coloured else (0, 0, 0, 255)
        visible = pdfium.FPDFTextObj_GetTextRenderMode(item) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        return _Style(quarter, size, visible, min(red, green, blue) >= _FAINT, opacity < 128)


def _most(values: Iterable[int]) -> int | None:
    """The commonest value."""
    counted = Counter(values).most_common(1)
    return counted[0][0] if counted else None
