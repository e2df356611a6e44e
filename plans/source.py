"""The plan's text cut into passages, with everything recognised marked where it is printed."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from plans.models import Plan, PlanItem


class Mark(NamedTuple):
    start: int
    end: int
    kind: str


@dataclass
class Piece:
    """A run of text with one meaning; `anchors` are the warnings that point at its beginning."""

    text: str
    kind: str = ""
    anchors: list[str] = field(default_factory=list)


@dataclass
class Passage:
    """An item's own text, or what lies between items."""

    item: PlanItem | None
    pieces: list[Piece]


def passages(plan: Plan, items: Iterable[PlanItem]) -> list[Passage]:
    """Every character of the text, once and in order."""
    items = [item for item in items if item.start is not None and item.end is not None]
    cutter = Cutter(plan, items)
    found: list[Passage] = []
    at = 0
    for item in sorted(items, key=lambda item: item.start):
        if item.start < at:
            continue
        if item.start > at:
            found.append(Passage(None, cutter.pieces(at, item.start)))
        start, end = worded(plan.text, item.start, item.end)  # labels and marks belong at words
        for low, high, owner in ((item.start, start, None), (start, end, item), (end, item.end, None)):
            if low < high:
                found.append(Passage(owner, cutter.pieces(low, high)))
        at = item.end
    if at < len(plan.text):
        found.append(Passage(None, cutter.pieces(at, len(plan.text))))
    return found


def worded(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space around it; a span of nothing else stays as it is."""
    own = text[start:end]
    if not own.strip():
        return start, end
    return start + len(own) - len(own.lstrip()), start + len(own.rstrip())


class Cutter:
    def __init__(self, plan: Plan, items: list[PlanItem]) -> None:
        self.text = plan.text
        furniture = (Mark(span["start"], span["end"], "furniture") for span in plan.furniture)
        self.marks = sorted([*furniture, *(mark for item in items for mark in marks_of(item))])
        self.starts = [mark.start for mark in self.marks]
        self.anchors: dict[int, list[str]] = {}
        for number, warning in enumerate(plan.warnings, start=1):
            if warning.get("start") is not None:
                self.anchors.setdefault(warning["start"], []).append(f"warning-{number}")
        self.points = sorted(self.anchors)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """The text from start to end, cut at its marks. Of marks that overlap the first one counts."""
        found: list[Piece] = []
        at = start
        for mark in islice(self.marks, bisect_left(self.starts, start), None):
            if mark.start >= end:
                break
            if mark.start < at or mark.end <= mark.start:
                continue
            found += self.plain(at, mark.start)
            at = min(mark.end, end)
            found += self.plain(mark.start, at, mark.kind)
        return found + list(self.plain(at, end))

    def plain(self, start: int, end: int, kind: str = "") -> Iterator[Piece]:
        """One piece, cut again where a warning points."""
        inside = self.points[bisect_left(self.points, start) : bisect_left(self.points, end)]
        cuts = sorted({start, *inside})
        for low, high in zip(cuts, [*cuts[1:], end], strict=True):
            if low < high:
                yield Piece(self.text[low:high], kind, self.anchors.get(low, []))


def marks_of(item: PlanItem) -> Iterator[Mark]:
    if item.deadline_start is not None:
        yield Mark(item.deadline_start, item.deadline_end or item.deadline_start, "deadline")
    for owner in item.owners.all():
        if owner.start is not None:
            kind = "owner" if owner.department_id else "unknown"
            yield Mark(owner.start, owner.end or owner.start, kind)
    for target in item.targets.all():
        if target.start is not None:
            yield Mark(target.start, target.end or target.start, "target")
