"""Units named as responsible in an explicit notation."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plans.parser.document import Span
from plans.parser.model import Owner

LEAD, PLAIN, COOPERATING = "lead", "plain", "cooperating"
_UNIT = "(?:责任)?(?:单位|部门|处室|科室|机构)"
LABELS = (
    (LEAD, rf"(?:共同)?牵头{_UNIT}|牵头|主办{_UNIT}|主责{_UNIT}"),
    (PLAIN, rf"责任(?:主体|{_UNIT})|负责{_UNIT}|承办{_UNIT}|实施{_UNIT}|落实{_UNIT}|完成{_UNIT}|责任分工"),
    (COOPERATING, rf"(?:配合|协办|协同|参与|参加|会办|协作|协助|会同|支持){_UNIT}|配合|协办"),
)
_LABEL = re.compile("(?:" + "|".join(f"(?P<{role}>{words})" for role, words in LABELS) + r")\s*[:：]")
# Any other field of such a bracket ends the list of units (适用范围：, 完成时限：, 责任人：).
_OTHER_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}\s*[:：]")
_VERB = (
    r"(?:共同|具体|分别|统筹)?(?:按(?:照)?(?:各自)?职责(?:分工)?)?(?:分工|分别|共同|具体)?"
    r"(?P<verb>牵头(?:负责|落实|组织|实施|推进)*|负责(?:落实|实施|组织|推进)?|指导|落实|组织实施|实施|承担|主办"
    r"|配合|参与|参加|协助|协办|协同|支持)(?:配合|落实|实施|推进)?"
)
_ACTS = re.compile(rf"^(?:由)?(?P<names>(?:.*?[^、])??){_VERB}$")
_COOPERATE = re.compile("^(?:配合|参与|参加|协助|协办|协同|支持)")
_WITH = re.compile("会同")
_ENDS_AS_UNIT = re.compile(
    r"(?:部|委|局|厅|办|院|会|处|室|科|中心|政府|公司|集团|银行|署|总社|社|总行|站|所|区|县|市|校|大学|学院|联盟|组|乡|镇|街道|基地|馆"
    r"|支队|总队|大队|法院|检察院|组织部|宣传部|机构|单位|部门|[)）])$"
)
# Groups without a name can't be held to account.
_UNNAMED = re.compile(
    r"^(?:各|有关|相关|其他|其它|全体|所有|市直|省直)|(?:各|有关|相关|其他)(?:部门|单位|处室|科室|地区|区|县|市)|^(?:以下|均)"
)
# What else such a list may end with: （责任单位：甲局，6月底前）.
_WHEN = re.compile(
    r"^(?:20\d\d年|\d{1,2}月|年[底内末]|全年|[上下]半年|[一二三四]季度|每[个半]?[月季年周]|长期|持续|常态化|立即)"
)
_AND_OTHERS = re.compile(r"(?<![高初中平同均])等(?:$|[^、]*$)")
_BRACKET = re.compile(r"[（(\[【）)\]】]")
_SEPARATOR = re.compile(r"[、，,；;\n]|\s+")
_SEGMENT = re.compile(r"[，,；;]")
_STOP = re.compile(r"[。\n；;]")


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    role: str
    start: int
    end: int


def owners(text: str, start: int, end: int) -> tuple[Owner, ...]:
    """The units of every responsibility notation in the stretch, each once, lead before cooperating."""
    named: list[_Named] = []
    at = start
    for bracket in _brackets(text, start, end):
        inner = _first_sentence(text, bracket)
        found = list(_labelled(text, inner.start, inner.end, whole=True)) or list(_acting(text, inner))
        if found:  # any other bracket may be part of a unit's name
            named += [*_labelled(text, at, bracket.start - 1), *found]
            at = bracket.end + 1
    named += _labelled(text, at, end)
    return merged(named)


def listed(text: str, start: int, end: int, role: str) -> tuple[Owner, ...]:
    """The units of a place that holds nothing else: a table's cell, or a heading that is a unit's name."""
    return merged(_by_role(list(_names(text, start, end)), role, False))


def in_cell(text: str, cell: Span, role: str) -> tuple[Owner, ...]:
    """The units of a table's cell; one that says 牵头：A；配合：B itself knows better than its column."""
    said = list(_labelled(text, cell.start, cell.end, whole=True)) or list(_acting(text, cell))
    return merged(said) or listed(text, cell.start, cell.end, role)


def join(*lists: Iterable[Owner]) -> tuple[Owner, ...]:
    """Several notations of one unit as one."""
    return merged(
        _Named(o.name, LEAD if o.role != COOPERATING else o.role, o.start, o.end)
        for part in lists
        for o in part
    )


def merged(named: Iterable[_Named]) -> tuple[Owner, ...]:
    """Each unit once; who leads anywhere leads, the first one as lead and the others as co-leads."""
    first: dict[str, _Named] = {}
    for unit in named:
        if unit.name not in first or unit.role == LEAD != first[unit.name].role:
            first[unit.name] = unit
    leads = sorted((u for u in first.values() if u.role == LEAD), key=lambda u: u.start)
    others = sorted((u for u in first.values() if u.role != LEAD), key=lambda u: u.start)
    return tuple(
        Owner(u.name, "cooperating" if u.role != LEAD else "co_lead" if i else "lead", u.start, u.end)
        for i, u in enumerate([*leads, *others])
    )


def _brackets(text: str, start: int, end: int) -> Iterator[Span]:
    """The insides of the outermost brackets."""
    depth, opened = 0, start
    for match in _BRACKET.finditer(text, start, end):
        if match.group() in "（([【":
            if depth == 0:
                opened = match.end()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                yield Span(opened, match.start())


def _first_sentence(text: str, bracket: Span) -> Span:
    stop = text.find("。", bracket.start, bracket.end)
    return Span(bracket.start, stop if stop >= 0 else bracket.end)


def _labelled(text: str, start: int, end: int, *, whole: bool = False) -> Iterator[_Named]:
    """责任单位：A、B and its like. Outside brackets a list ends with its line or sentence."""
    matches = list(_LABEL.finditer(text, start, end))
    led = False
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else end
        if not whole:
            closing = _STOP.search(text, match.end(), stop)
            stop = closing.start() if closing else stop
        other = _OTHER_LABEL.search(text, match.end(), stop)
        stop = other.start() if other else stop
        role = match.lastgroup
        acting = list(_acting(text, Span(match.end(), stop)))
        yield from acting or _by_role(list(_names(text, match.end(), stop)), role, led)
        led = led or role == LEAD


def _by_role(names: list[tuple[str, Span]], role: str, led: bool) -> Iterator[_Named]:
    for index, (name, span) in enumerate(names):
        leads = role == LEAD or role == PLAIN and index == 0 and not led
        yield _Named(name, LEAD if leads else COOPERATING, span.start, span.end)


def _acting(text: str, span: Span) -> Iterator[_Named]:
    """A牵头，B、C配合: units by what they do; nothing unless they are units and a verb closes the segment."""
    waiting: list[tuple[str, Span]] = []
    led = False
    for segment in _segments(text, span):
        match = _ACTS.match(text[segment.start : segment.end].rstrip())
        stop = segment.start + match.end("names") if match else segment.end
        begin = segment.start + (match.start("names") if match else 0)
        joined = _WITH.search(text, begin, stop)
        names = list(_names(text, begin, joined.start() if joined else stop))
        helpers = list(_names(text, joined.end(), stop)) if joined else []
        if not all(_ENDS_AS_UNIT.search(name) for name, _ in names + helpers):
            continue
        if not (names or match and waiting):  # 甲局，各县区按职责分工负责: a group's verb is 甲局's too
            continue
        if not match and not helpers:
            waiting += names
            continue
        role = _role(match["verb"]) if match else PLAIN
        yield from _by_role(waiting + names, role, led)
        yield from _by_role(helpers, COOPERATING, led)
        led, waiting = led or role == LEAD, []


def _role(verb: str) -> str:
    if verb.startswith("牵头") or verb == "主办":
        return LEAD
    return COOPERATING if _COOPERATE.match(verb) else PLAIN


def _segments(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    for match in _SEGMENT.finditer(text, span.start, span.end):
        yield _trimmed(text, at, match.start())
        at = match.end()
    yield _trimmed(text, at, span.end)


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    lead = len(words) - len(words.lstrip())
    return Span(start + lead, start + lead + len(words.strip()))


def _names(text: str, start: int, end: int) -> Iterator[tuple[str, Span]]:
    """The units of a list as printed; 等 and unnamed groups are left out, brackets stay whole."""
    at, depth = start, 0
    for position in range(start, end + 1):
        character = text[position] if position < end else "、"
        depth += (character in "（(") - (character in "）)")
        if position == end or depth <= 0 and _SEPARATOR.match(character):
            name = _AND_OTHERS.sub("", text[at:position].strip()).strip(" 。.：:")
            if 2 <= len(name) <= 40 and not (_UNNAMED.search(name) or _WHEN.match(name)):
                begin = text.index(name, at)
                yield name, Span(begin, begin + len(name))
            at = position + 1
