"""Correcting what was recognised, adding to it, and discarding a draft."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.models import Goal, ItemOwner, Plan, PlanChange, PlanItem
from plans.org.models import Department, User
from plans.services.changes import lock_plan, note_change
from plans.services.confirming import confirm_items, unconfirm_item
from plans.unresolved import restate_unknown

DRAFT, ISSUED = Plan.Status.DRAFT, Plan.Status.ISSUED


class ItemChanged(DomainError):
    """Somebody else corrected it since this person read it, so nothing was written (409)."""

    code = "item_changed"


@transaction.atomic
def change_item(
    item: PlanItem,
    *,
    actor: User,
    now: datetime,
    seen: str = "",
    confirmed: bool | None = None,
    **changes: Any,
) -> PlanItem:
    """Correct what was recognised, until the plan is issued.

    `changes`: any of kind, heading, due_on, lead (None clears these two), cooperating (departments), and
    continues (None: it takes nothing over from an older plan). What is corrected is confirmed by that;
    `confirmed` says so without a correction, or that it is to be looked at again. `seen`: the item's stamp
    as the caller read it.
    The old and new values go on the plan's record. Raises NotAllowed, PlanStateForbids, ItemChanged.
    """
    plan = lock_plan(item.plan_id, DRAFT, actor=actor)
    item = PlanItem.objects.prefetch_related("owners__department").get(pk=item.pk)
    if seen and seen != item.stamp:
        raise ItemChanged(
            _("您打开以后，有人改过这一条。本次没有保存，您填写的内容都在；请对照现在的内容再存一次。")
        )
    data = correct(item, plan, changes)
    if data:
        note_change(plan, "item_changed", actor=actor, at=now, item=item, data=data)
    if confirmed is False:
        unconfirm_item(item, actor=actor, now=now)
    elif confirmed or data:
        confirm_items(plan, [item], actor=actor, now=now)
    return PlanItem.objects.prefetch_related("owners__department", "targets").get(pk=item.pk)


def correct(item: PlanItem, plan: Plan, changes: dict[str, Any]) -> dict[str, list[Any]]:
    """What changed, as [before, after]; the plan's warnings and goals follow."""
    own = {name: changes[name] for name in ("kind", "heading", "due_on") if name in changes}
    if "continues" in changes:
        own["continues_id"] = None
    data = {n: [getattr(item, n), value] for n, value in own.items() if getattr(item, n) != value}
    for name in data:
        setattr(item, name, own[name])
    if data:
        item.save(update_fields=list(data))
    if "lead" in changes or "cooperating" in changes:
        data |= change_owners(item, changes)
    if "owners" in data:
        restate_unknown(plan)
        plan.save(update_fields=["warnings"])
    if item.kind == PlanItem.Kind.GOAL:
        Goal.objects.get_or_create(item=item)
    elif "kind" in data:
        Goal.objects.filter(item=item).delete()
    return data


def change_owners(item: PlanItem, changes: dict[str, Any]) -> dict[str, list[Any]]:
    """Set lead and cooperating units by hand. A printed unit that nobody has resolved yet stays listed."""
    before = list(item.owners.all())
    rows = list(before)
    if "lead" in changes:
        rows = [o for o in rows if o.role != ItemOwner.Role.LEAD]
        if changes["lead"]:
            rows.insert(0, ItemOwner(role="lead", department=changes["lead"], printed=printed_lead(before)))
    if "cooperating" in changes:
        rows = [o for o in rows if o.role != ItemOwner.Role.COOPERATING or o.department is None]
        rows += [ItemOwner(role="cooperating", department=unit) for unit in changes["cooperating"]]
    item.owners.all().delete()
    after: list[ItemOwner] = []
    seen: set[int] = set()
    for row in rows:
        if row.department_id not in seen:
            seen |= {row.department_id} - {None}
            row.pk, row.item, row.ordinal = None, item, len(after)
            row._state.adding = True
            after.append(row)
    ItemOwner.objects.bulk_create(after)
    item._prefetched_objects_cache = {}
    told = [[f"{o.role}:{o}" for o in rows] for rows in (before, after)]
    return {"owners": told} if told[0] != told[1] else {}


def printed_lead(owners: list[ItemOwner]) -> str:
    return next((o.printed for o in owners if o.role == ItemOwner.Role.LEAD), "")


@transaction.atomic
def add_item(
    plan: Plan,
    *,
    actor: User,
    now: datetime,
    kind: str,
    heading: str,
    body: str = "",
    number: str = "",
    lead: Department | None = None,
    cooperating: list[Department] | None = None,
    due_on: date | None = None,
) -> PlanItem:
    """动态调整: a further item, also to an issued plan; issuing again then issues just it. It stands last."""
    plan = lock_plan(plan.pk, DRAFT, ISSUED, actor=actor)
    last = plan.items.aggregate(last=Max("ordinal"))["last"]
    item = PlanItem.objects.create(
        plan=plan,
        ordinal=0 if last is None else last + 1,
        kind=kind,
        number=number,
        path=number,
        heading=heading,
        body=body,
        due_on=due_on,
        deadline_kind="by" if due_on else "",
        confirmed_at=now,  # who wrote it needs not be asked whether it was read rightly
        confirmed_by=actor,
    )
    change_owners(item, {"lead": lead, "cooperating": cooperating or []})
    if kind == PlanItem.Kind.GOAL:
        Goal.objects.create(item=item)
    note_change(plan, "item_added", actor=actor, at=now, item=item, data={"heading": heading})
    return item


@dataclass
class NewItem:
    """One of many new items: its columns, and who answers for it."""

    columns: dict[str, Any]
    lead: Department
    cooperating: list[Department]


@transaction.atomic
def add_items(plan: Plan, new: list[NewItem], *, actor: User, now: datetime) -> list[PlanItem]:
    """Many further items at once, last in the plan, whose row the caller holds locked."""
    last = plan.items.aggregate(last=Max("ordinal"))["last"]
    first = 0 if last is None else last + 1
    items = [PlanItem(plan=plan, ordinal=first + n, **one.columns) for n, one in enumerate(new)]
    PlanItem.objects.bulk_create(items)
    owners, changes = [], []
    for item, one in zip(items, new, strict=True):
        units = [(one.lead, "lead"), *((unit, "cooperating") for unit in one.cooperating if unit != one.lead)]
        owners += [
            ItemOwner(item=item, department=unit, role=role, ordinal=n)
            for n, (unit, role) in enumerate(units)
        ]
        said = {"kind": "item_added", "data": {"heading": item.heading}, "at": now}
        changes.append(PlanChange(plan=plan, item=item, actor=actor, actor_name=str(actor), **said))
    ItemOwner.objects.bulk_create(owners)
    PlanChange.objects.bulk_create(changes)
    return items


@transaction.atomic
def delete_draft(plan: Plan, *, actor: User) -> None:
    """Discard a plan that was never issued, and its file. Raises NotAllowed, PlanStateForbids."""
    plan = lock_plan(plan.pk, DRAFT, Plan.Status.PARSING, Plan.Status.FAILED, actor=actor)
    discard(plan)


def discard(plan: Plan) -> None:
    name, storage = plan.file.name, plan.file.storage
    plan.delete()

    def remove() -> None:
        storage.delete(name)

    # A file left behind is no reason to fail: the plan is gone already.
    transaction.on_commit(remove, robust=True)
