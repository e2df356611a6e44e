"""Lights and states as people read them: never by colour alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tasks.lights import Light
from tasks.models import Attachment
from tasks.previews import making
from tasks.states import Status

register = template.Library()


@register.filter
def light(name: str) -> SafeString:
    """A coloured dot and the word."""
    label = Light(name).label if name in Light.values else "—"
    return format_html('<span class="light {}">{}</span>', name, label)


@register.filter
def status_label(name: str) -> str:
    return Status(name).label if name in Status.values else name


@register.filter
def is_shown(file: Attachment) -> bool:
    """Can it be looked at without being downloaded?"""
    return making.is_shown(file)
