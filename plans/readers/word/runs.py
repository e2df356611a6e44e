"""Text inside a paragraph: what of it shows, and which characters that is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from plans.readers.word import symbols
from plans.readers.word.fields import Field, lists_contents
from plans.readers.word.markup import Properties, Walker, is_on
from plans.readers.word.numbering import Counters
from plans.readers.word.styles import Look, Styles
from plans.readers.word.tables import Cell, Line, Table

Block = Line | Table
_LINE_BREAKS = str.maketrans("\r\n", "  ")


@dataclass(slots=True)
class Paragraph:
    """A paragraph that has begun; `boxes` stand at it and are read after it."""

    look: Look
    properties: Properties = field(default_factory=dict)
    level: int | None = None
    label: str | None = None
    pieces: list[str] = field(default_factory=list)
    boxes: list[Block] = field(default_factory=list)
    has_text: bool = False

    @property
    def is_hidden_at_end(self) -> bool:
        return bool(is_on(self.properties, "rPr/vanish"))

    @property
    def runs_on(self) -> bool:
        """Whether the next paragraph continues it, because the mark between them was deleted or is hidden."""
        return "rPr/del" in self.properties or "rPr/moveFrom" in self.properties or self.is_hidden_at_end

    def join(self, earlier: "Paragraph") -> None:
        """Go on from an earlier one. Its text comes first; its number only if that was printed."""
        earlier.pieces.extend(self.pieces)
        earlier.boxes.extend(self.boxes)
        self.pieces, self.boxes = earlier.pieces, earlier.boxes
        self.has_text = self.has_text or earlier.has_text
        if earlier.label is not None:
            self.label, self.level = earlier.label, earlier.level


@dataclass(slots=True)
class Story:
    """Paragraphs that follow one another: the body's, a cell's or a text box's."""

    add: Callable[[Block], None]
    counters: Counters
    cell: Cell | None = None
    fields: list[Field] = field(default_factory=list)
    carried: Paragraph | None = None


class Runs(Walker):
    """Gathers the text that shows into the paragraph it stands in."""

    def __init__(self, story: Story, styles: Styles) -> None:
        super().__init__()
        self.styles = styles
        self.stories = [story]
        self.paragraphs: list[Paragraph] = []
        self.placeholders = 0
        self.shown = 0
        self._is_hidden = False
        self._font = ""
        self._keeps_blanks = False

    @property
    def shows(self) -> bool:
        """Whether text at this place can be seen on paper."""
        fields = self.stories[-1].fields
        unseen = self._is_hidden or self.placeholders or (fields and fields[-1].is_unseen)
        return bool(self.paragraphs) and not unseen

    def write(self, text: str) -> None:
        if text and self.shows:
            paragraph = self.paragraphs[-1]
            paragraph.pieces.append(text)
            if not text.isspace():
                paragraph.has_text = True
                self.shown += 1

    def _begin_run(self, _: dict[str, str]) -> None:
        self._is_hidden = bool(self.paragraphs and self.paragraphs[-1].look.is_hidden)
        self._font = ""

    def _state_run(self, properties: Properties) -> None:
        hidden = is_on(properties, "vanish")
        if hidden is None and "rStyle" in properties:
            hidden = self.styles.look(properties["rStyle"]).is_hidden
        if hidden is not None:
            self._is_hidden = hidden
        self._font = properties.get("rFonts", "")

    def _begin_text(self, attributes: dict[str, str]) -> None:
        self.collect()
        self._keeps_blanks = attributes.get("xml:space") == "preserve"

    def _end_text(self) -> None:
        text = self.collected()
        if not self._keeps_blanks:
            text = text.strip(" \t\r\n")
        self.write(symbols.in_font(text.translate(_LINE_BREAKS), self._font))

    def _end_instruction(self) -> None:
        text, fields = self.collected(), self.stories[-1].fields
        if fields:
            fields[-1].instruction.append(text)

    def _field(self, attributes: dict[str, str]) -> None:
        fields = self.stories[-1].fields
        place = attributes.get("fldCharType")
        if place == "begin":
            fields.append(fields[-1].inner() if fields else Field())
        elif fields and place == "separate":
            fields[-1].begin_result()
        elif fields and place == "end":
            self.write(fields.pop().formula())

    def _simple_field(self, attributes: dict[str, str]) -> None:
        if lists_contents(attributes.get("instr", "")):
            self.skip()

    def _sign(self, attributes: dict[str, str]) -> None:
        try:
            code = int(attributes.get("char", ""), 16)
        except ValueError:
            return
        self.write(symbols.sign(code, attributes.get("font", "")))

    def _blank(self, _: dict[str, str]) -> None:
        self.write(" ")

    def _line_break(self, _: dict[str, str]) -> None:
        self.write("\n")

    def _hyphen(self, _: dict[str, str]) -> None:
        self.write("-")

    def _fraction_bar(self, _: dict[str, str]) -> None:
        self.write("/")

    opens = {
        **dict.fromkeys(("r", "m:r"), _begin_run),
        **dict.fromkeys(("t", "m:t", "instrText"), _begin_text),
        **dict.fromkeys(("tab", "ptab"), _blank),
        **dict.fromkeys(("br", "cr"), _line_break),
        "noBreakHyphen": _hyphen,
        "m:den": _fraction_bar,
        "sym": _sign,
        "fldChar": _field,
        "fldSimple": _simple_field,
    }
    closes = {"t": _end_text, "m:t": _end_text, "instrText": _end_instruction}
    gathers = {"rPr": _state_run}
