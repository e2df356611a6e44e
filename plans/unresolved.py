"""Printed names of units that mean no department yet: each once, with what a person needs to answer it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Min

from plans.directory import Directory
from plans.models import ItemOwner, Plan, PlanItem
from plans.org.models import Department

OWNER_UNKNOWN = "owner_unknown"


@dataclass(frozen=True)
class UnresolvedName:
    """A name as printed, how many items name it, and where it stands first."""

    name: str
    items: int
    start: int | None
    end: int | None
    suggestions: list[Department]


def unresolved_names(plan: Plan) -> list[UnresolvedName]:
    """In the order in which the plan prints them."""
    rows = list(printed_names(plan))
    directory = Directory.of(plan.issuer) if rows else None
    return [UnresolvedName(**row, suggestions=directory.suggestions(row["name"])) for row in rows]


def names_in(items: Iterable[PlanItem], directory: Directory) -> list[UnresolvedName]:
    """The same by the items of a plan as fetched with their owners."""
    found: dict[str, list[ItemOwner]] = defaultdict(list)
    for item in items:
        for owner in item.owners.all() if item.withdrawn_at is None else ():
            if owner.department_id is None:
                found[owner.printed].append(owner)
    told = []
    for name, owners in found.items():
        first = min((o for o in owners if o.start is not None), key=lambda o: o.start, default=None)
        span = (first.start, first.end) if first else (None, None)
        told.append(
            UnresolvedName(name, len({o.item_id for o in owners}), *span, directory.suggestions(name))
        )
    return sorted(told, key=lambda one: (one.start is None, one.start or 0, one.name))


def printed_names(plan: Plan) -> Any:
    owners = ItemOwner.objects.filter(item__plan=plan, item__withdrawn_at=None, department=None).values(
        name=F("printed")
    )
    counted = owners.annotate(items=Count("item", distinct=True), start=Min("start"), end=Min("end"))
    return counted.order_by(F("start").asc(nulls_last=True), "name")


def restate_unknown(plan: Plan) -> None:
    """Let the plan's warnings name who is unresolved now; saving is left to the caller."""
    others = [warning for warning in plan.warnings if warning["code"] != OWNER_UNKNOWN]
    plan.warnings = others + [
        {
            "code": OWNER_UNKNOWN,
            "message": f"“{row['name']}”未能对应到系统中的单位。",
            "start": row["start"],
            "end": row["end"],
        }
        for row in printed_names(plan)
    ]
