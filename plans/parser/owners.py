"""Units named as responsible in an explicit notation."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from plans.parser.document import Span
from plans.parser.model import Owner
from plans.parser.units import Name, is_organ, is_unit, names

LEAD, PLAIN, COOPERATING = "lead", "plain", "cooperating"
_UNIT = "(?:责任|负责|承办|落实)?(?:单位|部门|处室|科室|股室|机构)"
# 责任单位（排名第一为牵头单位）：, 责任单位及责任人：
_NOTE = "(?:[（(][^（()）\n]{1,20}[)）]|[及和、/]责任人)?"
LABELS = (
    (LEAD, rf"(?:共同)?牵头(?:和|、|{_NOTE}){_UNIT}|牵头|主办(?:{_UNIT})?|主责{_UNIT}"),
    (
        COOPERATING,
        rf"(?:配合|协办|协同|协作|参与|参加|会办|协助|会同|支持)(?:配合|协作)?{_UNIT}|配合|协办|(?:责任|承办)配合单位|第[二三四]责任{_UNIT}",
    ),
    (PLAIN, rf"(?:第一|首要|主要|直接)?责任(?:主体|分工|{_UNIT})|(?:负责|承办|承担|实施|落实|完成){_UNIT}"),
)
_LABEL = re.compile(
    "(?<![督考评审])(?:"
    + "|".join(f"(?P<{role}>{words})" for role, words in LABELS)
    + rf"){_NOTE}\s*[:：]\s*"
)
_COLON = re.compile("[:：]")
_LONGEST_LABEL = 60
# Any other field of such a notation ends the list of units: one of these, even without a break before it
# (责任单位：甲局完成时限：6月), or after a break whatever stands before a colon.
_FIELD = (
    "(?:完成|整改|办理|办结|推进|计划完成|工作)?(?:时限|时间|期限|日期|进度)(?:要求|节点|安排|进度)?|(?:主要|第一|直接)?责任(?:人员?|领导)"
    "|(?:分管|牵头|包[保联抓]|挂点|联系|主管|责任|市|县|区|局)领导|负责人|联系[人电]话?|联络员|电话|适用范围|(?:考核|督[办导查]|监督|验收|评估)(?:单位|部门)"
    "|备注|(?:工作|主要|完成)?(?:目标|措施|举措|任务|内容|标准|要求)|资金来源|预期(?:成效|目标|效果)|序号"
)
_OTHER_FIELD = re.compile(
    rf"(?:{_FIELD}){_NOTE}\s*[:：]|(?<=[、，,；;\s）)])[\u4e00-\u9fff]{{2,8}}{_NOTE}\s*[:：]"
)
_VERB = (
    r"(?:共同|具体|分别|统筹|联合|参与)?(?:按(?:照)?(?:各自)?(?:职责|职能)(?:分工)?)?(?:分工|分别|共同|具体)?"
    r"(?P<verb>主责|(?:负责)?牵头(?:负责|落实|组织|实施|推进|抓总|办理)*|负总责|负责(?:落实|实施|组织|推进|办理)*|指导|落实|组织(?:落实|实施)|实施|承担"
    r"|承办|主办|配合|参与|参加|协助|协办|协同|支持)(?:配合|落实|实施|推进|做好)?"
)
_ACTS = re.compile(
    rf"(?:由)?(?P<names>[^，,；;]*?)(?:{_VERB}|为(?P<part>牵头|主[办责]|责任|承办|配合|协[办助]|参[与加])(?:单位|部门|[处科股]室))$"
)
# Without one of these nobody is said to act: looked up first, for most brackets hold other things.
_ACT = re.compile(
    "牵头|主责|责任|负责|负总责|指导|落实|实施|承[担办]|主办|配合|参[与加]|协[助办同]|支持|会[同商]"
)
_COOPERATE = re.compile("配合|参与|参加|协助|协办|协同|支持")
_WITH = re.compile("(?P<leads>(?:负责)?牵头|主办)?(?:会同|会商)")
# 排在第一位的为牵头单位，下同: it says what a plain list means anyway.
_RULE = re.compile("下同|第一|首位|以下|不再列出")
_OPENS, _CLOSES = "（([【〔［", "）)]】〕］"
_BRACKET = re.compile("[（(［〔【）)］〕】\\[\\]]")
_SEGMENT = re.compile(r"[，,；;]|\s+|(?<=牵头|负责|配合|参与|落实|协助|指导)、")
_STOP = re.compile(r"。|\n(?<![、，,]\n)|；|;")
# No bureau writes as much between brackets; one that is never closed must not swallow the rest.
_LONGEST_BRACKET = 600
_SENTENCE_END = "。；;！？”\n"
_PIECES = re.compile(r"[^、，,；;\s]+")
# How many of a list may be groups without a name (各区政府、有关部门).
_MOST_GROUPS = 3
_OFFICE = re.compile("(?:[局委办厅署院部处科股镇乡]|政府|街道|办公室)$")
_OF_PLACE = re.compile("[省市州县区](?![域内级])")
# A heading that names offices has one at the end of a name.
_OFFICE_ENDS = re.compile(r"(?:[局委办厅署院部处科股镇乡道室）)]|政府)(?:[、，,；;\s（(]|$)")
_COUNT = re.compile(r"[（(]共?\d{1,3}[项条件个][)）]\s*$")
_LIST_AFTER = re.compile(r"\s*(?:$|\n|[。；;（(【〔])")


class _Named(NamedTuple):
    name: str
    role: str
    start: int
    end: int


def owners(text: str, start: int, end: int) -> tuple[Owner, ...]:
    """The units of every responsibility notation in the stretch, each once, lead before cooperating."""
    named: list[_Named] = []
    at = start
    for bracket in _brackets(text, start, end):
        found = _in_bracket(text, bracket, end)
        if found:  # any other bracket may be part of a unit's name
            named += [*_labelled(text, at, bracket.start - 1), *found]
            at = bracket.end + 1
    named += _labelled(text, at, end)
    return merged(named)


def listed(text: str, start: int, end: int, role: str) -> tuple[Owner, ...]:
    """The units of a place that holds nothing else: a table's cell, or a heading that is a unit's name."""
    return merged(_by_role(names(text, start, end), role, False))


def heading(text: str, start: int, end: int) -> tuple[Owner, ...]:
    """The units that a heading consists of (`一、市科技局（5项）`); any other heading names none."""
    count = _COUNT.search(text, start, end)
    stop = count.start() if count else end
    if not _OFFICE_ENDS.search(text, start, stop):
        return ()
    organs = _organs(text, start, stop)
    # 建设中心 may be work to do; 市科技局 is not.
    offices = all(_OFFICE.search(o.text) and (count or _OF_PLACE.match(o.text)) for o in organs)
    return merged(_by_role(organs, PLAIN, False)) if offices else ()


def in_cell(text: str, cell: Span, role: str) -> tuple[Owner, ...]:
    """The units of a table's cell; one that says 牵头：A；配合：B itself knows better than its column."""
    said = list(_labelled(text, cell.start, cell.end, whole=True)) or list(_acting(text, cell))
    return merged(said) or listed(text, cell.start, cell.end, role)


def in_row(text: str, cells: Sequence[tuple[Span, str]]) -> tuple[Owner, ...]:
    """The units of a row's cells by their columns; beside a column of leads, 责任单位 cooperate."""
    led = any(role == LEAD and names(text, cell.start, cell.end) for cell, role in cells)
    roles = ((cell, COOPERATING if led and role == PLAIN else role) for cell, role in cells)
    return join(*(in_cell(text, cell, role) for cell, role in roles))


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
    """The insides of the outermost closed brackets; one never closed on its line is passed over."""
    opened: list[int] = []
    found: list[Span] = []
    for match in _BRACKET.finditer(text, start, end):
        if match.group() in _OPENS:
            opened.append(match.end())
        elif opened:
            inner = Span(opened.pop(), match.start())
            if 2 <= inner.end - inner.start <= _LONGEST_BRACKET:
                while found and found[-1].start > inner.start:
                    found.pop()
                found.append(inner)
    yield from found


def _in_bracket(text: str, bracket: Span, end: int) -> list[_Named]:
    inner = _first_sentence(text, bracket)
    return (
        list(_labelled(text, inner.start, inner.end, whole=True))
        or list(_acting(text, inner))
        or list(_bare(text, inner, bracket, end))
    )


def _first_sentence(text: str, bracket: Span) -> Span:
    stop = text.find("。", bracket.start, bracket.end)
    return Span(bracket.start, stop if stop >= 0 else bracket.end)


def _bare(text: str, inner: Span, bracket: Span, end: int) -> Iterator[_Named]:
    """（甲局、乙局）behind a finished sentence or a line: nothing but offices, so they answer for it."""
    behind = text[bracket.end + 1 : min(end, bracket.end + 4)]
    if not _LIST_AFTER.match(behind):
        return
    organs = _organs(text, inner.start, inner.end)
    after_sentence = text[bracket.start - 2 : bracket.start - 1] in _SENTENCE_END
    if after_sentence or len(organs) > 1:
        yield from _by_role(organs, PLAIN, False)


def _organs(text: str, start: int, end: int) -> list[Name]:
    """The units of a stretch in which nothing else stands but unnamed groups; else none."""
    found = names(text, start, end)
    others = len(_PIECES.findall(text, start, end)) - len(found)
    return found if all(is_organ(name.text) for name in found) and others <= _MOST_GROUPS else []


def _labelled(text: str, start: int, end: int, *, whole: bool = False) -> Iterator[_Named]:
    """责任单位：A、B and its like. Outside brackets a list ends with its line or sentence."""
    colon = _COLON.search(text, start, end)
    if not colon:
        return
    matches = list(_LABEL.finditer(text, max(start, colon.start() - _LONGEST_LABEL), end))
    led = any(match.lastgroup == LEAD for match in matches)
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else end
        other = _COLON.search(text, match.end(), stop) and _OTHER_FIELD.search(text, match.end(), stop)
        stop = other.start() if other else stop
        if not whole:
            stop = _list_end(text, match.end(), stop)
        acting = list(_acting(text, Span(match.end(), stop)))
        yield from acting or _by_role(_said_units(text, match, stop), match.lastgroup, led)


def _said_units(text: str, label: re.Match, stop: int) -> list[Name]:
    """What a label lists; behind an empty one, or one that begins a sentence, stands something else."""
    found = names(text, label.end(), stop)
    units = [is_unit(name.text) for name in found]
    return found if all(units) or any(units) and "\n" not in label.group() else []


def _list_end(text: str, start: int, end: int) -> int:
    """Where a list in running text ends: a full stop, a line's end, or a ； that no units follow."""
    for match in _STOP.finditer(text, start, end):
        if match.group() not in "；;":
            return match.start()
        following = _STOP.search(text, match.end(), end)
        if not _all_units(text, match.end(), following.start() if following else end):
            return match.start()
    return end


def _all_units(text: str, start: int, end: int) -> bool:
    found = names(text, start, end)
    return bool(found) and all(is_unit(name.text) for name in found)


def _by_role(found: Sequence[Name], role: str, led: bool) -> Iterator[_Named]:
    """The first of a plain list leads, unless somebody else is said to."""
    led = led or any(name.part.endswith("牵头") for name in found)
    for index, name in enumerate(found):
        leads = role == LEAD or role == PLAIN and index == 0 and not led
        leads = name.part.endswith("牵头") or leads and not _COOPERATE.search(name.part)
        yield _Named(name.text, LEAD if leads else COOPERATING, name.start, name.end)


def _acting(text: str, span: Span) -> Iterator[_Named]:
    """A牵头，B、C配合: units by what they do; nothing unless they are units and a verb closes the segment."""
    if not _ACT.search(text, span.start, span.end):
        return
    waiting: list[Name] = []
    led = False
    for segment in _segments(text, span):
        words = text[segment.start : segment.end]
        if _RULE.search(words):
            if "牵头" in words:  # 甲局、乙局，排在第一位的为牵头单位
                yield from _by_role(waiting, PLAIN, led)
                waiting = []
            continue
        match = _ACTS.match(words)
        here, helpers, leading = _sides(text, segment, match)
        # 甲局，各县区按职责分工负责: a group's verb is 甲局's too.
        if not (here or helpers or match and waiting):
            continue
        if not all(is_unit(name.text) for name in here + helpers):
            continue
        if not match and not helpers:
            waiting += here
            continue
        role = LEAD if leading else _role(match["verb"] or match["part"]) if match else PLAIN
        if role == COOPERATING and here:  # 甲局，乙局配合
            yield from _by_role(waiting, PLAIN, led)
            led, waiting = led or bool(waiting), []
        yield from _by_role(waiting + here, role, led)
        yield from _by_role(helpers, COOPERATING, led)
        led, waiting = led or role == LEAD, []


def _sides(text: str, segment: Span, match: re.Match[str] | None) -> tuple[list[Name], list[Name], bool]:
    """Who acts in a segment, whom they do it with (会同), and whether they are said to lead (牵头会同)."""
    begin, stop = segment.start, segment.end
    if match:
        begin, stop = begin + match.start("names"), begin + match.end("names")
    joined = _WITH.search(text, begin, stop)
    if not joined:
        return names(text, begin, stop), [], False
    here, helpers = names(text, begin, joined.start()), names(text, joined.end(), stop)
    return here, helpers, bool(joined["leads"])


def _role(verb: str) -> str:
    if "牵头" in verb or verb.startswith(("主办", "主责")):
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
