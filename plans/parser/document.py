"""What every reader hands over: the normalised text, and where its paragraphs and tables lie in it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the normalised text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person should look at; `code` is for programs, `message` for people."""

    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph(Span):
    """One line of text, without its line break; `level` is 1 … where the file says it is a heading."""

    level: int | None = None


@dataclass(frozen=True, slots=True)
class Row(Span):
    """One row of a table with the spans of its cells, blanks around them left out.

    A cell merged with one above it is that cell's span again, so it begins before its row does.
    """

    cells: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Table(Span):
    """Rows that follow one another."""

    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text; `blocks` are in reading order and never overlap.

    `margins` is what pages repeat at their heads and feet: no part of the text, but marks of secrecy stand
    there.
    """

    text: str
    blocks: tuple[Paragraph | Table, ...]
    warnings: tuple[Warning, ...] = field(default=())
    margins: str = ""

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]
