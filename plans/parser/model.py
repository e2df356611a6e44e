"""What a plan says, as data: each figure with the place where it is printed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from config.errors import DomainError
from plans.parser.document import Span, Warning


class TooManyItems(DomainError):
    """More numbered units than any plan has: noise, or a book."""

    code = "plan_not_readable"
    status = 400

    def __init__(self, count: int) -> None:
        super().__init__(f"识别出{count}个编号，不像一份计划，请检查文件内容。")


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit printed as responsible; `role` is lead, co_lead or cooperating."""

    name: str
    role: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "role": self.role, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the work is due; `kind` is by, recurring or ongoing, and only `by` can have a date."""

    text: str
    date: date | None
    kind: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        printed = self.date.isoformat() if self.date else None
        return {"text": self.text, "date": printed, "kind": self.kind, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity that the plan commits to reach."""

    text: str
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "value": _plain(self.value),
            "value_max": None if self.value_max is None else _plain(self.value_max),
            "unit": self.unit,
            "comparator": self.comparator,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One numbered unit or goal; `start` and `end` span its own text, its children's excluded."""

    path: str
    number: str
    kind: str
    heading: str
    body: str
    start: int
    end: int
    parent: int | None
    owners: tuple[Owner, ...] = ()
    deadline: Deadline | None = None
    targets: tuple[Target, ...] = ()

    @property
    def lead(self) -> list[str]:
        return [owner.name for owner in self.owners if owner.role != "cooperating"]

    @property
    def cooperating(self) -> list[str]:
        return [owner.name for owner in self.owners if owner.role == "cooperating"]

    def as_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "number": self.number,
            "kind": self.kind,
            "heading": self.heading,
            "body": self.body,
            "lead": self.lead,
            "cooperating": self.cooperating,
            "owners": [owner.as_json() for owner in self.owners],
            "deadline": self.deadline.as_json() if self.deadline else None,
            "targets": [target.as_json() for target in self.targets],
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class ParsedPlan:
    """A plan document as read: its fields, its items in reading order, and everything else by its place."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: date | None
    year: int | None
    items: list[ParsedItem]
    text: str
    preamble: list[Span] = field(default_factory=list)
    furniture: list[Span] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The shape that `parse_plan` prints; only plain JSON types."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "document_number": self.document_number,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "year": self.year,
            "items": [item.as_json() for item in self.items],
            "text": self.text,
            "preamble": [{"start": span.start, "end": span.end} for span in self.preamble],
            "furniture": [{"start": span.start, "end": span.end} for span in self.furniture],
            "warnings": [
                {"code": w.code, "message": w.message, "start": w.start, "end": w.end} for w in self.warnings
            ],
        }


def _plain(value: Decimal) -> int | float:
    """A JSON number: whole numbers stay whole."""
    return int(value) if value == value.to_integral_value() else float(value)
