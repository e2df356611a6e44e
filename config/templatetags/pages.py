"""What every page's template needs: bars, quantities, links that keep the other parameters."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

register = template.Library()
COMPARATORS = {"=": "", ">=": "≥ ", "<=": "≤ ", "~": gettext_lazy("约 ")}


@register.simple_tag
def bar(percent: int, light: str = "") -> SafeString:
    """A progress bar as inline SVG: it prints, and needs no style attribute. The figure stands beside it."""
    width = max(0, min(100, percent))
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="6"/><rect class="fill" width="{}" height="6"/></svg>',
        light,
        width,
    )


@register.filter
def quantity(value: Decimal | str | float | None) -> str:
    """800, not 800.0000."""
    if value is None or value == "":
        return ""
    plain = Decimal(str(value)).normalize()
    return f"{plain:f}"


@register.filter
def member(row: Any, name: str) -> Any:
    """A member of a target, whether it comes as a row or as the JSON of a list."""
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


@register.filter
def asked(target: Any) -> str:
    """What a target asks for: ≥ 800 家."""
    low, high = quantity(member(target, "value")), quantity(member(target, "value_max"))
    span = f"{low}–{high}" if high else f"{COMPARATORS.get(member(target, 'comparator'), '')}{low}"
    return f"{span} {member(target, 'unit')}".strip()


@register.simple_tag(takes_context=True)
def keep(context: dict[str, Any], **changes: Any) -> str:
    """This page's parameters with some changed; None takes one away. The old list's cursor goes."""
    parameters = context["request"].GET.copy()
    for name, value in {"cursor": None, **changes}.items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = value
    return f"?{parameters.urlencode()}"
