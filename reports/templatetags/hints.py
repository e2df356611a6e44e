"""填报提示 beside the reports of a task, for who may see them."""

from collections import defaultdict
from typing import Any

from django import template

from reports.hints.page import may_look
from reports.models import ReportHint
from tasks.models import Task

register = template.Library()
Hints = dict[int, list[ReportHint]]


@register.simple_tag(takes_context=True)
def hints_of(context: dict[str, Any], task: Task) -> Hints:
    """By report. Who can have none costs no query."""
    found: Hints = defaultdict(list)
    if may_look(context["user"]):
        hints = ReportHint.objects.visible_to(context["user"]).filter(report__task=task.pk)
        for hint in hints.order_by("id"):
            found[hint.report_id].append(hint)
    return dict(found)


@register.filter
def about(hints: Hints, report: int) -> list[ReportHint]:
    return hints.get(report, [])
