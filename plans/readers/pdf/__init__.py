"""PDF with a text layer: what a person reads on its pages, without heads, feet and line breaks."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from plans.parser.document import Document
from plans.readers.assembly import Assembly
from plans.readers.pdf import margins
from plans.readers.pdf.columns import WHOLE, Column, columns
from plans.readers.pdf.continued import take_up
from plans.readers.pdf.grids import Grid
from plans.readers.pdf.lines import Line, lines
from plans.readers.pdf.pages import Page, pages
from plans.readers.pdf.paragraphs import flow
from plans.readers.pdf.tables import ruled
from plans.readers.refusal import PlanNotReadable

# Fewer characters on a page are a stamp or a scanner's mark, not its text.
_FEW = 10
# More private or nameless characters than these: the file's fonts don't say which characters they print.
_GARBLED = 0.2


@dataclass
class _Contents:
    """What is kept of the pages until all have been seen."""

    lines: list[list[Line]] = field(default_factory=list)
    tables: list[list[Grid]] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    characters: int = 0
    garbled: float = 0
    pictures: int = 0


def read(content: bytes) -> Document:
    """The text layer of a PDF; scanned, encrypted and garbled ones are refused, saying what to do."""
    assembly, contents = Assembly(), _Contents()
    for page in pages(content):
        _take(page, contents, assembly)
    _refuse_unreadable(contents)
    for text in margins.strip(contents.lines, contents.heights):
        assembly.margin(text)
    parts = list(_columns(contents))
    for block in _united(flow(parts)):
        if isinstance(block, Grid):
            assembly.table(block.cells())
        else:
            assembly.paragraph(block)
    if contents.scanned:
        message = f"第{_named(contents.scanned)}页是图片，没有文字层，其中的内容没有读取，请核对。"
        assembly.warn("pages_without_text", message, 0)
    if any(part.is_unclear for part in parts):
        assembly.warn("table_unclear", "有表格没有框线，行列对不齐，按段落读取，请核对。", 0)
    return assembly.document()


def _named(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:20])) + ("等" if len(numbers) > 20 else "")


def _take(page: Page, contents: _Contents, assembly: Assembly) -> None:
    before = contents.tables[-1][-1:] if contents.tables else []
    tables, free = ruled(page, *before)
    contents.tables.append(tables)
    contents.lines.append(lines(free))
    contents.widths.append(page.width)
    contents.heights.append(page.height)
    contents.characters += len(page.glyphs)
    private = sum("\ue000" <= glyph.char <= "\uf8ff" or glyph.char == "\ufffd" for glyph in page.glyphs)
    contents.garbled += max(private, page.unmapped * len(page.glyphs))
    contents.pictures += page.has_picture
    if page.has_picture and len(page.glyphs) < _FEW:
        contents.scanned.append(page.number)
    for mark in page.marks:
        assembly.margin(mark)


def _refuse_unreadable(contents: _Contents) -> None:
    count = len(contents.heights)
    if contents.characters < _FEW * max(count, 1):
        if contents.pictures:
            raise PlanNotReadable("PDF是扫描图片，没有文字层，请先做文字识别（OCR），或上传Word原件。")
        if not contents.characters:
            raise PlanNotReadable("PDF中没有文字，请上传有内容的计划文件，或上传Word原件。")
    if contents.garbled > _GARBLED * contents.characters:
        raise PlanNotReadable("PDF的文字无法识别（字体缺少编码），复制出来也是乱码，请上传Word原件。")


def _columns(contents: _Contents) -> Iterator[Column]:
    """All pages' columns; left and right pages of a bound document have edges of their own."""
    for index, (free, tables) in enumerate(zip(contents.lines, contents.tables, strict=True)):
        for column in columns([*free, *tables]):
            column.page_width = contents.widths[index] if column.kind == WHOLE else 0.0
            column.kind = (column.kind, index % 2, round(contents.heights[index]))
            yield column


def _united(blocks: Iterator[str | Grid]) -> Iterator[str | Grid]:
    """Tables that go on over pages as one."""
    table: Grid | None = None
    for block in blocks:
        if isinstance(block, Grid) and table and take_up(table, block):
            continue
        if table:
            yield table
        table = block if isinstance(block, Grid) else None
        if not table:
            yield block
    if table:
        yield table
