"""How a unit's name is put together, so that 市发改委 and 云州市发展和改革委员会 are known for the same.

A name is taken apart into the place it stands for, the organ it serves (市委, 市政府) and its own words.
Words often left out are folded. What is a prefix can't be seen for certain (市场监管局 begins with
市 too), so a name has several readings, and two names agree when a reading of each does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from plans.parser.script import simplified

# No unit's name is longer; it bounds what comparing two of them costs.
LONGEST = 100
WORD = 2
NATION = "国家"
_FOLDS = [
    (re.compile(pattern), short)
    for pattern, short in (
        (r"[\s·、，“”\"《》]", ""),
        ("^(?:中国共产党|中共)", ""),
        ("^(?:中华人民共和国|中华全国|中国|全国)", NATION),
        ("委员?会|(?<=监)会$", "委"),  # 证监会 is a 委员会
        ("(?<=街道)(?:办事处|办)$|(?<=[乡镇])(?:人民)?政府$", ""),
        ("办公[室厅]|办事处", "办"),
        ("(?:最高|高级|中级)?(?:人民)?(?=法院|检察院)|人民(?=政府)", ""),
        ("政府", "府"),
        ("联合会", "联"),
        ("协会", "协"),
        ("[和与及暨]", ""),
    )
]
_HAN = r"[\u4e00-\u9fff]"
_KIND = "(?:自治[区州县旗]|[省市县区盟旗])"
# At least two characters and what kind of place it is; a county's name may be one: 云州市, 石城县, 易县.
_PLACE = re.compile(rf"{_HAN}{{2,7}}?{_KIND}|{_HAN}县")
# The place within it: 云州市石城县. Shorter, or 云州市自然保护区管理局 would be a place's too.
_WITHIN = re.compile(rf"{_HAN}{{2,3}}?{_KIND}|{_HAN}县")
_MOST_PLACES = 3
_LEVEL = re.compile(f"自治区|[省市州盟县区旗]|{NATION}")
# Words that begin like a level, where nothing else says of what level a unit is.
_NO_LEVEL = re.compile("市场|市容|市政(?![府务协法])|[区县]域|区块|省级")
_BRACKET = re.compile(r"^(.+?)[(（]([^()（）]+)[)）]$")


class Place(NamedTuple):
    """云州市; the name is empty where only the level is known."""

    name: str = ""
    level: str = ""

    @property
    def stem(self) -> str:
        return self.name.removesuffix(self.level).removesuffix("自治")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take a name apart; `stated` when the name itself tells the place or the level."""

    words: str
    place: Place
    organ: str = ""
    stated: bool = False

    def agrees(self, known: "Reading") -> bool:
        """Neither is of another place, level or organ than the other."""
        if self.organ and known.organ and self.organ != known.organ:
            return False
        if self.place.name and known.place.name:
            return self.place.name == known.place.name
        levels = {self.place.level, known.place.level}
        return len(levels) == 1 or "" in levels and self.place.level != NATION

    def same_words(self, known: "Reading") -> bool:
        """A single character (市委) is a name only behind its place."""
        return self.words == known.words and (len(self.words) > 1 or self.stated and known.stated)

    def may_abbreviate(self, known: "Reading") -> bool:
        """One is characters of the other, in order, with its first and last: 发改委, 发展改革委.

        The last is what kind of unit it is; where it occurs oftener the longer is a part of the shorter
        (公安局东湖分局). A printed name that only adds to a known one may add a word (高新技术处, 高新处):
        水利水电工程管理局 is more than a 水利局.
        """
        short, long = sorted((self.words, known.words), key=len)
        if len(short) < 2 or short[0] != long[0] or short[-1] != long[-1]:
            return False
        if short.count(short[-1]) != long.count(short[-1]):
            return False
        adds_only = long == self.words and long.startswith(short[:-1])
        rest = iter(long)
        return all(letter in rest for letter in short) and not (adds_only and len(long) > len(short) + WORD)


def readings(name: str, home: Place) -> set[Reading]:
    """Every way to read the name in this place, which it is of when it names none."""
    return {reading for text in _spellings(name) for reading in _read(fold(text), home)}


def place_of(names: Iterable[str], above: Place) -> Place:
    """Where a unit of these names is at home, as they tell; else where the unit above it is."""
    texts = [fold(name) for name in names]
    for text in texts:
        if places := list(_places(text)):
            return places[-1][0]
    if above.level:
        return above
    found = (match for text in texts if not _NO_LEVEL.match(text) and (match := _LEVEL.match(text)))
    return next((Place("", match.group()) for match in found), above)


def fold(name: str) -> str:
    """The name without what is as often left out as printed."""
    name = simplified(name[:LONGEST])
    for pattern, short in _FOLDS:
        name = pattern.sub(short, name)
    return name


def _spellings(name: str) -> Iterator[str]:
    """A bracket holds another name: 市委文明办（创城办）."""
    yield name
    if match := _BRACKET.match(name[:LONGEST]):
        yield from match.groups()


def _read(text: str, home: Place) -> Iterator[Reading]:
    if home.name and (at := text.find(f"局{home.name}")) >= 0:  # 国家税务总局云州市税务局
        yield Reading(text[at + 1 + len(home.name) :], home, stated=True)
        return
    if not home.name or not text.startswith(home.name):
        yield Reading(text, home)
    for place, end in _prefixes(text, home):
        words = text[end:] or "府" * (text == place.name)  # 石城县 is its government
        if words:
            yield Reading(words, place, stated=True)
        if len(words) > 2 and words[0] in "委府":  # 市委组织部 is often just 组织部
            yield Reading(words[1:], place, organ=words[0], stated=True)


def _prefixes(text: str, home: Place) -> Iterator[tuple[Place, int]]:
    """Every place that the name may begin with, and where its own words then start."""
    yield from _places(text)
    if match := _LEVEL.match(text):
        level = match.group()
        yield home if level == home.level else Place("", level), match.end()
    if home.stem and text.startswith(home.stem) and not text.startswith(home.name):  # 云州海关
        yield home, len(home.stem)


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """云州市, then 石城县 within it."""
    at = 0
    for _ in range(_MOST_PLACES):
        match = (_WITHIN if at else _PLACE).match(text, at)
        if match is None:
            return
        name, at = match.group(), match.end()
        level = "自治区" if name.endswith("自治区") else name[-1]
        yield Place(name, level), at
