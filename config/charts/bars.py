"""Figures beside each other as bars, whole or in pieces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from config.charts.shapes import WIDTH, Chart, Number, Table, cut, plain

ROW = 36  # of the picture, for a name and its bar


@dataclass(frozen=True)
class Piece:
    """A part of a stacked bar; `look` is a class of the sheet: red, yellow, green, blue, grey."""

    label: str
    value: int
    look: str


@dataclass(frozen=True)
class Bar:
    """A row of bars. `mark`: what the value is compared with (the share of time passed), a stroke across."""

    name: str
    value: Number | None = None
    mark: Number | None = None
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True)
class Block:
    """A rectangle of a bar; `text` stands in it where there is room."""

    x: float
    width: float
    look: str
    says: str
    text: str = ""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Row:
    """A bar in the picture: its name and value above, the blocks below, `mark` across them."""

    y: float
    name: str
    value: str
    says: str
    blocks: list[Block]
    mark: float | None = None


@dataclass(frozen=True)
class BarChart(Chart):
    rows: list[Row] = field(default_factory=list)


def bars(
    rows: Iterable[Bar],
    *,
    title: str,
    heads: tuple[str, str],
    mark: str = "",
    unit: str = "",
    most: Number = 0,
) -> BarChart | None:
    """A bar for each value, the names above; `heads` of the table, `mark`: what the stroke across means."""
    drawn = [row for row in rows if row.value is not None]
    if not drawn:
        return None
    most = float(max([most, *(row.value for row in drawn), *(row.mark or 0 for row in drawn)])) or 1
    shown = [single(row, place, most, unit, mark) for place, row in enumerate(drawn)]
    lines = [[row.name, plain(row.value) + unit, *([marked(row, unit)] if mark else [])] for row in drawn]
    return BarChart(
        title=title,
        says=_("；").join(row.says for row in shown),
        height=ROW * len(shown) + 4,
        key=[("bar-fill", heads[1]), ("stroke", mark)] if mark else [],
        table=Table([*heads, *([mark] if mark else [])], lines),
        rows=shown,
    )


def single(row: Bar, place: int, most: float, unit: str, mark: str) -> Row:
    value, across = plain(row.value) + unit, None
    says = f"{row.name} {value}"
    if row.mark is not None:
        across = round(float(row.mark) / most * WIDTH, 1)
        says += enclosed(f"{mark} {marked(row, unit)}")
    block = Block(0, round(max(float(row.value), 0) / most * WIDTH, 1), "bar-fill", says)
    return Row(place * ROW, cut(row.name), value, says, [block], across)


def marked(row: Bar, unit: str) -> str:
    return "—" if row.mark is None else plain(row.mark) + unit


def stacked(rows: Iterable[Bar], *, title: str, heads: tuple[str, str]) -> BarChart | None:
    """Each row's pieces side by side, all to one scale; every row has the same kinds of pieces."""
    drawn = [row for row in rows if any(piece.value for piece in row.pieces)]
    if not drawn:
        return None
    most = max(sum(piece.value for piece in row.pieces) for row in drawn)
    shown = [stack(row, place, most) for place, row in enumerate(drawn)]
    kinds = drawn[0].pieces
    lines = [
        [row.name, str(sum(piece.value for piece in row.pieces)), *(str(piece.value) for piece in row.pieces)]
        for row in drawn
    ]
    return BarChart(
        title=title,
        says=_("；").join(row.says for row in shown),
        height=ROW * len(shown) + 4,
        key=[(piece.look, piece.label) for piece in kinds],
        table=Table([*heads, *(piece.label for piece in kinds)], lines),
        rows=shown,
    )


def stack(row: Bar, place: int, most: int) -> Row:
    blocks, x = [], 0.0
    for piece in row.pieces:
        if piece.value:
            wide = piece.value / most * WIDTH
            text = str(piece.value) if wide >= 8 * len(str(piece.value)) + 4 else ""
            says = f"{row.name} {piece.label} {piece.value}"
            blocks.append(Block(round(x, 1), round(wide, 1), piece.look, says, text))
            x += wide
    total = sum(piece.value for piece in row.pieces)
    parts = _("、").join(f"{piece.label}{piece.value}" for piece in row.pieces if piece.value)
    return Row(place * ROW, cut(row.name), str(total), f"{row.name} {total}{enclosed(parts)}", blocks)


def enclosed(text: str) -> str:
    return _("（{name}）").format(name=text)
