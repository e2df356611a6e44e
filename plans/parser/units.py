"""Names of units in a list as a plan prints it; groups without a name are nobody."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_BRACKETED = r"[（(][^（()）]*[)）]"
# 、，； and blanks part names, but not inside a name's own brackets (县（市、区）).
_PIECE = re.compile(rf"(?:{_BRACKETED}|[^、，,；;\s])+")
# An organ's own ending; with it alone a bare bracket tells that it names units.
_ORGAN = (
    "(?:(?<![布格结全大])局|委|(?<![通督])办|厅|署|委员会|办公室|政府|部|法院|检察院|管委会|总社|联社|银行|支行|分行|总队|支队|大队|政协|人大|工会|妇联|残联"
    "|科协|文联|侨联|社科联|工商联|红十字会|党校|街道|办事处|中心|集团|公司|研究院|总工会|供销社|站|股|处|科|室|镇|乡"
    "|(?<!开)发区|开发区|高新区|经开区|新区|示范区|度假区|产业园区?)"
)
_UNIT = (
    "(?:[部委局厅办院会处室科股社站所区县市校组乡镇村馆署行队台厂场园联协班段团]|中心|政府|公司|集团|大学|联盟|街道|社区|基地|检察院"
    "|人大|政协|机构|单位|部门|移动|联通|电信|铁塔|邮政|网络|烟草|城投|交投|国网|企业)"
)
_ASIDE = rf"(?:{_BRACKETED})?"
_ENDS_AS_ORGAN = re.compile(rf"{_ORGAN}{_ASIDE}$")
_ENDS_AS_UNIT = re.compile(rf"{_UNIT}{_ASIDE}$")
_PLACES = (
    "(?:部门|单位|处室|科室|股室|地区|市区|县区|区县|县市区|市县|乡镇|镇街|街镇|街道|园区|区|县|市|镇|乡|村|社区"
    "|学校|企业)"
)
# Groups without a name can't be held to account.
_UNNAMED = re.compile(
    rf"^(?:各|有关|相关|其他|其它|全体|所有|属地|局属|(?:市|省|县|区|州|局)直(?!机关)|全(?:市|县|区|局|省|镇|乡|院|校))"
    rf"|(?:各|有关|相关|其他){_PLACES}|^(?:以下|均|由|等|含|包括|包含|其中|不含|详见|简称)"
    "|下同|第一位|首位|为牵头|不再列出"
    rf"|^(?:乡镇|镇街|街镇|县区|区县|县市区|市县|县级市|园区)?{_ASIDE}(?:人民政府|党委政府|政府|管委会)?$"
    rf"|^{_PLACES}{_ASIDE}$"
    rf"|^[厅局委办部院校]?(?:直属|下属|所属|二级|内设|派出)(?:企?事业|企业)?(?:单位|机构|部门|处室|科室){_ASIDE}$"
    "|^(?:建设|施工|成员|轮值|挂点|帮扶|联系|实施|主体|主办|协办|参与|组织|责任|牵头|配合|主管|业务|职能|用人|企业|参建|项目|承办|行业主管|领导小组成员|试点)(?:单位|部门|企业)$|成员单位$"
)
# 各县、区政府: the rest of a group that 、 has parted.
_GOES_ON = re.compile(
    rf"^(?:{_PLACES}|开发区|功能区|新区){_ASIDE}(?:人民政府|政府|管委会|办事处|党工?委)?{_ASIDE}[。.]?$"
)
# What else such a list may end with: （责任单位：甲局，6月底前）.
_WHEN = re.compile(
    r"^(?:\d{1,4}\s?[年月./\-－—]|年[底内末中]|全年|今年|[上下]半年|第?[一二三四]季度|每[个半]?[月季年周]|长期|持续|常态|立即|立行|贯穿"
    r"|按职责|完成|定期)"
)
_OTHERS = re.compile(r"(?<![高初中平同均])等(?:$|[^、]*$)")
# 甲局和乙局 are two; 发展和改革局 is one.
_AND = re.compile(rf"(?<=[局委办厅部署院会府社行司团镇])(?:和|与|及|以及|/)(?=[\u4e00-\u9fff]+?{_UNIT}$)")
# What a bracket behind a name says of its part: 甲局（牵头）, 甲局（排名第一的为牵头单位）.
_PART = re.compile(
    r"[（(](?P<part>[^（()）]*(?:牵头|配合|协助|参与|主办|协办|负责|首位|第一)[^（()）]*)[)）]$"
)
_NAME = re.compile(r"[\u4e00-\u9fff]")
_LONGEST, _LONGEST_OTHER = 40, 15
# With another beside it (甲局和乙局), and brackets behind.
_LONGEST_PIECE = 200


class Name(NamedTuple):
    """A unit as printed, with what a bracket behind it says of its part (牵头), if anything."""

    text: str
    start: int
    end: int
    part: str = ""


class _Part(NamedTuple):
    name: str
    start: int
    part: str


@lru_cache(maxsize=4096)  # a plan prints the same offices again and again
def is_unit(name: str) -> bool:
    """Whether a name ends as units' names do."""
    return bool(_ENDS_AS_UNIT.search(name))


def is_organ(name: str) -> bool:
    """Whether a name can hardly be anything but an office's or a company's."""
    return len(name) >= 3 and bool(_ENDS_AS_ORGAN.search(name)) and not _UNNAMED.search(name)


def names(text: str, start: int, end: int) -> list[Name]:
    """The named units of a list as printed; 等, dates and unnamed groups are left out."""
    found: list[tuple[Name, int]] = []
    each, stretch, last = False, 0, start
    for piece in _PIECE.finditer(text, start, end):
        stretch += text[last : piece.start()].isspace()
        last = piece.end()
        words = piece.group()
        each = words.startswith("各") or each and bool(_GOES_ON.match(words))
        if not each and 2 <= len(words) <= _LONGEST_PIECE:
            shift = piece.start()
            found += [
                (Name(name, shift + at, shift + at + len(name), part), stretch)
                for name, at, part in _names_in(words)
            ]
    return _without_others(found)


def _without_others(found: list[tuple[Name, int]]) -> list[Name]:
    """Names with the stretch between blanks each stands in; what follows a blank may be something else.

    甲局 张三, 甲局 东片、西片: beside a unit, a stretch that begins with none names no units.
    """
    if not any(is_unit(name.text) for name, _ in found):
        return [name for name, _ in found]
    opening = {at: name for name, at in reversed(found)}
    return [name for name, at in found if at == 0 or is_unit(name.text) or is_unit(opening[at].text)]


@lru_cache(maxsize=4096)
def _names_in(words: str) -> tuple[_Part, ...]:
    """The names in a piece of a list, each with its place in it."""
    return tuple(name for name in (_name(*piece) for piece in _split(words)) if name)


def _split(words: str) -> Iterator[tuple[str, int]]:
    at = 0
    for match in _AND.finditer(words):
        yield words[at : match.start()], at
        at = match.end()
    yield words[at:], at


def _name(words: str, start: int) -> _Part | None:
    if not _NAME.search(words):
        return None
    named = _OTHERS.sub("", words)
    part = _PART.search(named)
    named = named[: part.start()] if part else named
    name = named.strip(" 。.：:*“”")
    longest = _LONGEST if is_unit(name) else _LONGEST_OTHER
    if not 2 <= len(name) <= longest or not _NAME.search(name):
        return None
    if _UNNAMED.search(name) or _WHEN.match(name):
        return None
    return _Part(name, start + words.index(name), part["part"] if part else "")
