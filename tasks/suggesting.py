"""拟牵头单位 for a plan's items that name none: from who had the same work in earlier years."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

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
# What a plan brings along that is not asked for here.
LONG = ("text", "preamble", "furniture", "warnings")


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


def suggested_leads(
    plan: Plan,
    user: User,
    items: Sequence[PlanItem] | None = None,
    *,
    earlier: Iterable[Plan] | None = None,
    active: Iterable[Department] | None = None,
) -> list[Unled]:
    """Every task item of the plan that prints no lead, in reading order, in a constant number of queries.

    A printed name that means no department yet is asked about by itself: it is not to be guessed past.
    `items`, `earlier`, `active`: the plan's items with their owners, the issuer's plans before it, the
    departments in use, where they have been read.
    """
    found = compared(plan) if items is None else gathered(items)
    asked = [one for one in found if prints_no_lead(one.item)]
    if not asked:
        return []
    before = earlier_plans(plan, user) if earlier is None else (one for one in earlier if is_released(one))
    plans = {one.pk: one for one in islice(before, MOST_PLANS)}
    in_use = Department.objects.filter(is_active=True) if active is None else active
    units = {unit.pk: unit for unit in in_use}
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


def readable_before(plan: Plan, user: User) -> QuerySet[Plan]:
    """The issuer's plans before this one that have been read, the latest first."""
    before = Q(year__lt=plan.year) | Q(year=plan.year, pk__lt=plan.pk)
    mine = Plan.objects.visible_to(user).filter(before, issuer=plan.issuer_id)
    return mine.exclude(status__in=["parsing", "failed"]).order_by("-year", "-pk").defer(*LONG)


def earlier_plans(plan: Plan, user: User) -> QuerySet[Plan]:
    return readable_before(plan, user).filter(status__in=RELEASED)


def is_released(plan: Plan) -> bool:
    return plan.status in RELEASED


def led_in(plans: dict[int, Plan], user: User) -> Iterator[tuple[Led, Plan]]:
    """Who had each task of these plans: after reassignments, where the reader sees the task; else as printed.

    Who declined a task is nobody to suggest.
    """
    own = ItemOwner.objects.filter(item=OuterRef("pk"), role=ItemOwner.Role.LEAD).values("department")
    mine = Task.objects.visible_to(user).filter(plan_item=OuterRef("pk"), parent=None).order_by("pk")
    had = mine.values(said=JSONObject(lead="lead", status="status"))
    items = PlanItem.objects.filter(plan__in=plans, withdrawn_at=None).order_by("plan", "ordinal")
    for one in gathered(list(items.annotate(printed=Subquery(own[:1]), had=Subquery(had[:1])))):
        item = one.item
        now = item.had or {"lead": item.printed, "status": ""}
        if item.kind == PlanItem.Kind.TASK and now["lead"] and now["status"] != Status.DECLINED:
            home = plans[item.plan_id]
            yield Led(one.wording, now["lead"], home.year, item.pk), home
