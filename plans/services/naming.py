"""Saying once which department a printed name means."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from plans.directory import Directory
from plans.models import ItemOwner, Plan
from plans.org.models import Department, DepartmentAlias, User
from plans.services.changes import lock_plan, note_change
from plans.unresolved import restate_unknown

DRAFT = Plan.Status.DRAFT
STRONGEST_FIRST = list(ItemOwner.Role.values)


class AliasTaken(DomainError):
    """The name belongs to another department already, so it can't be this one's alias too (409)."""

    code = "alias_taken"


class Resolved(NamedTuple):
    items: int
    plans: int


@transaction.atomic
def resolve_name(plan: Plan, name: str, department: Department, *, actor: User, now: datetime) -> Resolved:
    """Make the printed name an alias of the department, in this plan and the organisation's other drafts.

    Said again it changes nothing. Raises NotAllowed, PlanStateForbids, InputInvalid (the plan has no such
    name), AliasTaken.
    """
    # Answers of one organisation wait for one another: a name becomes one department's alias, not two's.
    organisation = Department.objects.above([plan.issuer_id]).filter(parent=None)
    root = organisation.select_for_update(no_key=True).get()
    plan = lock_plan(plan.pk, DRAFT, actor=actor)
    if not unresolved(plan, name).exists():
        if Directory.of(plan.issuer).find(name) == department:
            return Resolved(0, 0)
        raise InputInvalid(_("这份计划没有未对应的单位“{name}”。").format(name=name), code="name_unknown")
    give_alias(plan.issuer, name, department)
    counts = [
        resolve_in(draft, name, department, actor=actor, now=now)
        for draft in drafts_naming(name, department, root)
    ]
    return Resolved(sum(counts), len(counts))


def unresolved(plan: Plan, name: str) -> QuerySet[ItemOwner]:
    return ItemOwner.objects.filter(item__plan=plan, department=None, printed=name)


def give_alias(issuer: Department, name: str, department: Department) -> None:
    if Directory.of(issuer).find(name) == department:
        return
    DepartmentAlias.objects.get_or_create(department=department, name=name)
    directory = Directory.of(issuer)
    if directory.find(name) != department:
        others = directory.meant(name) - {department.pk}
        bearers = _("、").join(directory.departments[pk].name for pk in sorted(others))
        taken = _("“{name}”已是{bearers}的名称，不能再作为{department}的别名，请在条目中逐项指定。")
        foreign = _("“{name}”带有其他地方的名称，不能再作为{department}的别名，请在条目中逐项指定。")
        told = taken if bearers else foreign
        raise AliasTaken(told.format(name=name, bearers=bearers, department=department))


def drafts_naming(name: str, department: Department, root: Department) -> Iterator[Plan]:
    """The organisation's drafts, locked, in which the name is open and means this department."""
    named = ItemOwner.objects.filter(item__plan=OuterRef("pk"), department=None, printed=name)
    inside = Department.objects.subtree([root.pk])
    drafts = Plan.objects.filter(Exists(named), status=DRAFT, issuer__in=inside).order_by("pk").defer("text")
    meant: dict[int, bool] = {}
    for draft in drafts.select_for_update(no_key=True, of=("self",)).select_related("issuer"):
        if draft.issuer_id not in meant:
            meant[draft.issuer_id] = Directory.of(draft.issuer).find(name) == department
        if meant[draft.issuer_id]:
            yield draft


def resolve_in(plan: Plan, name: str, department: Department, *, actor: User, now: datetime) -> int:
    """How many items changed. Where the department stands on an item already, the stronger role stays."""
    items = unresolved(plan, name).values("item")
    kept, doubled = [], []
    rows = ItemOwner.objects.filter(item__in=items).order_by("item", "ordinal")
    for _item, owners in groupby(rows, key=lambda owner: owner.item_id):
        same = [
            owner
            for owner in owners
            if owner.department_id == department.pk or owner.department_id is None and owner.printed == name
        ]
        same.sort(key=lambda owner: STRONGEST_FIRST.index(owner.role))
        same[0].department = department
        kept.append(same[0])
        doubled += [owner.pk for owner in same[1:]]
    ItemOwner.objects.filter(pk__in=doubled).delete()
    ItemOwner.objects.bulk_update(kept, ["department"], batch_size=1000)
    restate_unknown(plan)
    plan.save(update_fields=["warnings"])
    data = {"name": name, "department": department.code, "items": len(kept)}
    note_change(plan, "name_resolved", actor=actor, at=now, data=data)
    return len(kept)
