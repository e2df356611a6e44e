"""What was searched for, marked where it was found."""

import re
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
BEFORE, LONG = 20, 90


@register.filter
def marked(text: str, words: Iterable[str]) -> SafeString:
    """The text, every word in it marked whatever its capitals."""
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.I)
    pieces = (("<mark>{}</mark>" if at % 2 else "{}", part) for at, part in enumerate(parts))
    return format_html_join("", "{}", ((format_html(how, part),) for how, part in pieces))


@register.filter
def around(text: str, words: Iterable[str]) -> str:
    """A line of it about the first word that is found; nothing where none is."""
    flat = " ".join(text.split())
    found = [at for word in words if (at := flat.lower().find(word.lower())) >= 0]
    if not found:
        return ""
    start = max(0, min(found) - BEFORE)
    end = start + LONG
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
