"""Charts as geometry, to be drawn by the server as inline SVG: lines, bars, stacked bars.

A view makes one, a template draws it (`config/templatetags/charts.py`):

    chart = charts.line(
        [Series("计划", [(date, 0), (date, 80)], planned=True), Series("实际", [(date, 12), …])],
        title=_("年度目标进度"), today=today, unit="家",
    )                                   # None when no series has a point

    {% load charts %}{% chart page.chart %}              the figure, its key and its values as a table
    {% chart page.chart open=True %}                     the table unfolded; table=False: the page has its own

What is planned is drawn dashed and hollow, what was is solid, others dotted: told apart without colour.
Coordinates are those of a picture WIDTH wide, which the page scales; on a phone it is shown about as large as
it is drawn, so what does not overlap here overlaps nowhere. Names are cut to fit the picture (whole in the
table and on pointing). Nothing here knows tasks or plans.
"""

from config.charts.bars import Bar, BarChart, Piece, bars, stacked
from config.charts.lines import LineChart, Series, line
from config.charts.shapes import Chart

__all__ = ["Bar", "BarChart", "Chart", "LineChart", "Piece", "Series", "bars", "line", "stacked"]
