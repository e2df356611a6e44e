"""What a corrected file changes in an issued plan: a line for each, for people to confirm.

Compared is what the file said before with what it says now: what was corrected by hand meanwhile, and what
is merely printed otherwise, is no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _

from plans import parser
from plans.directory import Directory
from plans.matching import Wording, pairs
from plans.models import GoalActual, ItemOwner, Plan, PlanItem, Target
from plans.org.models import Department
from plans.readings import FIGURES, bare, said
from plans.services.intake import build_owners, build_target
from plans.services.pairing import Match, matches, task_above, task_said_above

Kind, Role = PlanItem.Kind, ItemOwner.Role
ADDED, REMOVED, TEXT, DATE, OWNER, TARGET = "added", "removed", "text", "date", "owner", "target"
KINDS = (ADDED, REMOVED, TEXT, DATE, OWNER, TARGET)
# Of two targets of one item; their figures count as words here.
LEAST_TARGET = 0.5


class Words(NamedTuple):
    heading: str
    body: str


@dataclass(frozen=True)
class Difference:
    """One line. `before` and `after` hold what it is about (docs/api.md); None where there is nothing.

    What taking it over needs: the wording that goes along, the owners there will be, our target and the one
    that is wanted. `why` says what the file itself makes impossible.
    """

    kind: str
    match: Match
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    words: Words | None = None
    owners: tuple[ItemOwner, ...] = ()
    target: Target | None = None
    wanted: Target | None = None
    why: str = ""


class Comparison:
    """An issued plan beside a corrected file."""

    def __init__(self, plan: Plan, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        self.plan = plan
        self.directory = Directory.of(plan.issuer)
        owners = ItemOwner.objects.select_related("department")
        measured = Exists(GoalActual.objects.filter(target=OuterRef("pk")))
        targets = Target.objects.annotate(is_measured=measured)
        present = plan.items.filter(withdrawn_at=None)
        self.rows = list(present.prefetch_related(Prefetch("owners", owners), Prefetch("targets", targets)))
        self.by_pk = {row.pk: row for row in self.rows}
        self.now = said(now)
        self.matches = matches(self.rows, before, self.now)
        self.gone = {match.row.pk for match in self.matches if match.new is None}
        self.measures_of = defaultdict(list)  # our measures by our task
        for row in self.rows:
            if row.kind == Kind.MEASURE and (above := task_above(row, self.by_pk)):
                self.measures_of[above.pk].append(row)
        self.measures_said_of = defaultdict(list)  # the file's, by the place of its task
        for at, one in enumerate(self.now):
            if one.item.kind == Kind.MEASURE and (task := task_said_above(at, self.now)) is not None:
                self.measures_said_of[task].append(at)
        self.differences = [line for match in self.matches for line in self.lines(match)]

    def lines(self, match: Match) -> Iterable[Difference]:
        """A measure comes and goes with its task: then the task's line tells of both."""
        if match.row is None:
            above = task_said_above(match.at, self.now)
            is_measure = match.new.item.kind == Kind.MEASURE and above is not None
            goes_along = is_measure and self.matches[above].row is None
            return [] if goes_along else [self.added(match)]
        if match.new is None:
            above = match.row.kind == Kind.MEASURE and task_above(match.row, self.by_pk)
            return [] if above and above.pk in self.gone else [self.removed(match)]
        return self.changes(match)

    def measured_task(self, at: int) -> int | None:
        """Our item whose task a new measure belongs to."""
        above = task_said_above(at, self.now)
        is_measure = self.now[at].item.kind == Kind.MEASURE and above is not None
        row = self.matches[above].row if is_measure else None
        return row and row.pk

    def owners_of(self, row: PlanItem, printed: Iterable[parser.Owner]) -> list[ItemOwner]:
        return build_owners(row, printed, self.directory)

    def added(self, match: Match) -> Difference:
        item = match.new.item
        owners = self.owners_of(PlanItem(), item.owners)
        targets = [build_target(PlanItem(), n, target) for n, target in enumerate(item.targets)]
        steps = [self.now[at].item.heading for at in self.measures_said_of[match.at]]
        after = whole(item, owners, targets, steps) | {"due_on": day_of(item.deadline)}
        return Difference(ADDED, match, None, after, owners=tuple(owners))

    def removed(self, match: Match) -> Difference:
        row = match.row
        steps = [below.heading for below in self.measures_of[row.pk]]
        before = whole(row, row.owners.all(), row.targets.all(), steps) | {"due_on": iso(row.due_on)}
        return Difference(REMOVED, match, before, None)

    def changes(self, match: Match) -> list[Difference]:
        """What changed in one item. Its words have a line only where they say more than the other lines."""
        found = [*self.date(match), *self.owner(match), *targets(match)]
        words = wording(match)
        if words is None:
            return found
        if found and match.old.essence == match.new.essence:
            return [with_words(line, words) for line in found]
        before = {"heading": match.row.heading, "body": match.row.body}
        return [Difference(TEXT, match, before, words._asdict(), words), *found]

    def date(self, match: Match) -> Iterator[Difference]:
        row, due = match.row, match.new.item.deadline
        if when(match.old.item.deadline) == when(due) or match.by_hand and due is None:
            return
        ours = (row.due_on, row.deadline_kind, row.deadline_text if row.deadline_kind == "recurring" else "")
        if ours != when(due):
            before = {"due_on": iso(row.due_on), "deadline": row.deadline_text}
            after = {"due_on": day_of(due), "deadline": due.text if due else ""}
            yield Difference(DATE, match, before, after)

    def owner(self, match: Match) -> Iterator[Difference]:
        row = match.row
        ours = list(row.owners.all())
        new = self.owners_of(row, match.new.item.owners)
        old = ours if match.by_hand else self.owners_of(row, match.old.item.owners)
        if units(old) == units(new) or match.by_hand and not new:
            return
        lead, helpers = lead_of(new), helpers_of(new)
        if units([lead_of(old)]) == units([lead]) or match.by_hand and lead is None:
            lead = lead_of(ours)
        if units(helpers_of(old)) == units(helpers) or match.by_hand and not helpers:
            helpers = helpers_of(ours)
        why = doubt(row, lead_of(ours), lead)
        after = [*filter(None, [lead]), *(helper for helper in helpers if not is_one(helper, lead))]
        if units(after) != units(ours):
            yield Difference(OWNER, match, who(ours), who(after), owners=tuple(after), why=why)


def doubt(row: PlanItem, ours: ItemOwner | None, lead: ItemOwner | None) -> str:
    """A task is led by a department that we know."""
    if row.kind != Kind.TASK:
        return ""
    if lead is None and ours is not None:
        return _("新文件没有写明牵头单位，任务仍由原单位牵头；确需改派的，请在任务中办理。")
    if lead is not None and lead.department is None:
        told = _("“{name}”未能对应到系统中的单位，请先为该单位设置别名，或在任务中改派。")
        return told.format(name=lead.printed)
    return ""


def is_one(helper: ItemOwner, lead: ItemOwner | None) -> bool:
    """The same department, named twice."""
    return bool(lead and lead.department_id) and helper.department_id == lead.department_id


def with_words(line: Difference, words: Words) -> Difference:
    return Difference(**{**vars(line), "words": words})


def wording(match: Match) -> Words | None:
    """The heading and body that our item is to have; None when they stay. Corrected headings are kept."""
    old, new, row = match.old.item, match.new.item, match.row
    if match.old.words == match.new.words:
        return None
    heading = row.heading if bare(old.heading) == bare(new.heading) else new.heading
    body = row.body if bare(old.body) == bare(new.body) else new.body
    is_same = bare(heading + body) == bare(row.heading + row.body)
    return None if is_same else Words(heading, body)


def targets(match: Match) -> Iterator[Difference]:
    """A line for each target that changes its figure, comes or goes."""
    row, new = match.row, match.new.item.targets
    if asked(match.old.item.targets) == asked(new) or match.by_hand and not new:
        return
    ours = list(row.targets.all())
    wanted = [build_target(row, n, target) for n, target in enumerate(new)]
    for pair in pairs(named(ours), named(wanted), least=LEAST_TARGET):
        mine = None if pair.old is None else ours[pair.old]
        theirs = None if pair.new is None else wanted[pair.new]
        if mine is None or theirs is None or figure(mine) != figure(theirs):
            if theirs is None and match.by_hand:
                continue
            yield Difference(TARGET, match, quantities(mine), quantities(theirs), target=mine, wanted=theirs)


def named(rows: list[Target]) -> list[Wording]:
    return [Wording(FIGURES.sub("", row.name), " ".join(map(str, figure(row)))) for row in rows]


def figure(target: Target) -> tuple[Any, ...]:
    """What is asked, without how it is called. As the database rounds it."""
    low, high = (None if v is None else quantity(v) for v in (target.value, target.value_max))
    return target.comparator, low, high, target.unit


def asked(found: Iterable[parser.Target]) -> Counter[tuple[Any, ...]]:
    return Counter((FIGURES.sub("", bare(t.text)), t.comparator, t.value, t.value_max, t.unit) for t in found)


def when(due: parser.Deadline | None) -> tuple[Any, ...]:
    """What a deadline means: a rhythm is known by its words."""
    if due is None:
        return None, "", ""
    return due.date, due.kind, due.text if due.kind == "recurring" else ""


def units(owners: Iterable[ItemOwner | None]) -> set[tuple[str, int | str]]:
    return {(owner.role, owner.department_id or owner.printed) for owner in owners if owner}


def lead_of(owners: Iterable[ItemOwner]) -> ItemOwner | None:
    return next((owner for owner in owners if owner.role == Role.LEAD), None)


def helpers_of(owners: Iterable[ItemOwner]) -> list[ItemOwner]:
    return [owner for owner in owners if owner.role != Role.LEAD]


def whole(
    item: Any, owners: Iterable[ItemOwner], targets: Iterable[Target], steps: list[str]
) -> dict[str, Any]:
    """Everything about an item that comes or goes: a row of ours, or what a file says."""
    due = item.deadline_text if isinstance(item, PlanItem) else item.deadline and item.deadline.text
    words = {"heading": item.heading, "body": item.body, "deadline": due or ""}
    return {**words, **who(owners), "targets": [said_of(t) for t in targets], "steps": steps}


def who(owners: Iterable[ItemOwner]) -> dict[str, Any]:
    owners = list(owners)
    lead = lead_of(owners)
    return {"lead": lead and unit(lead), "cooperating": [unit(owner) for owner in helpers_of(owners)]}


def unit(owner: ItemOwner) -> dict[str, Any]:
    named: Department | None = owner.department
    known = {"id": named and named.pk, "code": named and named.code, "name": named and named.name}
    return {**known, "role": owner.role, "printed": owner.printed}


def quantities(target: Target | None) -> dict[str, Any] | None:
    return target and {"targets": [said_of(target)]}


def said_of(target: Target) -> dict[str, Any]:
    low, high = (None if v is None else str(quantity(v)) for v in (target.value, target.value_max))
    plain = {"name": target.name, "comparator": target.comparator, "unit": target.unit}
    return {**plain, "value": low, "value_max": high}


def quantity(value: Decimal | float) -> Decimal:
    """800, not 800.0000; never 8E+2."""
    rounded = round(Decimal(str(value)), 4)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def day_of(due: parser.Deadline | None) -> str | None:
    return iso(due.date) if due else None


def iso(day: Any) -> str | None:
    return day and day.isoformat()
