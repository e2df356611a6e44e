"""核对: what of a plan a person has looked at, what is left, and what gives cause for doubt."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plans.models import Confirmed, Plan, PlanItem
from plans.unresolved import OWNER_UNKNOWN


class Doubt(NamedTuple):
    """A warning with the number of its flag in the source, and the item in whose text that stands."""

    number: int
    warning: dict[str, Any]
    item: PlanItem | None

    @property
    def message(self) -> str:
        return self.warning["message"]

    @property
    def has_place(self) -> bool:
        return self.warning.get("start") is not None


@dataclass
class Row:
    """An item as the page lists it."""

    item: PlanItem
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        return self.item.is_reviewed and self.item.confirmed_at is None

    @property
    def no_lead(self) -> bool:
        return self.item.kind == PlanItem.Kind.TASK and self.item.lead is None

    @property
    def is_doubtful(self) -> bool:
        return bool(self.doubts) or self.no_lead or any(o.department is None for o in self.item.owners.all())


# What the page can be asked to show.
SHOWN: dict[str, Callable[[Row], bool]] = {
    "": lambda row: True,
    "open": lambda row: row.waits,
    "doubtful": lambda row: row.item.is_reviewed and row.is_doubtful,
}


class Review:
    """A plan's items, as fetched with their owners, and what a reviewer wants to know first."""

    def __init__(self, plan: Plan, items: Sequence[PlanItem]) -> None:
        self.plan = plan
        self.rows = [Row(item) for item in items]
        self.by_pk = {row.item.pk: row for row in self.rows}
        placed = [item for item in items if item.start is not None]
        self.placed = sorted(placed, key=lambda item: item.start)
        self.starts = [item.start for item in self.placed]
        self.doubts = [self.doubt(n, warning) for n, warning in enumerate(plan.warnings, start=1)]
        for doubt in self.doubts:
            # A name that means nobody is asked about by itself, and each item that has it says so.
            if doubt.item and doubt.warning["code"] != OWNER_UNKNOWN:
                self.answering(doubt.item).doubts.append(doubt)

    def doubt(self, number: int, warning: dict[str, Any]) -> Doubt:
        at = warning.get("start")
        place = bisect_right(self.starts, at) - 1 if at is not None else -1
        item = self.placed[place] if place >= 0 else None
        return Doubt(number, warning, item if item and at < item.end else None)

    def answering(self, item: PlanItem) -> Row:
        """The row of the task or goal that a doubt in this item's text is a doubt about."""
        above = self.by_pk[item.pk]
        while not above.item.is_reviewed and above.item.parent_id in self.by_pk:
            above = self.by_pk[above.item.parent_id]
        return above if above.item.is_reviewed else self.by_pk[item.pk]

    def shown(self, which: str) -> list[Row]:
        return [row for row in self.rows if SHOWN.get(which, SHOWN[""])(row)]

    @property
    def reviewed(self) -> list[Row]:
        return [row for row in self.rows if row.item.is_reviewed]

    @property
    def open(self) -> list[Row]:
        return self.shown("open")

    @property
    def doubtful(self) -> list[Row]:
        return self.shown("doubtful")

    @property
    def sure(self) -> list[PlanItem]:
        """What is left and gives no cause for doubt: 其余全部确认."""
        return [row.item for row in self.open if not row.is_doubtful]

    @property
    def confirmed(self) -> Confirmed:
        reviewed = self.reviewed
        return Confirmed(len(reviewed), sum(not row.waits for row in reviewed))

    @property
    def tasks(self) -> list[Row]:
        return [row for row in self.reviewed if row.item.kind == PlanItem.Kind.TASK]

    @property
    def goals(self) -> list[Row]:
        return [row for row in self.reviewed if row.item.kind == PlanItem.Kind.GOAL]

    @property
    def without_lead(self) -> list[Row]:
        return [row for row in self.tasks if row.no_lead]

    @property
    def without_date(self) -> list[Row]:
        return [row for row in self.tasks if row.item.due_on is None]

    def next_after(self, pk: int) -> PlanItem | None:
        """The next that waits, from there on and round again."""
        waiting = [row.item for row in self.open if row.item.pk != pk]
        ordinal = self.by_pk[pk].item.ordinal
        return next((item for item in waiting if item.ordinal > ordinal), next(iter(waiting), None))


def in_question(doubts: Iterable[Doubt], *, asked_apart: bool) -> list[Doubt]:
    """The warnings to list, less the names that are asked about apart."""
    return [doubt for doubt in doubts if not (asked_apart and doubt.warning["code"] == OWNER_UNKNOWN)]
