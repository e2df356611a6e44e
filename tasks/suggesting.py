"""拟牵头单位 for a plan's items that name none: from who had the same work in earlier years."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet

from plans import suggesting
from plans.access import RELEASED
from plans.comparing import compared, gathered
from plans.models import ItemOwner, Plan, PlanItem
from plans.org.models import Department, User
from plans.suggesting import Led, Suggestion
from tasks.models import Task
from tasks.states import Status

# Who had it longer ago has often handed it on.
MOST_PLANS = 5


class SuggestedLead(NamedTuple):
    department: Department
    likeness: float
    reason: str
    plan: Plan
    item: int


class Unled(NamedTuple):
    """A task item that prints no lead, and whom it may be meant for: nobody where nothing is alike enough."""

    item: PlanItem
    suggestions: list[SuggestedLead]


def suggested_leads(plan: Plan, user: User, items: Sequence[PlanItem] | None = None) -> list[Unled]:
    """Every task item of the plan that prints no lead, in reading order, in a constant number of queries.

    A printed name that means no department yet is asked about by itself: it is not to be guessed past.
    `items`: the plan's, where they have been read with their owners and targets.
    """
    found = compared(plan) if items is None else gathered(items)
    asked = [one for one in found if prints_no_lead(one.item)]
    if not asked:
        return []
    plans = {earlier.pk: earlier for earlier in earlier_plans(plan, user)[:MOST_PLANS]}
    units = {unit.pk: unit for unit in Department.objects.filter(is_active=True)}
    known = {led.item: (led, home) for led, home in led_in(plans, user) if led.lead in units}
    found = suggesting.suggest([one.wording for one in asked], [led for led, _ in known.values()])

    def told(guess: Suggestion) -> SuggestedLead:
        led, home = known[guess.led.item]
        unit = units[led.lead]
        return SuggestedLead(unit, guess.likeness, suggesting.reason(led, unit.name), home, led.item)

    return [
        Unled(one.item, [told(guess) for guess in guesses]) for one, guesses in zip(asked, found, strict=True)
    ]


def prints_no_lead(item: PlanItem) -> bool:
    return item.kind == PlanItem.Kind.TASK and all(
        owner.role != ItemOwner.Role.LEAD for owner in item.owners.all()
    )


def earlier_plans(plan: Plan, user: User) -> QuerySet[Plan]:
    """The issuer's released plans before this one, the latest first."""
    before = Q(year__lt=plan.year) | Q(year=plan.year, pk__lt=plan.pk)
    mine = Plan.objects.visible_to(user).filter(before, issuer=plan.issuer_id, status__in=RELEASED)
    return mine.defer("text").order_by("-year", "-pk")


def led_in(plans: dict[int, Plan], user: User) -> Iterator[tuple[Led, Plan]]:
    """Who had each task of these plans: after reassignments, where the reader sees the task; else as printed.

    Who declined a task is nobody to suggest.
    """
    mine = Task.objects.visible_to(user).filter(plan__in=plans, parent=None)
    had = {item: (lead, status) for item, lead, status in mine.values_list("plan_item", "lead", "status")}
    for one in compared(*plans.values()):
        item = one.item
        lead, status = had.get(item.pk, (item.lead and item.lead.pk, ""))
        if item.kind == PlanItem.Kind.TASK and lead and status != Status.DECLINED:
            home = plans[item.plan_id]
            yield Led(one.wording, lead, home.year, item.pk), home
