"""Points as an office writes them: +1, −0.5."""

from decimal import Decimal

from django import template

from config.templatetags.pages import quantity

register = template.Library()


@register.filter
def signed(points: Decimal) -> str:
    if not points:
        return "0"
    return f"{'+' if points > 0 else '−'}{quantity(abs(points))}"
