"""Values over days as lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from django.utils.translation import gettext as _

from config.charts.shapes import WIDTH, Chart, Number, Table, Text, plain

APART = 16  # two values closer than that would lie upon each other
INSET = 8  # room for the first day's label beside the figures of the axis


@dataclass(frozen=True)
class Series:
    """A line: its name and its values by day, in any order. `planned`: what should be, not what was."""

    name: str
    points: Sequence[tuple[date, Number]]
    planned: bool = False


@dataclass(frozen=True)
class Mark:
    """A point of a line; `says` on pointing."""

    x: float
    y: float
    says: str
    value: str


@dataclass(frozen=True)
class Line:
    name: str
    look: str
    path: str
    marks: list[Mark]


@dataclass(frozen=True)
class LineChart(Chart):
    lines: list[Line] = field(default_factory=list)
    rungs: list[Text] = field(default_factory=list)
    days: list[Text] = field(default_factory=list)
    labels: list[Text] = field(default_factory=list)
    today: Text | None = None
    left: float = 0
    right: float = 0
    top: float = 0
    base: float = 0

    @property
    def today_x(self) -> float:
        return self.today.x if self.today else 0


def line(
    series: Iterable[Series], *, title: str, today: date | None = None, unit: str = ""
) -> LineChart | None:
    """Values over days, with a mark at `today`. None when there is nothing to draw."""
    drawn = [Series(one.name, sorted(one.points), one.planned) for one in series if one.points]
    if not drawn:
        return None
    plot = Plot(drawn, today, unit)
    lines = plot.lines()
    return LineChart(
        title=title,
        says=_("；").join(told(one, unit) for one in drawn),
        height=plot.height,
        key=[(one.look, one.name) for one in lines],
        table=values_by_day(drawn, unit),
        lines=lines,
        rungs=plot.rungs(),
        days=plot.day_names(),
        labels=labels(lines, plot.right),
        today=plot.today_mark(),
        left=plot.left,
        right=plot.right,
        top=plot.top,
        base=plot.base,
    )


class Plot:
    """Where a day and a value lie in the picture of a line chart."""

    height, top, base, right = 200, 24, 172, WIDTH - 40

    def __init__(self, drawn: list[Series], today: date | None, unit: str) -> None:
        self.drawn, self.today, self.unit = drawn, today, unit
        self.shown = sorted({day for one in drawn for day, _value in one.points})
        days = [*self.shown, today] if today else self.shown
        self.first, self.last = min(days), max(days)
        values = [float(value) for one in drawn for _day, value in one.points]
        self.ticks = ticks(min(values), max(values))
        self.left = 12 + 7 * max(len(plain(tick)) for tick in self.ticks)

    def x(self, day: date) -> float:
        span = (self.last - self.first).days
        share = (day - self.first).days / span if span else 0.5
        return round(self.left + INSET + share * (self.right - self.left - INSET), 1)

    def y(self, value: Number) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.base - (float(value) - low) / (high - low) * (self.base - self.top), 1)

    def lines(self) -> list[Line]:
        """The first that is not planned is the one that matters."""
        looks = {True: iter(["planned"]), False: iter(["actual"])}
        return [self.line(one, next(looks[one.planned], "other")) for one in self.drawn]

    def line(self, one: Series, look: str) -> Line:
        marks = [
            Mark(
                self.x(day),
                self.y(value),
                f"{one.name} {day:%Y-%m-%d} {plain(value)}{self.unit}",
                plain(value),
            )
            for day, value in one.points
        ]
        return Line(one.name, look, "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks), marks)

    def rungs(self) -> list[Text]:
        return [Text(self.left - 6, self.y(tick), plain(tick), "end") for tick in self.ticks]

    def day_names(self) -> list[Text]:
        """As many of the days as can stand beside each other: the first, the last and some between."""
        form, apart = ("%Y-%m", 56) if (self.last - self.first).days > 400 else ("%m-%d", 42)
        end, chosen = self.x(self.shown[-1]), [self.shown[0]]
        for day in self.shown[1:-1]:
            if min(self.x(day) - self.x(chosen[-1]), end - self.x(day)) >= apart:
                chosen.append(day)
        if end - self.x(chosen[0]) >= apart:
            chosen.append(self.shown[-1])
        return [Text(self.x(day), self.base + 18, day.strftime(form)) for day in chosen]

    def today_mark(self) -> Text | None:
        if not self.today:
            return None
        x = self.x(self.today)
        anchor = "end" if x > self.right - 16 else "start" if x < self.left + 16 + INSET else "middle"
        return Text(x, 12, _("今天"), anchor)


def labels(lines: list[Line], right: float) -> list[Text]:
    """The values that are read first: every one of a short single line, else the last of each."""
    if len(lines) == 1 and len(lines[0].marks) <= 9:
        marks = lines[0].marks
        crowded = {mark for mark, after in pairwise(marks) if after.x - mark.x < APART}
        return [Text(mark.x, mark.y - 9, mark.value) for mark in marks if mark not in crowded]
    found: list[Text] = []
    for mark in sorted((one.marks[-1] for one in lines), key=lambda mark: mark.y):
        at_edge = mark.x > right - 24
        label = (
            Text(mark.x + 7, mark.y + 4, mark.value, "start")
            if at_edge
            else Text(mark.x, mark.y - 9, mark.value)
        )
        beside = [other.y for other in found if abs(other.x - label.x) < 40]
        found.append(Text(label.x, max([label.y, *(y + 13 for y in beside)]), label.text, label.anchor))
    return found


def ticks(low: float, high: float) -> list[float]:
    """Round steps from nought, or below it, to above the highest: at most five."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = 10 ** floor(log10((high - low) or 1))
    step = next(
        step * times for times in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if (high - low) / (step * times) <= 4
    )
    if high == low or (high <= 4 and high == int(high)):
        step = max(step, 1)
    first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    return [round(step * n, 6) for n in range(first, last + 1)]


def told(one: Series, unit: str) -> str:
    """The line in words: where it begins and where it stands."""
    (first, start), (last, end) = one.points[0], one.points[-1]
    if len(one.points) == 1:
        return f"{one.name} {last:%Y-%m-%d} {plain(end)}{unit}"
    return _("{name}从{first}的{start}到{last}的{end}").format(
        name=one.name,
        first=f"{first:%Y-%m-%d}",
        start=plain(start) + unit,
        last=f"{last:%Y-%m-%d}",
        end=plain(end) + unit,
    )


def values_by_day(drawn: list[Series], unit: str) -> Table:
    values = [dict(one.points) for one in drawn]
    days = sorted(set().union(*values))
    heads = [one.name + (_("（{name}）").format(name=unit) if unit else "") for one in drawn]
    rows = [
        [f"{day:%Y-%m-%d}", *(plain(found[day]) if day in found else "" for found in values)] for day in days
    ]
    return Table([_("日期"), *heads], rows)
