"""Who promised what by when: plans, their items, and what they want to reach."""

from plans.models.change import PlanChange
from plans.models.goal import Goal, GoalActual
from plans.models.item import ItemOwner, PlanItem, Target
from plans.models.plan import Confirmed, Plan, Progress
from plans.models.revision import PlanReading, PlanRevision

__all__ = [
    "Confirmed",
    "Goal",
    "GoalActual",
    "ItemOwner",
    "Plan",
    "PlanChange",
    "PlanItem",
    "PlanReading",
    "PlanRevision",
    "Progress",
    "Target",
]
