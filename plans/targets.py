"""What a target asks for this year beside what it asked for last year."""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz

# Of what two names measure, the share of characters that both have; past that they are the same figure.
SAME_FIGURE = 65
SHORTEST_NAME = 2

SCALES = {"万亿": Decimal(10**12), "亿": Decimal(10**8), "千万": Decimal(10**7), "百万": Decimal(10**6)}
SCALES["万"] = Decimal(10**4)
SCALED = re.compile(rf"^({'|'.join(SCALES)})(.*)$")
# How a name speaks of its figure, which is not what it measures.
SAID = re.compile(
    r"[\d.,，%‰+－—\-–~～]+|[^\w]|_|力争|争取|确保|预计|计划|全年|全市|总数|总量|累计|达到|达|突破|超过|不少于|不低于|不超过"
    r"|以上|以内|左右|新增|净增|新认定|新组建|新建|新培育|增长|增幅|提高|增加|实现|完成|推动|支持|建设|培育|引进|举办"
)
# How many more, and how many in all: 净增45家 and 达到640家 are no up or down of one another.
MORE = re.compile("新增|净增|新认定|新组建|新建|新培育|增长|增幅|提高|增加|提升|下降|降低|减少|前移")
IN_ALL = re.compile("达到|总数|总量|累计|保有|存量|余额")
# 市级以上孵化器4家 and 国家级孵化器1家 are two figures.
RANK = re.compile("([国省市区县])[家]?级")


class Direction(StrEnum):
    """`changed`: the same figure, stated so that no number is above the other."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    DROPPED = "dropped"


class Quantity(Protocol):
    name: str
    comparator: str
    value: Decimal
    value_max: Decimal | None
    unit: str


class Beside(NamedTuple):
    """One figure of two years; None where a year does not ask for it."""

    then: Quantity | None
    now: Quantity | None
    direction: Direction


def beside(then: Sequence[Quantity], now: Sequence[Quantity]) -> list[Beside]:
    """Each target once: in this year's order, then those that only last year had."""
    found = sorted(
        (-likeness, j, i)
        for j, new in enumerate(now)
        for i, old in enumerate(then)
        if (likeness := same_figure(old, new)) >= SAME_FIGURE
    )
    pairs: dict[int, int] = {}
    for _, j, i in found:
        if j not in pairs and i not in pairs.values():
            pairs[j] = i
    rows = [
        Beside(then[pairs[j]], new, direction(then[pairs[j]], new))
        if j in pairs
        else Beside(None, new, Direction.ADDED)
        for j, new in enumerate(now)
    ]
    left = [old for i, old in enumerate(then) if i not in pairs.values()]
    return rows + [Beside(old, None, Direction.DROPPED) for old in left]


def same_figure(old: Quantity, new: Quantity) -> float:
    """0 to 100: do these measure one thing? The same unit decides between names equally alike."""
    if is_more(old) != is_more(new) and (is_in_all(old) or is_in_all(new)):
        return 0
    ranks = [set(RANK.findall(one.name)) for one in (old, new)]
    if all(ranks) and ranks[0] != ranks[1]:
        return 0
    before, after = measured(old), measured(new)
    if not (before and after):
        return 100 if old.name == new.name else 0
    short, long = sorted((before, after), key=len)
    if len(short) >= SHORTEST_NAME and short in long:
        likeness = 90.0 if short != long else 99.0
    else:
        likeness = fuzz.ratio(before, after)
    same_unit = scaled(old)[1] == scaled(new)[1]
    return likeness + same_unit if likeness >= SAME_FIGURE else 0


def measured(target: Quantity) -> str:
    """The name without its number and the words that only lead to it: 技术合同成交额."""
    unit = re.escape(target.unit)
    name = re.sub(rf"([\d.]\s*){unit}", r"\1", target.name) if unit else target.name
    return SAID.sub("", name)


def is_more(target: Quantity) -> bool:
    return bool(MORE.search(target.name))


def is_in_all(target: Quantity) -> bool:
    return bool(IN_ALL.search(target.name)) and not is_more(target)


def scaled(target: Quantity) -> tuple[Decimal, str]:
    """What one of its unit is worth, and the unit behind: 亿元 is a hundred million 元."""
    found = SCALED.match(target.unit)
    return (SCALES[found[1]], found[2]) if found else (Decimal(1), target.unit)


def direction(old: Quantity, new: Quantity) -> Direction:
    """By the numbers alone; of ranges both ends must go one way."""
    (factor, unit), (now_factor, now_unit) = scaled(old), scaled(new)
    if unit != now_unit:
        return Direction.CHANGED
    before, after = ([end * each for end in ends(one)] for one, each in ((old, factor), (new, now_factor)))
    if before == after:
        return Direction.SAME
    signs = {(b > a) - (b < a) for a, b in zip(before, after, strict=True)} - {0}
    if len(signs) > 1:
        return Direction.CHANGED
    return Direction.UP if signs == {1} else Direction.DOWN


def ends(target: Quantity) -> tuple[Decimal, Decimal]:
    return target.value, target.value if target.value_max is None else target.value_max
