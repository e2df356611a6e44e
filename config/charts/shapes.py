"""What charts of every kind share: words, tables, and how figures and names are put into a picture."""

from dataclasses import dataclass
from decimal import Decimal
from unicodedata import east_asian_width

from config.templatetags.pages import quantity

WIDTH = 360
Number = int | float | Decimal


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Table:
    """The values of a chart, as they are read out."""

    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Chart:
    """`says` tells the picture in words; `key`: (look, name) of what is drawn."""

    title: str
    says: str
    height: float
    key: list[tuple[str, str]]
    table: Table
    width: int = WIDTH


def plain(value: Number) -> str:
    return quantity(round(value, 4) if isinstance(value, float) else value)


def cut(name: str, most: int = 44) -> str:
    """As much of a name as the picture has room for; a Chinese character takes the room of two letters."""
    room, kept = most, ""
    for letter in name:
        room -= 2 if east_asian_width(letter) in "WF" else 1
        if room < 0:
            return kept + "…"
        kept += letter
    return kept
