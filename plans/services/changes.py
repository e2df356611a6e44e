"""The plan's own record, and the lock under which a plan is changed."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.errors import DomainError, NotAllowed
from plans.access import may_supervise
from plans.models import Plan, PlanChange, PlanItem
from plans.org.models import User

SYSTEM = "系统"


class PlanStateForbids(DomainError):
    """A plan's state forbids this (409): what is issued is changed on its tasks, on the record."""

    code = "plan_state"


class PlanGone(DomainError):
    """Discarded while somebody was still at work on it: as if it had never been there (404)."""

    code = "not_found"
    status = 404


def note_change(
    plan: Plan,
    kind: str,
    *,
    actor: User | None,
    at: datetime,
    item: PlanItem | None = None,
    data: dict[str, Any],
) -> PlanChange:
    name = str(actor) if actor else SYSTEM
    return PlanChange.objects.create(
        plan=plan, item=item, kind=kind, actor=actor, actor_name=name, data=data, at=at
    )


def hold_plan(pk: int) -> Plan:
    """The plan, locked until the transaction ends. Raises PlanGone."""
    plan = Plan.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if plan is None:
        raise PlanGone(_("这个计划已被删除。"))
    return plan


def share_plan(pk: int) -> Plan:
    """The plan, which stays as it is until the transaction ends; many may hold it so at once."""
    return Plan.objects.raw("SELECT id, status FROM plans_plan WHERE id = %s FOR SHARE", [pk])[0]


def lock_plan(pk: int, *states: str, actor: User) -> Plan:
    """The plan, locked until the transaction ends, for its supervisor, in one of these states.

    Raises PlanGone, NotAllowed, PlanStateForbids.
    """
    plan = hold_plan(pk)
    if not may_supervise(actor.standing, plan.issuer_id):
        raise NotAllowed(_("计划由印发单位的督查员维护。"))
    if plan.status not in states:
        state = plan.get_status_display()
        raise PlanStateForbids(
            _("计划当前为“{state}”，不能这样修改。").format(state=state), plan_status=plan.status
        )
    return plan
