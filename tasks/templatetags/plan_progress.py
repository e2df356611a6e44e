"""What the list of plans shows of their tasks: how many are done, of how many."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template
from django.db.models import Count, Q

from plans.models import Plan
from tasks.models import Task
from tasks.states import Status

register = template.Library()
DONE = Q(status__in=[Status.COMPLETED, Status.CLOSED])


class Done(NamedTuple):
    done: int
    tasks: int

    @property
    def percent(self) -> int:
        return self.done * 100 // self.tasks


@register.simple_tag(takes_context=True)
def tasks_done(context: dict[str, Any], plans: Iterable[Plan]) -> dict[int, Done]:
    """By plan, of whole tasks that the reader sees and nobody ended; plans without any are left out."""
    mine = Task.objects.visible_to(context["user"]).filter(plan__in=list(plans), parent=None)
    counted = mine.exclude(status=Status.CANCELLED).order_by().values_list("plan")
    return {
        plan: Done(done, tasks)
        for plan, tasks, done in counted.annotate(Count("pk"), done=Count("pk", filter=DONE))
    }
