"""Documents to plans: pure, without Django, database or network."""

from plans.parser.document import Document, Paragraph, Row, Span, Table, Warning
from plans.parser.model import Deadline, Owner, ParsedItem, ParsedPlan, Target
from plans.parser.plan import parse

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
    "Warning",
    "parse",
]
