"""Which letters the reader of a page may have."""

from typing import Any

from django import template

from plans.org.models import User
from reports.letters.contents import Kind, kinds_for
from tasks.access import may_ask_for_letters
from tasks.models import Task

register = template.Library()


@register.simple_tag(takes_context=True)
def letters_of(context: dict[str, Any], task: Task) -> list[Kind]:
    """The kinds of letters about a task."""
    return kinds_for(context["user"], task)


@register.filter
def may_have_letters_of(user: User, department: int) -> bool:
    return may_ask_for_letters(user, department)
