"""`{% chart page.trend %}` draws what config.charts laid out; nothing where there was nothing to draw."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from config.charts import Chart, LineChart

register = template.Library()


@register.simple_tag
def chart(drawn: Chart | None, *, open: bool = False, table: bool = True) -> SafeString | str:
    """`open`: the table of values is unfolded; without `table` the page has one of its own."""
    if drawn is None:
        return ""
    picture = "charts/_line.html" if isinstance(drawn, LineChart) else "charts/_bars.html"
    context: dict[str, Any] = {"chart": drawn, "picture": picture, "open": open, "table": table}
    return render_to_string("charts/figure.html", context)
