"""The numbers that Word prints before paragraphs and stores nowhere: counted here as Word counts them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plans.readers.word.markup import Properties, Walker, is_on, number
from plans.readers.word.numerals import printed
from plans.readers.word.styles import Look, Styles
from plans.readers.word.symbols import bullet, in_font

_LEVELS = 9
# A list may stand for a style, which stands for a list …; longer, it goes in a circle.
_LONGEST_CHAIN = 5
_PLACE = re.compile("%([1-9])")
# A format of the author's own is written for new programs, and beside it one for old programs.
_OWN_FORMAT = "mc:AlternateContent/mc:Choice/numFmt"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered; `in_digits` is said of the numbers of levels above it."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = " "
    in_digits: bool = False
    restarts_after: int | None = None
    font: str = ""

    @classmethod
    def of(cls, properties: Properties) -> "Level":
        hidden = is_on(properties, "rPr/vanish")
        start = number(properties.get("start"))
        return cls(
            1 if start is None else start,
            properties.get(_OWN_FORMAT) or properties.get("numFmt", "decimal"),
            "" if hidden else properties.get("lvlText", ""),
            "" if hidden or properties.get("suff") == "nothing" else " ",
            bool(is_on(properties, "isLgl")),
            number(properties.get("lvlRestart")),
            properties.get("rPr/rFonts", ""),
        )

    def restarts(self, after: int) -> bool:
        """Whether an entry of the level `after` (from 0), higher up, makes this one begin anew."""
        return self.restarts_after is None or after < self.restarts_after


@dataclass(slots=True)
class _Definition:
    """A list as designed; several lists in the text may follow it, and then share its numbers."""

    levels: dict[int, Level] = field(default_factory=dict)
    by_style: dict[str, int] = field(default_factory=dict)
    link: str = ""


@dataclass(slots=True)
class _List:
    """A list in the text, and where it departs from its definition."""

    definition: str = ""
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Counters:
    """How far each definition has been counted, in one run of text."""

    values: dict[str, list[int | None]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)


class Numbering(Walker):
    """The part `numbering`."""

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self._styles = styles
        self._definitions: dict[str, _Definition] = {}
        self._lists: dict[str, _List] = {}
        self._definition, self._list, self._override = _Definition(), _List(), 0
        self._in_override = False

    def label(self, counters: Counters, list_id: str | None, level: int | None, look: Look) -> str:
        """The number of the next paragraph in this list, with the blank behind it; "" where it has none."""
        found = self._lists.get(list_id or "0")
        name = self._resolved(found.definition) if found and list_id != "0" else None
        if name is None:
            return ""
        definition = self._definitions[name]
        level = _level_of(look, definition) if level is None else level
        levels = definition.levels | found.levels
        if level not in levels:
            return ""
        values = counters.values.setdefault(name, [None] * _LEVELS)
        anew = level in found.starts and (list_id, level) not in counters.begun
        counters.begun.add((list_id, level))
        if anew:
            values[level] = found.starts[level]
        else:
            values[level] = levels[level].start if values[level] is None else values[level] + 1
        _follow(levels, level, values)
        return _shown(levels, level, values)

    def _resolved(self, name: str) -> str | None:
        """The definition that has levels: one may only name a style, whose list has another."""
        for _ in range(_LONGEST_CHAIN):
            definition = self._definitions.get(name)
            if definition is None:
                return None
            linked = self._lists.get(self._styles.list_of(definition.link) or "") if definition.link else None
            if linked is None or definition.levels:
                return name
            name = linked.definition
        return None

    def _begin(self, attributes: dict[str, str]) -> None:
        self._definition = self._definitions[attributes.get("abstractNumId", "")] = _Definition()

    def _linked(self, attributes: dict[str, str]) -> None:
        self._definition.link = attributes.get("val", "")

    def _begin_list(self, attributes: dict[str, str]) -> None:
        self._list = self._lists[attributes.get("numId", "")] = _List()

    def _follows(self, attributes: dict[str, str]) -> None:
        self._list.definition = attributes.get("val", "")

    def _begin_override(self, attributes: dict[str, str]) -> None:
        self._in_override, self._override = True, number(attributes.get("ilvl")) or 0

    def _started(self, attributes: dict[str, str]) -> None:
        start = number(attributes.get("val"))
        self._list.starts[self._override] = 1 if start is None else start

    def _end_override(self) -> None:
        self._in_override = False

    def _level(self, properties: Properties) -> None:
        level = number(properties.get("@ilvl"))
        if level is None or level >= _LEVELS:
            return
        if self._in_override:
            self._list.levels[level] = Level.of(properties)
            return
        self._definition.levels[level] = Level.of(properties)
        if "pStyle" in properties:
            self._definition.by_style.setdefault(properties["pStyle"], level)

    opens = {
        "abstractNum": _begin,
        "numStyleLink": _linked,
        "num": _begin_list,
        "abstractNumId": _follows,
        "lvlOverride": _begin_override,
        "startOverride": _started,
    }
    closes = {"lvlOverride": _end_override}
    gathers = {"lvl": _level}


def _follow(levels: dict[int, Level], level: int, values: list[int | None]) -> None:
    """Levels above that had no entry yet count as if they had one; those below begin anew."""
    for above in range(level):
        if values[above] is None:
            values[above] = levels.get(above, Level()).start
    for below in range(level + 1, _LEVELS):
        if below not in levels or levels[below].restarts(level):
            values[below] = None


def _level_of(look: Look, definition: _Definition) -> int:
    """The level that the nearest style has, be it the list or the style that says so."""
    stated = (definition.by_style.get(style, level) for style, level in look.chain)
    return next((level for level in stated if level is not None), 0)


def _shown(levels: dict[int, Level], level: int, values: Sequence[int | None]) -> str:
    shape = levels[level]
    if shape.style == "bullet":
        text = bullet(shape.text, shape.font)
    else:
        text = in_font(
            _PLACE.sub(lambda place: _number(place, levels, level, values), shape.text), shape.font
        )
    return text + shape.suffix if text.strip() else ""


def _number(place: re.Match, levels: dict[int, Level], level: int, values: Sequence[int | None]) -> str:
    at = int(place.group(1)) - 1
    shape, value = levels.get(at, Level()), values[at]
    if value is None or shape.style in ("bullet", "none"):
        return ""
    return printed(value, "decimal" if levels[level].in_digits and at < level else shape.style)
