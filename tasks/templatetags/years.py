"""What the page of a plan shows of the years before: the plan to compare with, and who had the same work."""

from typing import Any

from django import template

from plans.models import Plan
from tasks.pages.years import earlier_plan
from tasks.suggesting import SuggestedLead, suggested_leads

register = template.Library()
ARROWS = {
    "up": "↑ 提高",
    "down": "↓ 降低",
    "same": "→ 持平",
    "changed": "口径不同",
    "added": "新增",
    "dropped": "取消",
}


@register.simple_tag(takes_context=True)
def year_before(context: dict[str, Any], plan: Plan) -> Plan | None:
    return earlier_plan(plan, context["user"])


@register.simple_tag(takes_context=True)
def leads_before(context: dict[str, Any], plan: Plan) -> dict[int, list[SuggestedLead]]:
    """拟牵头单位 by item."""
    found = suggested_leads(plan, context["user"], context["items"])
    return {one.item.pk: one.suggestions for one in found}


@register.filter
def direction_label(name: str) -> str:
    """Never by the arrow alone."""
    return ARROWS[name]
