"""已确认: somebody looked at what was recognised of an item, or corrected it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from plans.models import Plan, PlanItem
from plans.org.models import User
from plans.services.changes import lock_plan, note_change


@transaction.atomic
def confirm_items(plan: Plan, items: Collection[PlanItem], *, actor: User, now: datetime) -> int:
    """Say of these items of a draft that they are read rightly; how many of them were not said so before.

    Who confirmed an item first stays named. Raises NotAllowed, PlanStateForbids.
    """
    plan = lock_plan(plan.pk, Plan.Status.DRAFT, actor=actor)
    open_ones = plan.items.filter(pk__in=[item.pk for item in items], confirmed_at=None)
    found = list(open_ones.values_list("pk", flat=True))
    if found:
        plan.items.filter(pk__in=found).update(confirmed_at=now, confirmed_by=actor)
        note_change(plan, "items_confirmed", actor=actor, at=now, data={"items": found})
    return len(found)


@transaction.atomic
def unconfirm_item(item: PlanItem, *, actor: User, now: datetime) -> None:
    """Take it back: it is to be looked at again. Raises NotAllowed, PlanStateForbids."""
    plan = lock_plan(item.plan_id, Plan.Status.DRAFT, actor=actor)
    confirmed = plan.items.filter(pk=item.pk).exclude(confirmed_at=None)
    if confirmed.update(confirmed_at=None, confirmed_by=None):
        note_change(plan, "item_unconfirmed", actor=actor, at=now, item=item, data={})
