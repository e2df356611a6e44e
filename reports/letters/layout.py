"""How our own templates look: as GB/T 9704-2012 (党政机关公文格式) asks.

A4, margins 37/35/28/26 mm; text in 三号 (16 pt) 仿宋, 28 characters a line and 22 lines a page; the sender's
name in red 小标宋 above a red rule; the date in Arabic figures, four characters from the right.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

SONG, FANG, HEI = "方正小标宋简体", "仿宋_GB2312", "黑体"
# Where an office's font is missing: what every Windows, Mac or Linux desktop has.
INSTEAD = {SONG: "宋体", FANG: "仿宋", HEI: "SimHei"}
RED = RGBColor(0xC0, 0x00, 0x00)
SIZE, SMALL, LINE = Pt(16), Pt(12), Pt(28.95)
INDENT = Pt(32)  # two characters
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
# Of a table: heading, width in mm, paragraphs of a cell.
Columns = tuple[tuple[str, int, tuple[str, ...]], ...]


def lay_out(document: Any) -> None:
    section, properties = document.sections[0], document.core_properties
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size, style.paragraph_format.space_after = SIZE, Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = LINE
    written_in(style.element.get_or_add_rPr(), FANG)
    properties.author = properties.last_modified_by = properties.comments = properties.title = ""
    properties.created = properties.modified = MADE_AT
    name_fonts(document)


def name_fonts(document: Any) -> None:
    """Says in the document's list of fonts what to take where one is missing."""
    part = next(
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE
    )
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in INSTEAD.items()
    )
    part._blob = f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def written_in(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def head(document: Any, label: str) -> None:
    """The red name, the line of number and signer, the red rule."""
    name = paragraph(document, f"{{{{ sender }}}}{label}", WD_ALIGN_PARAGRAPH.CENTER, font=SONG, size=Pt(26))
    name.runs[0].font.color.rgb = RED
    name.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    name.paragraph_format.space_after = Pt(20)
    line = paragraph(document, "编号：{{ number }}\t签发人：{{ signer }}")
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156 - 17), WD_TAB_ALIGNMENT.RIGHT)
    rule = OxmlElement("w:pBdr")
    rule.append(
        parse_xml(f'<w:bottom {nsdecls("w")} w:val="single" w:sz="18" w:space="6" w:color="C00000"/>')
    )
    line._p.get_or_add_pPr().insert_element_before(rule, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    line.paragraph_format.space_after = Pt(20)


def paragraph(
    document: Any,
    text: str,
    alignment: WD_ALIGN_PARAGRAPH | None = None,
    *,
    indent: int = 0,
    font: str = "",
    size: int = 0,
) -> Paragraph:
    made = document.add_paragraph()
    run = made.add_run(text)
    made.alignment = alignment
    if indent:
        made.paragraph_format.first_line_indent = indent
    if font:
        written_in(run._r.get_or_add_rPr(), font)
    if size:
        run.font.size = size
    return made


def table(
    document: Any, columns: Columns, loop: str = "task in tasks", size: int = SMALL, *, narrow: int = 0
) -> None:
    """A heading that repeats on each page, and a row for each entry between docxtpl's two of the loop.

    Cells of columns below `narrow` mm are centred.
    """
    made = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    heading, begin, row, end = made.rows
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for column, (title, width, texts) in enumerate(columns):
        for line in made.rows:
            line.cells[column].width = Mm(width)
        made.columns[column].width = Mm(width)
        fill(heading.cells[column], (title,), size, font=HEI, alignment=WD_ALIGN_PARAGRAPH.CENTER)
        alignment = WD_ALIGN_PARAGRAPH.CENTER if width < narrow else None
        fill(row.cells[column], texts, size, alignment=alignment)
    fill(begin.cells[0], (f"{{%tr for {loop} %}}",), size)
    fill(end.cells[0], ("{%tr endfor %}",), size)


def fill(
    cell: Any,
    texts: Iterable[str],
    size: int,
    *,
    font: str = "",
    alignment: WD_ALIGN_PARAGRAPH | None = None,
) -> None:
    cell._tc.remove(cell.paragraphs[0]._p)
    for text in texts:
        made = paragraph(cell, text, alignment, font=font, size=size)
        made.paragraph_format.line_spacing = Emu(int(size * 1.5))


def signed(document: Any, *, together: bool = False) -> None:
    """`together`: the name and the date stay on one page."""
    for text in ("{{ sender }}", "{{ date }}"):
        made = paragraph(document, text, WD_ALIGN_PARAGRAPH.RIGHT)
        made.paragraph_format.right_indent = SIZE * 4
        made.paragraph_format.keep_together = True
        if together:
            made.paragraph_format.keep_with_next = True


def numbered(section: Any) -> None:
    """— 1 — at the foot of each page."""
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("— ", None, " —"):
        run = foot.add_run(text)
        written_in(run._r.get_or_add_rPr(), "宋体")
        run.font.size = Pt(14)
        if text is None:
            field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"/>')
            run._r.addprevious(field)
            field.append(run._r)
            run.text = "1"


def landscape(document: Any) -> None:
    """From here on pages lie across."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.left_margin, section.right_margin = Mm(25), Mm(25)
