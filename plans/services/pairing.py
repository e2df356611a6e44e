"""Which item of a corrected file is which of the plan's: what it said before, what it says now, our row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plans import readings
from plans.matching import Wording, pairs
from plans.models import PlanItem
from plans.readings import Said

Kind = PlanItem.Kind
# A reworded item of one plan resembles itself far more than any other; what is less alike is another item.
LEAST = 0.55
# What is tracked: as another kind of item it is another item.
TRACKED = (Kind.TASK, Kind.GOAL)


@dataclass(frozen=True, slots=True)
class Match:
    """One item: as it was said before, as it is said now (None: not any more), our row (None: not yet).

    `at` is its place among what is said now. What was added to the plan by hand was never said.
    """

    old: Said | None
    new: Said | None
    row: PlanItem | None
    at: int | None = None
    by_hand: bool = False


def matches(rows: Sequence[PlanItem], before: Mapping[str, Any], now: Sequence[Said]) -> list[Match]:
    """Every item said now, in order, then the rows of those not said any more. Rows made by hand stay out,
    unless the file has come to say what they say.
    """
    by_pk = {row.pk: row for row in rows}
    known = [(said, by_pk[said.row]) for said in readings.said(before) if said.row in by_pk]
    olds = [said for said, _ in known]
    found: dict[int, tuple[Said, PlanItem, bool]] = {}
    for old, new in paired(olds, now):
        if is_same_sort(known[old][1], now[new], olds[old]):
            found[new] = (*known[old], False)
    said_before = {row.pk for _, row in known}
    loose = [readings.as_if_printed(row) for row in rows if row.pk not in said_before]
    rest = [at for at in range(len(now)) if at not in found]
    for old, new in paired(loose, [now[at] for at in rest]):
        row = by_pk[loose[old].row]
        if is_same_sort(row, now[rest[new]]):
            found[rest[new]] = (loose[old], row, True)
    keep_below(found, now, by_pk)
    taken = {row.pk for _, row, _ in found.values()}
    there = [match(found.get(at), said, at) for at, said in enumerate(now)]
    return there + [Match(said, None, row) for said, row in known if row.pk not in taken]


def match(found: tuple[Said, PlanItem, bool] | None, new: Said, at: int) -> Match:
    old, row, by_hand = found or (None, None, False)
    return Match(old, new, row, at, by_hand)


def paired(old: Sequence[Said], new: Sequence[Said]) -> Iterable[tuple[int, int]]:
    found = pairs(wordings(old), wordings(new), least=LEAST)
    return [(pair.old, pair.new) for pair in found if pair.old is not None and pair.new is not None]


def wordings(said: Sequence[Said]) -> list[Wording]:
    return [Wording(one.item.heading, one.item.body, one.item.path) for one in said]


def is_same_sort(row: PlanItem, new: Said, old: Said | None = None) -> bool:
    """A task stays a task; but as what somebody entered it by hand, that the file need not say."""
    kind = new.item.kind
    if kind == row.kind or old and kind == old.item.kind:
        return True
    return kind not in TRACKED and row.kind not in TRACKED


def keep_below(
    found: dict[int, tuple[Said, PlanItem, bool]], now: Sequence[Said], by_pk: Mapping[int, PlanItem]
) -> None:
    """A measure below another task than before is another measure: its step and figures are that task's."""
    for at in list(found):
        row = found[at][1]
        if row.kind == Kind.MEASURE:
            above = task_said_above(at, now)
            there = found[above][1] if above is not None and above in found else None
            if task_above(row, by_pk) != there:
                del found[at]


def task_above(row: PlanItem, by_pk: Mapping[int, PlanItem]) -> PlanItem | None:
    """The task item that a measure is below, at any depth."""
    above = by_pk.get(row.parent_id)
    while above is not None and above.kind != Kind.TASK:
        above = by_pk.get(above.parent_id)
    return above


def task_said_above(at: int, now: Sequence[Said]) -> int | None:
    above = now[at].item.parent
    while above is not None and now[above].item.kind != Kind.TASK:
        above = now[above].item.parent
    return above


def settle(rows: Sequence[PlanItem], text: str, reading: dict[str, Any]) -> dict[str, Any]:
    """The reading of a plan's own file, each item with the row that was once made of it.

    By its place; where the rules of reading have changed since, by what it says.
    """
    entries = [{**entry, "row": None} for entry in reading["items"]]
    rows = [row for row in rows if row.start is not None]
    places = {(row.start, row.end): row for row in rows} if text == reading["text"] else {}
    for entry in entries:
        if row := places.pop((entry["start"], entry["end"]), None):
            entry["row"] = row.pk
    taken = {entry["row"] for entry in entries}
    left = [row for row in rows if row.pk not in taken]
    open_ = [entry for entry in entries if entry["row"] is None]
    said = [Said(readings.item_of(entry)) for entry in open_]
    for old, new in paired([readings.as_if_printed(row) for row in left], said):
        open_[new]["row"] = left[old].pk
    return {**reading, "items": entries}
