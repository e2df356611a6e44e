"""When a unit's work is due, as its own text says."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plans.parser.clauses import mask, sentences
from plans.parser.document import Span, Warning
from plans.parser.model import Deadline

_BY = "(?:之前|以前|底前|前)?"
_PART = "上旬|中旬|下旬|底|末|初"


def _year_group(name: str) -> str:
    return rf"(?:(?P<{name}>20\d\d|今|本|明|当|次)年)?"


# Every way to print a date, the first that fits; the numbers in the names keep the groups apart.
_FORMS = (
    rf"(?P<every>每(?:个|一|半|两|双)?(?:年度?\s?\d{{1,2}}月份?(?:\d{{1,2}}日|{_PART})?|年[底末]|半年|季度|季|月|周|星期|旬|日|天)"
    rf"(?:\s?\d{{1,2}}[日号]|底|末|初)?{_BY}|按(?:月|季度|季|周)(?!份)|逐月|逐季)",
    rf"{_year_group('y1')}(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?(?<=[月日])起?(?:到|至|-|—|－|~|～){_year_group('y2')}"
    rf"(?P<m2>\d{{1,2}})月份?(?:(?P<d2>\d{{1,2}})[日号])?[底末]?{_BY}",
    rf"{_year_group('y3')}(?P<m3>\d{{1,2}})月份?(?:(?P<d3>\d{{1,2}})[日号]|(?P<part3>{_PART}))?{_BY}",
    rf"{_year_group('y4')}(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度)[末底内]?{_BY}",
    rf"(?:到|(?<!截)至)?(?:(?P<y5>20\d\d|今|本|明|当|次)年?)?(?P<yearend>年底|年末){_BY}",
    "(?P<whole>全年|年内|本年度内|(?:今|本|当)年内|年度内)",
    r"(?P<until>到|(?<!截)至)?(?P<y6>20\d\d)年(?P<before6>之前|以前|前)?",
)
_DATE = re.compile("|".join(_FORMS))
_ONGOING = re.compile("长期坚持|长期推进|长期|持续推进|持续开展|持续|常年|常态化(?:推进|开展)?|全程|一直")
_NOTATION = re.compile(
    r"(?:完成)?(?:时限(?:要求)?|时间(?:节点|要求|进度)?|期限|日期|进度(?:安排|要求)?)[:：]\s*(?P<said>[^，,；;。)）\n]{2,24})"
)
_BRACKETED = re.compile(r"[（(](?P<said>[^（()）\n]{2,30})[)）]")
# The last words in a responsibility bracket: （甲局负责，年底前完成）, （甲局牵头，持续推进）.
_BRACKET_END = re.compile(r"[，,；;]\s*(?P<said>[^，,；;。（()）【】\n]{2,18})[)）】]")
# A date that tells the past, or the day from which something runs.
_PAST = re.compile("已(?:经)?|顺利|以来|曾|去年|上年|获批|印发了|召开了|完成了|报送了|截至|截止")
_DONE = re.compile("已(?!有)|曾")
_BETWEEN_COMMAS = re.compile("[^，,]+")
_PAST_BEFORE = re.compile(r"(?:截至|截止|自|从|去年|上年|始于|于)\s*$")
_NOT_AFTER = re.compile(r"起|以来|开始|[—～~至到-]|以后|之后|\d")
_QUARTER_END = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_THIRD = {"上旬": 10, "中旬": 20, "初": 10}
# How much a way of saying it weighs: a notation, a plain "by", a rhythm, a word in passing.
NOTED, STATED, RHYTHM, COLOUR = range(4)


@dataclass(frozen=True, slots=True)
class _Found:
    deadline: Deadline
    weight: int


def deadline(text: str, heading: Span, end: int, year: int | None) -> tuple[Deadline | None, list[Warning]]:
    """The date by which a unit's own work is to be done, the most binding way of saying it first."""
    found = [*_noted(text, heading.start, heading, end, year), *_stated(text, heading.start, end, year)]
    if not found:
        return None, []
    best = min(f.weight for f in found)
    chosen = [f.deadline for f in found if f.weight == best]
    latest = max(chosen, key=lambda d: (d.date is not None, d.date or date.min))
    return latest, _doubts(latest, chosen if best != COLOUR else [latest], year)


def said(text: str, start: int, end: int, year: int | None) -> tuple[Deadline | None, list[Warning]]:
    """What a place that holds nothing but a deadline says (a table's cell, the words after 完成时限：)."""
    ongoing = _ONGOING.search(text, start, end)
    matches = list(_DATE.finditer(text, start, end))
    if not matches:
        if not ongoing:
            return None, []
        return Deadline(ongoing.group(), None, "ongoing", ongoing.start(), ongoing.end()), []
    dates = [_deadline(match, year) for match in matches]
    latest = max(dates, key=lambda d: (d.date is not None, d.date or date.min))
    return latest, _doubts(latest, [latest], year)


def _doubts(latest: Deadline, chosen: list[Deadline], year: int | None) -> list[Warning]:
    warnings = []
    for due in chosen:
        if due.kind == "by" and due.date is None:
            unknown = year is None and not re.search(r"20\d\d", due.text)
            code, why = ("year_not_found", "没有年份") if unknown else ("impossible_date", "不存在")
            warnings.append(Warning(code, f"日期“{due.text}”{why}，请核对原文", due.start, due.end))
    if len({due.date for due in chosen if due.kind == "by"}) > 1:
        message = f"有多个完成时限，暂取最晚的“{latest.text}”，请核对"
        warnings.append(Warning("several_deadlines", message, latest.start, latest.end))
    return warnings


def _noted(text: str, start: int, heading: Span, end: int, year: int | None) -> Iterator[_Found]:
    places = [m.span("said") for m in _NOTATION.finditer(text, start, end)]
    places += [
        m.span("said") for m in _BRACKETED.finditer(text, heading.start, heading.end) if _only_date(m["said"])
    ]
    places += [m.span("said") for m in _BRACKET_END.finditer(text, start, end) if _only_date(m["said"])]
    for begin, stop in places:
        found, _ = said(text, begin, stop, year)
        if found:
            yield _Found(found, NOTED)


def _only_date(words: str) -> bool:
    """Whether words in brackets are a date (完成 may follow) or say that the work goes on."""
    match = _DATE.match(words.strip())
    return bool(match and len(words.strip()) - match.end() <= 4 or _ONGOING.fullmatch(words.strip()))


def _stated(text: str, start: int, end: int, year: int | None) -> Iterator[_Found]:
    for sentence in sentences(text, start, end):
        masked = mask(text[sentence.start : sentence.end])
        past = bool(_PAST.search(masked))
        for match in _ahead(masked, year):
            weight = _weight(match, masked, past)
            if weight is not None:
                found = _deadline(match, year)
                printed = text[sentence.start + match.start() : sentence.start + match.end()]
                moved = Deadline(
                    printed, found.date, found.kind, sentence.start + found.start, sentence.start + found.end
                )
                yield _Found(moved, weight)


def _ahead(masked: str, year: int | None) -> Iterator[re.Match]:
    """The dates of a sentence but those whose clause tells the past, or of a year before the plan's."""
    for clause in _BETWEEN_COMMAS.finditer(masked):
        if _DONE.search(masked, *clause.span()):
            continue
        for match in _DATE.finditer(masked, *clause.span()):
            printed = _last_year(match)
            if year is None or printed is None or printed >= year:
                yield match


def _last_year(match: re.Match) -> int | None:
    printed = match["y2"] or match["y1"] or match["y3"] or match["y4"] or match["y5"] or match["y6"]
    return int(printed) if printed and printed.isdigit() else None


def _weight(match: re.Match, masked: str, past: bool) -> int | None:
    """How binding a date in running text is; None when it is no deadline."""
    if _PAST_BEFORE.search(masked[max(0, match.start() - 4) : match.start()]):
        return None
    if match["every"]:
        return None if masked[max(0, match.start() - 3) : match.start()].endswith("近年来") else RHYTHM
    if match["whole"]:
        return COLOUR
    if match["y6"]:
        return COLOUR if match["until"] == "到" else STATED if match["before6"] else None
    if match.group().endswith(("前", "底", "末")):
        return STATED
    if past or _NOT_AFTER.match(masked[match.end() : match.end() + 1]):
        return None
    if match["d3"]:  # a bare day is when something happened or happens, not by when
        return None
    return STATED


def _deadline(match: re.Match, year: int | None) -> Deadline:
    printed, start, end = match.group(), match.start(), match.end()
    if match["every"]:
        return Deadline(printed, None, "recurring", start, end)
    return Deadline(printed, _day(match, year), "by", start, end)


def _day(match: re.Match, year: int | None) -> date | None:
    if match["m2"]:
        return _last(_year(match["y2"] or match["y1"], year), match["m2"], match["d2"])
    if match["m3"]:
        third = _THIRD.get(match["part3"] or "")
        return _last(_year(match["y3"], year), match["m3"], match["d3"] or third)
    if match["half"]:
        return _last(_year(match["y4"], year), 6 if match["half"] == "上" else 12, None)
    if match["quarter"]:
        return _last(_year(match["y4"], year), _QUARTER_END[match["quarter"]], None)
    return _last(_year(match["y5"] or match["y6"], year), 12, 31)


def _year(said_year: str | None, year: int | None) -> int | None:
    if said_year and said_year.isdigit():
        return int(said_year)
    if year is None:
        return None
    return year + 1 if said_year in ("明", "次") else year


def _last(year: int | None, month: int | str, day: int | str | None) -> date | None:
    """The date, by default the month's last; None where the calendar has no such day."""
    month = int(month)
    if year is None or not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    day = int(day) if day else last
    return date(year, month, day) if 1 <= day <= last else None
