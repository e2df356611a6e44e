"""What the page of a plan shows of the years before: the plan to compare with, and who had the same work."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import template

from plans.models import Plan
from tasks.suggesting import SuggestedLead, readable_before, suggested_leads

register = template.Library()
ARROWS = {
    "up": "↑ 提高",
    "down": "↓ 降低",
    "same": "→ 持平",
    "changed": "口径不同",
    "added": "新增",
    "dropped": "取消",
}


@dataclass
class Before:
    """What there was before this plan; asked of the database once, and only for what the page shows."""

    asked: Plan
    context: dict[str, Any]

    @cached_property
    def plans(self) -> list[Plan]:
        return list(readable_before(self.asked, self.context["user"]))

    @property
    def plan(self) -> Plan | None:
        """To compare with: the latest of an earlier year."""
        return next((plan for plan in self.plans if plan.year < self.asked.year), None)

    @cached_property
    def leads(self) -> dict[int, list[SuggestedLead]]:
        """拟牵头单位 by item."""
        names, items = self.context.get("names"), self.context["items"]
        known = {"earlier": self.plans, "active": names.units if names else None}
        found = suggested_leads(self.asked, self.context["user"], items, **known)
        return {one.item.pk: one.suggestions for one in found}


@register.simple_tag(takes_context=True)
def years_before(context: dict[str, Any], plan: Plan) -> Before:
    return Before(plan, context)


@register.filter
def direction_label(name: str) -> str:
    """Never by the arrow alone."""
    return ARROWS[name]
