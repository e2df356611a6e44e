"""The goals' figures: who keeps them, and what they had reached when."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import InputInvalid, NotAllowed
from plans.access import RELEASED, may_supervise
from plans.models import Goal, GoalActual, Plan, PlanItem, Target
from plans.org.models import Department, User
from plans.services.changes import PlanStateForbids, hold_plan, note_change

ASKED = ("id", "name", "comparator", "value", "value_max", "unit")


@transaction.atomic
def state_goal_actual(
    goal: Goal,
    target: Target,
    value: Decimal,
    measured_on: date,
    *,
    actor: User,
    now: datetime,
    note: str = "",
) -> GoalActual:
    """The keeper (or the supervisor) states what a goal's target had reached on a day.

    Of an issued plan. Raises PlanGone, NotAllowed, PlanStateForbids, InputInvalid (400).
    """
    plan = hold_plan(goal.item.plan_id)
    keeps = goal.keeper_id and actor.standing.holds(goal.keeper_id, "liaison", "head")
    if not keeps and not may_supervise(actor.standing, plan.issuer_id):
        raise NotAllowed(_("目标完成值由数据单位或督查员填报。"))
    if plan.status not in RELEASED:
        raise PlanStateForbids(_("计划尚未下达，不能填报目标完成值。"), plan_status=plan.status)
    # A revision of the plan may have taken it away meanwhile.
    if not Target.objects.filter(pk=target.pk, item=goal.item_id, item__withdrawn_at=None).exists():
        raise InputInvalid(_("该指标不属于这个目标，或已随计划修订撤销。"), code="target_unknown")
    if measured_on > timezone.localdate(now):
        raise InputInvalid(_("截至日期不能晚于今天。"), code="date_in_future")
    actual = GoalActual.objects.create(
        target=target, value=value, measured_on=measured_on, note=note, stated_by=actor, stated_at=now
    )
    data = {"target": target.pk, "value": value, "measured_on": measured_on}
    note_change(plan, "goal_actual", actor=actor, at=now, item=goal.item, data=data)
    return actual


def goals_said(plan: Plan) -> dict[str, Any]:
    """What the plan's goals ask for now, by item: on its record when a revision changes it."""
    present = plan.items.filter(kind=PlanItem.Kind.GOAL, withdrawn_at=None).prefetch_related("targets")
    return {
        str(item.pk): {
            "heading": item.heading,
            "targets": [{name: getattr(target, name) for name in ASKED} for target in item.targets.all()],
        }
        for item in present
    }


@transaction.atomic
def set_goal_keeper(goal: Goal, keeper: Department | None, *, actor: User, now: datetime) -> Goal:
    plan = hold_plan(goal.item.plan_id)
    if not may_supervise(actor.standing, plan.issuer_id):
        raise NotAllowed(_("数据单位由督查员指定。"))
    data = {"keeper": [goal.keeper_id, keeper.pk if keeper else None]}
    goal.keeper = keeper
    goal.save(update_fields=["keeper"])
    note_change(plan, "goal_keeper", actor=actor, at=now, item=goal.item, data=data)
    return goal
