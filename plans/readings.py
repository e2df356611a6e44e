"""What a file was read as, kept as JSON: a corrected file is compared with what the one before it said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from plans.models import PlanItem
from plans.parser import Deadline, Owner, ParsedItem, ParsedPlan, Target

FIGURES = re.compile(r"[0-9０-９.．,，%％]+")
SEVERAL = re.compile(r"◇(?:[、,，和]?◇)+")


@dataclass(frozen=True, slots=True)
class Said:
    """One item as a file says it. `row` is our item, once that is known; `figures` its printed words that
    name units, dates and quantities.
    """

    item: ParsedItem
    row: int | None = None
    figures: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return bare(self.item.heading + self.item.body)

    @property
    def essence(self) -> str:
        """What it says besides who, when and how much: those have lines of their own."""
        text = self.words
        for printed in sorted(self.figures, key=lambda one: (-len(one), one)):
            text = text.replace(printed, self.figures[printed])
        return SEVERAL.sub("◇", text)


def bare(text: str) -> str:
    """Blanks and line breaks come with a file's format."""
    return "".join(text.split())


def stored(parsed: ParsedPlan) -> dict[str, Any]:
    """A reading as JSON: as `parse_plan` prints it, each item besides with its parent's place and figures."""
    items = [
        {**item.as_json(), "parent": item.parent, "figures": figures(parsed.text, item)}
        for item in parsed.items
    ]
    return {**parsed.as_json(), "items": items}


def figures(text: str, item: ParsedItem) -> dict[str, str]:
    """Printed words and what stands for them when only the remainder is compared."""
    named = [*item.owners, *([item.deadline] if item.deadline else [])]
    found = {bare(text[one.start : one.end]): "◇" for one in named}
    for target in item.targets:
        printed = bare(text[target.start : target.end])
        found[printed] = FIGURES.sub("◇", printed)
    return {printed: mark for printed, mark in found.items() if printed}


def said(reading: Mapping[str, Any]) -> list[Said]:
    """The items of a stored reading."""
    return [
        Said(item_of(entry), entry.get("row"), entry.get("figures", {})) for entry in reading.get("items", [])
    ]


def item_of(entry: Mapping[str, Any]) -> ParsedItem:
    return ParsedItem(
        **{name: entry[name] for name in ("path", "number", "kind", "heading", "body", "start", "end")},
        parent=entry["parent"],
        owners=tuple(Owner(**owner) for owner in entry["owners"]),
        deadline=deadline_of(entry["deadline"]),
        targets=tuple(target_of(target) for target in entry["targets"]),
    )


def deadline_of(entry: Mapping[str, Any] | None) -> Deadline | None:
    if entry is None:
        return None
    day = entry["date"] and date.fromisoformat(entry["date"])
    return Deadline(entry["text"], day, entry["kind"], entry["start"], entry["end"])


def target_of(entry: Mapping[str, Any]) -> Target:
    high = entry["value_max"]
    value, value_max = Decimal(str(entry["value"])), None if high is None else Decimal(str(high))
    names = ("text", "unit", "comparator", "start", "end")
    return Target(value=value, value_max=value_max, **{name: entry[name] for name in names})


def as_if_printed(row: PlanItem) -> Said:
    """What our item says, in a file's words: for one that was added by hand."""
    due = None
    if row.deadline_kind:
        due = Deadline(row.deadline_text, row.due_on, row.deadline_kind, 0, 0)
    owners = tuple(Owner(o.printed or str(o), o.role, 0, 0) for o in row.owners.all())
    targets = tuple(
        Target(t.name, t.value, t.value_max, t.unit, t.comparator, 0, 0) for t in row.targets.all()
    )
    place = (row.path, row.number, row.kind, row.heading, row.body, 0, 0, None)
    marks = {bare(word): "◇" for word in (*(owner.name for owner in owners), row.deadline_text)}
    marks |= {bare(target.text): FIGURES.sub("◇", bare(target.text)) for target in targets}
    return Said(
        ParsedItem(*place, owners, due, targets), row.pk, {word: m for word, m in marks.items() if word}
    )


def entry_of(said: Said) -> dict[str, Any]:
    """Alone, apart from the items it stood among."""
    return {**said.item.as_json(), "parent": None, "figures": said.figures, "row": said.row}
