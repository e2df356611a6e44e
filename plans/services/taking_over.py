"""The plan made to say what the chosen lines of a revision say."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max

from plans import parser
from plans.models import Goal, ItemOwner, PlanItem, PlanReading, PlanRevision, Target
from plans.readings import bare, entry_of
from plans.services.differences import (
    ADDED,
    DATE,
    OWNER,
    REMOVED,
    TARGET,
    TEXT,
    Comparison,
    Difference,
    figure,
)
from plans.services.intake import build_target
from plans.services.pairing import Match
from plans.unresolved import restate_unknown


class TakingOver:
    """The plan made to say what the chosen lines say: items, owners, targets, order, text.

    `row_at`: our row for each place of the file, new ones included. Tasks are the caller's to change.
    """

    def __init__(
        self, comparison: Comparison, chosen: Collection[Difference], revision: PlanRevision, now: datetime
    ) -> None:
        self.comparison, self.revision, self.now = comparison, revision, now
        self.plan = comparison.plan
        self.chosen = list(chosen)
        there = [match for match in comparison.matches if match.new]
        self.row_at = {match.at: match.row for match in there if match.row}
        # As it was said, before any row changes.
        self.entries = self.restated()

    def restated(self) -> list[dict[str, Any]]:
        """The file's items as what the next one is compared with: lines that were not chosen stay unsaid."""
        entries = [{**entry, "row": None} for entry in self.revision.reading["items"]]
        for match in self.comparison.matches:
            if match.new and match.row:
                entries[match.at]["row"] = match.row.pk
        taken = {id(line) for line in self.chosen}
        reworded = {line.match.at for line in self.chosen if line.words}
        for line in self.comparison.differences:
            if id(line) in taken or line.match.old is None or line.match.new is None:
                continue
            before, entry = entry_of(line.match.old), entries[line.match.at]
            names = PARTS[line.kind]
            if line.words and line.match.at not in reworded:
                names = {*names, "heading", "body"}
            entry |= {name: before[name] for name in names}
            entry["figures"] = before["figures"] | entry["figures"]
        stay = (match for match in self.comparison.matches if match.new is None)
        gone = {row.pk for line in self.chosen if line.kind == REMOVED for row in self.going(line.match.row)}
        return entries + [entry_of(match.old) for match in stay if match.row.pk not in gone]

    def going(self, row: PlanItem) -> list[PlanItem]:
        """An item that goes, and a task's measures with it."""
        return [row, *self.comparison.measures_of[row.pk]]

    def run(self) -> None:
        for line in self.chosen:
            if line.kind == REMOVED:
                for row in self.going(line.match.row):
                    row.withdrawn_at = self.now
            elif line.kind != ADDED:
                change(line)
        self.add([line.match for line in self.chosen if line.kind == ADDED])
        self.put_in_order()
        self.rename()
        self.restate()

    def add(self, found: Iterable[Match]) -> None:
        """New rows, a task's with those of its measures; what they are in the tree is said afterwards."""
        places = [at for match in found for at in (match.at, *self.comparison.measures_said_of[match.at])]
        first = (self.plan.items.aggregate(last=Max("ordinal"))["last"] or 0) + 1
        for n, at in enumerate(places):
            item = self.comparison.now[at].item
            row = PlanItem(plan=self.plan, ordinal=first + n, kind=item.kind)
            row.heading, row.body = item.heading, item.body
            set_deadline(row, item.deadline)
            self.row_at[at] = row
        new = [self.row_at[at] for at in places]
        PlanItem.objects.bulk_create(new)
        Goal.objects.bulk_create(Goal(item=row) for row in new if row.kind == PlanItem.Kind.GOAL)
        for at in places:
            self.entries[at]["row"] = self.row_at[at].pk
            self.fill(self.row_at[at], self.comparison.now[at].item)

    def fill(self, row: PlanItem, item: parser.ParsedItem) -> None:
        ItemOwner.objects.bulk_create(self.comparison.owners_of(row, item.owners))
        Target.objects.bulk_create(build_target(row, n, target) for n, target in enumerate(item.targets))

    def put_in_order(self) -> None:
        """As the file has them, with its numbers and places; those it does not have come last."""
        rows = {row.pk: row for row in self.plan.items.exclude(withdrawn_at=None)} | self.comparison.by_pk
        said = [self.row_at[at] for at in sorted(self.row_at)]
        there = {row.pk for row in said}
        others = sorted((row for pk, row in rows.items() if pk not in there), key=lambda row: row.ordinal)
        for at, row in self.row_at.items():
            self.settle(row, at)
        for row in others:
            row.start = row.end = row.deadline_start = row.deadline_end = None
        everyone = [*said, *others]
        # Two rows never have one ordinal, not even for a moment.
        last = self.plan.items.aggregate(last=Max("ordinal"))["last"] or 0
        self.plan.items.update(ordinal=F("ordinal") + last + len(everyone) + 1)
        for ordinal, row in enumerate(everyone):
            row.ordinal = ordinal
        PlanItem.objects.bulk_update(everyone, CHANGED, batch_size=500)

    def settle(self, row: PlanItem, at: int) -> None:
        item = self.comparison.now[at].item
        row.number, row.path = item.number[:50], item.path[:300]
        row.start, row.end = item.start, item.end
        due = item.deadline if item.deadline and item.deadline.text[:200] == row.deadline_text else None
        row.deadline_start, row.deadline_end = (due.start, due.end) if due else (None, None)
        above = item.parent
        while above is not None and above not in self.row_at:
            above = self.comparison.now[above].item.parent
        row.parent = None if above is None else self.row_at[above]

    def rename(self) -> None:
        """Where owners and targets are printed now."""
        fresh = PlanItem.objects.filter(plan=self.plan).prefetch_related("owners__department", "targets")
        by_pk = {row.pk: row for row in fresh}
        owners, found = [], []
        said = {row.pk: self.comparison.now[at].item for at, row in self.row_at.items()}
        for pk, row in by_pk.items():
            item = said.get(pk)
            owners += placed(row.owners.all(), item and self.comparison.owners_of(row, item.owners), is_unit)
            says = bare(row.heading + row.body)
            wanted = [build_target(row, n, t) for n, t in enumerate(item.targets)] if item else []
            wanted = [target for target in wanted if bare(target.name) in says]
            found += placed(row.targets.all(), wanted, is_target)
        ItemOwner.objects.bulk_update(owners, ["start", "end"], batch_size=500)
        Target.objects.bulk_update(found, ["name", "start", "end"], batch_size=500)

    def restate(self) -> None:
        """The plan's text and what belongs to it, and what the next file is compared with."""
        reading = {**self.revision.reading, "items": self.entries}
        PlanReading.objects.filter(plan=self.plan).update(sha256=self.revision.sha256, reading=reading)
        names = ("text", "preamble", "furniture", "warnings")
        for name in names:
            setattr(self.plan, name, reading[name])
        restate_unknown(self.plan)
        self.plan.save(update_fields=names)


# What a line that is not chosen leaves as it was said before.
PARTS = {TEXT: (), DATE: ("deadline",), OWNER: ("owners",), TARGET: ("targets",)}
CHANGED = [
    *("ordinal", "number", "path", "parent", "heading", "body", "start", "end", "withdrawn_at"),
    *("due_on", "deadline_text", "deadline_kind", "deadline_start", "deadline_end"),
    *("confirmed_at", "confirmed_by"),
]


def change(line: Difference) -> None:
    """Our item as the line says; its columns are saved with the others'."""
    row = line.match.row
    row.confirmed_at = row.confirmed_by = None  # what was looked at was another wording
    if line.words:
        row.heading, row.body = line.words
    if line.kind == DATE:
        set_deadline(row, line.match.new.item.deadline)
    if line.kind == OWNER:
        row.owners.all().delete()
        owners = [ItemOwner(item=row, ordinal=n, **said_of(owner)) for n, owner in enumerate(line.owners)]
        ItemOwner.objects.bulk_create(owners)
    if line.kind == TARGET:
        change_target(line)


def said_of(owner: ItemOwner) -> dict[str, Any]:
    return {name: getattr(owner, name) for name in ("role", "department", "printed")}


def change_target(line: Difference) -> None:
    """In place, so that what was reached of it stays; `line.target` is the one there is then."""
    ours, wanted = line.target, line.wanted
    if wanted is None:
        ours.delete()
    elif ours is None:
        last = line.match.row.targets.aggregate(last=Max("ordinal"))["last"]
        wanted.ordinal = 0 if last is None else last + 1
        wanted.save(force_insert=True)
    else:
        for name in FIGURE:
            setattr(ours, name, getattr(wanted, name))
        ours.save(update_fields=FIGURE)


FIGURE = ["name", "comparator", "value", "value_max", "unit"]


def set_deadline(row: PlanItem, due: parser.Deadline | None) -> None:
    row.due_on = due.date if due else None
    row.deadline_text, row.deadline_kind = (due.text[:200], due.kind) if due else ("", "")


def placed(rows: Iterable[Any], printed: Sequence[Any] | None, is_same: Any) -> Iterator[Any]:
    """Our rows with the places of what is printed; those that are not printed have none."""
    left = list(printed or [])
    for row in rows:
        found = next((one for one in left if is_same(row, one)), None)
        if found:
            left.remove(found)
        row.start, row.end = (found.start, found.end) if found else (None, None)
        if found and isinstance(row, Target):
            row.name = found.name
        yield row


def is_unit(ours: ItemOwner, printed: ItemOwner) -> bool:
    if ours.department_id and ours.department_id == printed.department_id:
        return True
    return bool(ours.printed) and ours.printed == printed.printed


def is_target(ours: Target, printed: Target) -> bool:
    """The same figure, however its sentence runs now."""
    return figure(ours) == figure(printed)
