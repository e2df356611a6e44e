"""What the parser's tests share: documents from strings, and the places of our documents."""

from datetime import date
from pathlib import Path

from plans.parser import Document, Paragraph, ParsedPlan, Span, parse
from plans.readers.assembly import normalise
from plans.readers.text import lay_out

OWN = Path(__file__).resolve().parent.parent / "data" / "plans"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "plans"


def document(text: str) -> Document:
    return lay_out(normalise(text))


def plan(text: str) -> ParsedPlan:
    return parse(document(text))


def tree(text: str) -> list[tuple[str, str, str]]:
    return [(item.path, item.kind, item.heading) for item in plan(text).items]


def whole(text: str) -> Span:
    return Span(0, len(text))


def only_paragraph(text: str) -> tuple[Document, Paragraph]:
    """A paragraph amid others, so that it doesn't count as a text without line breaks."""
    laid_out = document(text + "\n甲\n乙\n丙")
    return laid_out, laid_out.blocks[0]


def day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None
