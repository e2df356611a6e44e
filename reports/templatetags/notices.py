"""How messages are shown."""

import re

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from reports.models import Notification

register = template.Library()


@register.filter
def with_links(notice: Notification) -> SafeString:
    """A message's text, its tasks' codes as links to them."""
    pages = {escape(task.code): reverse("tasks:detail", args=[task.pk]) for task in notice.tasks}
    text = linebreaksbr(notice.text)
    if not pages:
        return text
    # A part's code begins with that of its whole: only a whole code is one.
    codes = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, pages))})(?![\w-])")
    linked = codes.sub(
        lambda found: format_html('<a href="{}">{}</a>', pages[found[1]], mark_safe(found[1])), text
    )
    return mark_safe(linked)  # noqa: S308 -- escaped above
