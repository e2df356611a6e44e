"""Documents to plans: pure, without Django, database or network."""

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.parser.model import Deadline, Owner, ParsedItem, ParsedPlan, Target, TooManyItems

__all__ = [
    "Deadline",
    "Document",
    "Owner",
    "Paragraph",
    "ParsedItem",
    "ParsedPlan",
    "Row",
    "Span",
    "Table",
    "Target",
    "TooManyItems",
    "Warning",
    "parse",
]


def parse(document: Document) -> ParsedPlan:
    """The plan in a document; see plans.parser.plan. Raises TooManyItems."""
    # Only when it is needed: a child that reads a file uses few of these modules, and should start quickly.
    from plans.parser.plan import parse as parsed

    return parsed(document)
