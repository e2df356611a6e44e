"""This year's plan beside last year's: what goes on, what is new, what is no longer there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Prefetch

from plans.likeness import Alike, alike, one_to_one
from plans.matching import Wording
from plans.models import ItemOwner, Plan, PlanItem, Target
from plans.targets import Beside, beside

# What stands beside one another: a task is never a goal's successor.
COMPARED = (PlanItem.Kind.GOAL, PlanItem.Kind.TASK)


@dataclass
class Compared:
    """A task or a goal with what it asks for; a task's measures count with it."""

    item: PlanItem
    measures: list[PlanItem] = field(default_factory=list)

    @cached_property
    def targets(self) -> list[Target]:
        return [target for item in (self.item, *self.measures) for target in item.targets.all()]

    @property
    def wording(self) -> Wording:
        said = [text for item in self.measures for text in (item.heading, item.body)]
        return Wording(self.item.heading, "\n".join([self.item.body, *said]), self.item.number)


@dataclass
class Carried:
    """The same work in both plans. `linked`: people said so (结转), so nothing was guessed."""

    then: Compared
    now: Compared
    likeness: float
    linked: bool
    targets: list[Beside]


@dataclass
class Comparison:
    """`other` is the plan that `plan` is set beside; the order of their years is the caller's affair."""

    plan: Plan
    other: Plan
    carried: list[Carried]
    new: list[Compared]
    dropped: list[Compared]


def compare(plan: Plan, other: Plan) -> Comparison:
    """Every task and goal of both plans once, each in its own plan's order. Withdrawn items are left out."""
    both = compared(plan, other)
    now, then = ([one for one in both if one.item.plan_id == side.pk] for side in (plan, other))
    pairs = matches(then, now)
    taken = {i for i, _, _ in pairs.values()}
    carried = [
        Carried(then[i], now[j], likeness, linked, beside(then[i].targets, now[j].targets))
        for j, (i, likeness, linked) in sorted(pairs.items())
    ]
    return Comparison(
        plan,
        other,
        carried,
        new=[one for j, one in enumerate(now) if j not in pairs],
        dropped=[one for i, one in enumerate(then) if i not in taken],
    )


def compared(*plans: Plan) -> list[Compared]:
    """The tasks and goals of these plans that no revision took out."""
    owners = Prefetch("owners", ItemOwner.objects.select_related("department"))
    items = PlanItem.objects.filter(plan__in=plans, withdrawn_at=None).prefetch_related(owners, "targets")
    return gathered(list(items))


def gathered(items: Sequence[PlanItem]) -> list[Compared]:
    """Tasks and goals in reading order, each with the measures below it at any depth."""
    by_id = {item.pk: item for item in items}
    found = {item.pk: Compared(item) for item in items if item.kind in COMPARED}
    for item in items:
        if item.kind != PlanItem.Kind.MEASURE:
            continue
        above = by_id.get(item.parent_id)
        while above is not None and above.pk not in found:
            above = by_id.get(above.parent_id)
        if above is not None:
            found[above.pk].measures.append(item)
    return list(found.values())


def matches(then: Sequence[Compared], now: Sequence[Compared]) -> dict[int, tuple[int, float, bool]]:
    """now → (then, likeness, linked), one to one: what people linked first, then the most alike pair."""
    places = {one.item.pk: i for i, one in enumerate(then)}
    found = {
        j: (places[one.item.continues_id], 1.0, True)
        for j, one in enumerate(now)
        if one.item.continues_id in places
    }
    taken = {i for i, _, _ in found.values()}
    free = [one for one in by_kind(then, now) if one.new not in found and one.old not in taken]
    return found | {one.new: (one.old, one.likeness, False) for one in one_to_one(free)}


def by_kind(then: Sequence[Compared], now: Sequence[Compared]) -> Iterator[Alike]:
    """Tasks with tasks, goals with goals."""
    for kind in COMPARED:
        before, after = ([n for n, one in enumerate(side) if one.item.kind == kind] for side in (then, now))
        for one in alike([then[i].wording for i in before], [now[j].wording for j in after]):
            yield Alike(before[one.old], after[one.new], one.likeness)
