"""The text of a part as a person sees it printed: paragraphs, tables and text boxes in reading order."""

from collections.abc import Callable

from plans.readers.assembly import MOST_CELLS
from plans.readers.refusal import PlanNotReadable
from plans.readers.word.markup import Properties, is_on, number
from plans.readers.word.numbering import Counters, Numbering
from plans.readers.word.runs import Block, Paragraph, Runs, Story
from plans.readers.word.styles import Styles, outline_level
from plans.readers.word.tables import Cell, Line, Row, Table

# Programs whose documents may lie inside this one as objects.
_PROGRAMS = ("Word.", "Excel.", "WPS.", "KWPS.", "ET.", "KET.", "Package")
_CONTENTS = "Table of Contents"


class Body(Runs):
    """Goes through the text, or a running head, and hands over its blocks."""

    def __init__(self, add: Callable[[Block], None], styles: Styles, numbering: Numbering) -> None:
        super().__init__(Story(add, Counters()), styles)
        self.pictures = self.embedded = self.changes = 0
        self._numbering = numbering
        self._tables: list[Table] = []
        self._controls: list[Properties] = []
        self._alternatives: list[int] = []
        self._cells = 0

    def finish(self) -> None:
        """What was still waiting for a paragraph to join stands for itself."""
        self._end_story(self.stories[0])

    def _begin_paragraph(self, _: dict[str, str]) -> None:
        look = self.styles.look(None)
        self.paragraphs.append(Paragraph(look, level=look.level))

    def _state_paragraph(self, properties: Properties) -> None:
        paragraph = self.paragraphs[-1]
        paragraph.properties = properties
        paragraph.look = self.styles.look(properties.get("pStyle"))
        stated = outline_level(properties, "outlineLvl")
        paragraph.level = paragraph.look.level if stated is None else stated or None
        fields = self.stories[-1].fields
        # No entry of the contents is a heading: these contents were never closed.
        if paragraph.level and fields and fields[-1].is_contents:
            fields.clear()

    def _end_paragraph(self) -> None:
        paragraph, story = self.paragraphs.pop(), self.stories[-1]
        # An instruction never goes beyond its paragraph: without its end all that follows would be lost.
        while story.fields and not story.fields[-1].has_result:
            story.fields.pop()
        if paragraph.look.is_contents:
            return
        if story.carried:
            paragraph.join(story.carried)
            story.carried = None
        if not paragraph.runs_on:
            self._print(story, paragraph)
            return
        if paragraph.is_hidden_at_end and paragraph.has_text and paragraph.label is None:
            paragraph.label = self._label(story, paragraph)
        story.carried = paragraph

    def _label(self, story: Story, paragraph: Paragraph) -> str:
        properties, look = paragraph.properties, paragraph.look
        list_id = properties.get("numPr/numId", look.list_id)
        level = number(properties.get("numPr/ilvl"))
        return self._numbering.label(story.counters, list_id, level, look)

    def _print(self, story: Story, paragraph: Paragraph) -> None:
        """A number alone says something only in a table, where it may be all that a cell holds."""
        label = self._label(story, paragraph) if paragraph.label is None else paragraph.label
        if paragraph.has_text or (label and story.cell):
            text = "".join(paragraph.pieces)
            story.add(Line(label + text.lstrip() if label else text, paragraph.level))
        for box in paragraph.boxes:
            story.add(box)

    def _end_story(self, story: Story) -> None:
        if story.carried and (story.carried.has_text or story.carried.boxes):
            self._print(story, story.carried)
        story.carried = None

    def _begin_table(self, _: dict[str, str]) -> None:
        self._tables.append(Table())

    def _column(self, attributes: dict[str, str]) -> None:
        self._tables[-1].widths.append(number(attributes.get("w")) or 0)

    def _begin_row(self, _: dict[str, str]) -> None:
        self._tables[-1].rows.append(Row())

    def _state_row(self, properties: Properties) -> None:
        self._tables[-1].rows[-1].state(properties)

    def _begin_cell(self, _: dict[str, str]) -> None:
        row = self._tables[-1].rows[-1]
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise PlanNotReadable("文件中的表格超过三十万格，不像是计划文件，请删去空白行列后重新上传。")
        if row.is_gone:
            self.skip()
            return
        cell = Cell()
        row.cells.append(cell)
        self.stories.append(Story(cell.blocks.append, self.stories[-1].counters, cell))

    def _state_cell(self, properties: Properties) -> None:
        self.stories[-1].cell.properties = properties

    def _end_cell(self) -> None:
        story = self.stories.pop()
        self._end_story(story)
        if "cellDel" in story.cell.properties:
            self._tables[-1].rows[-1].cells.remove(story.cell)

    def _end_table(self) -> None:
        """Lines drawn around paragraphs are no table: what they hold stands where they stand."""
        table, story = self._tables.pop(), self.stories[-1]
        if not table.is_frame():
            story.add(table)
            return
        for row in table.rows:
            for block in (block for cell in row.cells for block in cell.blocks):
                story.add(block)

    def _begin_box(self, _: dict[str, str]) -> None:
        """A text box is read after the paragraph it stands at, and numbered for itself."""
        if not self.shows:
            self.skip()
            return
        self.stories.append(Story(self.paragraphs[-1].boxes.append, Counters()))

    def _end_box(self) -> None:
        self._end_story(self.stories.pop())

    def _drawn_text(self, attributes: dict[str, str]) -> None:
        """艺术字 and watermarks: the text is part of the drawing."""
        if self.shows and attributes.get("string", "").strip():
            self.paragraphs[-1].boxes.append(Line(attributes["string"]))
            self.shown += 1

    def _begin_control(self, _: dict[str, str]) -> None:
        self._controls.append({})

    def _state_control(self, properties: Properties) -> None:
        self._controls[-1] = properties
        self.placeholders += bool(is_on(properties, "showingPlcHdr"))

    def _begin_controlled(self, _: dict[str, str]) -> None:
        if self._controls[-1].get("docPartObj/docPartGallery") == _CONTENTS:
            self.skip()

    def _end_control(self) -> None:
        self.placeholders -= bool(is_on(self._controls.pop(), "showingPlcHdr"))

    def _begin_alternatives(self, _: dict[str, str]) -> None:
        self._alternatives.append(self.shown)

    def _begin_alternative(self, _: dict[str, str]) -> None:
        """The same thing drawn for newer and older programs: the first that says something is read."""
        if self.shown > self._alternatives[-1]:
            self.skip()

    def _end_alternatives(self) -> None:
        self._alternatives.pop()

    def _picture(self, _: dict[str, str]) -> None:
        self.pictures += 1

    def _object(self, attributes: dict[str, str]) -> None:
        self.embedded += attributes.get("ProgID", "").startswith(_PROGRAMS)

    def _other_file(self, _: dict[str, str]) -> None:
        self.embedded += 1

    def _kept(self, _: dict[str, str]) -> None:
        self.changes += 1

    def _dropped(self, _: dict[str, str]) -> None:
        self.changes += 1
        self.skip()

    # What is small print above the text (ruby), or describes the page instead of saying something.
    skips = frozenset(("rt", "tblPr", "tblPrEx", "tblGridChange", "sectPr", "sdtEndPr", "m:rPr", "m:ctrlPr"))
    opens = {
        **Runs.opens,
        "p": _begin_paragraph,
        "tbl": _begin_table,
        "gridCol": _column,
        "tr": _begin_row,
        "tc": _begin_cell,
        "txbxContent": _begin_box,
        "v:textpath": _drawn_text,
        "sdt": _begin_control,
        "sdtContent": _begin_controlled,
        "mc:AlternateContent": _begin_alternatives,
        "mc:Choice": _begin_alternative,
        "mc:Fallback": _begin_alternative,
        "drawing": _picture,
        "pict": _picture,
        "o:OLEObject": _object,
        "altChunk": _other_file,
        "ins": _kept,
        "moveTo": _kept,
        "del": _dropped,
        "moveFrom": _dropped,
    }
    closes = {
        **Runs.closes,
        "p": _end_paragraph,
        "tbl": _end_table,
        "tc": _end_cell,
        "txbxContent": _end_box,
        "sdt": _end_control,
        "mc:AlternateContent": _end_alternatives,
    }
    gathers = {
        **Runs.gathers,
        "pPr": _state_paragraph,
        "trPr": _state_row,
        "tcPr": _state_cell,
        "sdtPr": _state_control,
    }
