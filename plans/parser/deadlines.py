"""When a unit's work is due, as its own text says."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from plans.parser import dates
from plans.parser.clauses import mask, sentences
from plans.parser.dates import Printed
from plans.parser.document import Span, Warning
from plans.parser.model import Deadline

_ONGOING = re.compile(
    "长期坚持|长期推进|长期|持续推进|持续开展|持续|常抓不懈|坚持不懈|日常工作|经常性|常年|常态化(?:推进|开展)?|全程|一直|贯穿始终"
)
# At once: due, though no calendar says when.
_AT_ONCE = re.compile(
    "立即(?:整改|办理|落实|完成)?|立行立改|立知立改|即知即改|即时(?:完成|办结)?|即行即改|马上"
)
_REGULAR = re.compile("定期|不定期")
# 发布时间：, 成文日期： are the page's, not the work's.
# 6月底出方案，9月底建成, 立即整改，长期坚持: what goes on with a time is of the same notation.
_NOTATION = re.compile(
    r"(?:时限|时间|期限|日期|进度)(?<![布发文稿源刊印表新信]..)(?:要求|节点|安排|进度)?\s*[:：]\s*"
    r"(?P<said>[^，,；;。)）】〕\n]{1,24}"
    r"(?:[，,、]\s*并?(?=\d{1,4}[年月.]|年底|[一二三四]季度|[上下]半年|长期|持续|常态)[^，,；;。)）】〕\n]{1,24}){0,6})"
)
_CLOSING = re.compile(r"[)）】〕\]]")
_BRACKETED = re.compile(r"[（(【〔\[](?P<said>[^（()）【】〔〕\[\]\n]{2,30})[)）】〕\]]")
# The first or last words in a responsibility bracket: （甲局负责，年底前完成）, （6月底前完成，甲局）.
_BRACKET_START = re.compile(r"[（(【〔\[](?P<said>[^，,；;。（()）【】〔〕\[\]\n]{2,18})[，,；;]")
_BRACKET_END = re.compile(r"[，,；;]\s*(?P<said>[^，,；;。（()）【】〔〕\[\]\n]{2,18})[)）】〕\]]")
_FOLLOWS_DATE = 4  # 完成, 完成验收
# A date that tells the past, or the day from which something runs.
_PAST = re.compile("已(?:经)?|顺利|以来|曾|去年|上年|获批|印发了|召开了|完成了|报送了|截至|截止")
_DONE = re.compile("已(?!有)|曾")
_BETWEEN_COMMAS = re.compile("[^，,]+")
_PAST_BEFORE = re.compile(r"(?:截至|截止|自|从|去年|上年|始于)\s*$")
_AT_BEFORE = re.compile(r"于\s*$")
# 力争7月1日开馆 looks ahead, though a bare day as a rule tells what happened.
_AIMS = re.compile(r"(?:力争|争取|确保|计划|预计|预期|拟|将)(?:在|于)?\s*$")
# 每人每月50元 is what is paid, not when something is done.
_PER = re.compile(r"(?:每[人户名亩个件家]|[人户亩]均|标准为?)\s*$")
# 完成全年任务, 稳定全年产量 tell of what year the thing is.
_OF_THE_YEAR = re.compile(r"(?:完成|实现|稳定|推动|贯穿|覆盖|促进|统筹)全年|全年(?:的|目标|任务|工作)")
_NOT_AFTER = re.compile(r"起|以来|开始|[—～~至到-]|以后|之后|\d|(?:印发|出台|下发|发布|公布|召开|举行)的")
_ENDS_BY = re.compile("(?:[前底末]|年中)$")
_HAN_MONTH = re.compile("[一二三四五六七八九十]+月份?$")
# Without one of these nothing is a date: looked up first, for that takes no time.
_DATED = re.compile("[年月日号季每逐按周天期前内末Q.]")
# How much a way of saying it weighs: a notation, a plain "by", a rhythm, a word in passing.
NOTED, STATED, RHYTHM, COLOUR = range(4)


class _Found(NamedTuple):
    deadline: Deadline
    weight: int


def deadline(
    text: str, heading: Span, end: int, year: int | None, issued: date | None = None
) -> tuple[Deadline | None, list[Warning]]:
    """The date by which a unit's own work is to be done, the most binding way of saying it first.

    `year` is the plan's; from `issued`, the day it was issued, 印发之日起30日内 is counted.
    """
    found = [*_noted(text, heading, end, year, issued), *_stated(text, heading.start, end, year, issued)]
    if not found:
        return None, []
    best = min(f.weight for f in found)
    chosen = [f.deadline for f in found if f.weight == best]
    latest = _latest(chosen)
    return latest, _doubts(latest, chosen if best != COLOUR else [latest], year)


def said(
    text: str, start: int, end: int, year: int | None, issued: date | None = None
) -> tuple[Deadline | None, list[Warning]]:
    """What a place that holds nothing but a deadline says (a table's cell, the words after 完成时限：)."""
    found = [_deadline(one, 0) for one in dates.printed(text, start, end, year, issued)]
    for words, kind in ((_ONGOING, "ongoing"), (_REGULAR, "recurring"), (_AT_ONCE, "by")):
        match = None if found else words.search(text, start, end)
        if match:
            found = [Deadline(match.group(), None, kind, match.start(), match.end())]
    if not found:
        return None, []
    latest = _latest(found)
    return latest, _doubts(latest, [latest], year)


def _latest(found: list[Deadline]) -> Deadline:
    """A day outweighs a rhythm; of several the last counts, for only then all is done."""
    return max(found, key=lambda due: (due.date is not None, due.kind == "by", due.date or date.min))


def _doubts(latest: Deadline, chosen: list[Deadline], year: int | None) -> list[Warning]:
    warnings = []
    # Each way of printing it is said once, where it stands last.
    undated = {due.text: due for due in chosen if due.kind == "by" and due.date is None}
    for due in undated.values():
        code, why = _undated(due.text, year)
        warnings.append(Warning(code, f"日期“{due.text}”{why}，请核对原文", due.start, due.end))
    if len({due.date for due in chosen if due.kind == "by"}) > 1:
        message = f"有多个完成时限，暂取最晚的“{latest.text}”，请核对"
        warnings.append(Warning("several_deadlines", message, latest.start, latest.end))
    return warnings


def _undated(words: str, year: int | None) -> tuple[str, str]:
    if _AT_ONCE.fullmatch(words) or words.endswith("内"):
        return "relative_deadline", "须从发文之日起算，未换算"
    if year is None and not re.search(r"20\d\d", words):
        return "year_not_found", "没有年份"
    return "impossible_date", "不存在"


def _noted(text: str, heading: Span, end: int, year: int | None, issued: date | None) -> Iterator[_Found]:
    places = [m.span("said") for m in _NOTATION.finditer(text, heading.start, end)]
    for begin, stop in [*places, *_bracketed(text, heading, end)]:
        found, _ = said(text, begin, stop, year, issued)
        if found:
            yield _Found(found, NOTED)


def _bracketed(text: str, heading: Span, end: int) -> Iterator[tuple[int, int]]:
    """Where a bracket holds nothing but a date, or begins or ends with one."""
    if not _CLOSING.search(text, heading.start, end):
        return
    for match in _BRACKETED.finditer(text, heading.start, end):
        # Behind a body's sentence only what can be nothing else: a bare (2025年) may belong to a name.
        if _only_date(match["said"], plain=match.start() < heading.end):
            yield match.span("said")
    for form in (_BRACKET_START, _BRACKET_END):
        for match in form.finditer(text, heading.start, end):
            if _only_date(match["said"]):
                yield match.span("said")


def _only_date(words: str, *, plain: bool = True) -> bool:
    """Whether words in brackets are a date (完成 may follow) or say that the work goes on."""
    words = words.strip()
    if _ONGOING.fullmatch(words):
        return True
    first = next(dates.printed(words, 0, len(words), None), None)
    if first is None or first.start or len(words) - first.end > _FOLLOWS_DATE:
        return False
    if words.startswith("起", first.end):  # 2013年起施行: from then on
        return False
    return plain or bool(_ENDS_BY.search(first.text)) or first.form == "every"


def _stated(text: str, start: int, end: int, year: int | None, issued: date | None) -> Iterator[_Found]:
    for sentence in sentences(text, start, end):
        dated = _DATED.search(text, sentence.start, sentence.end)
        if not dated or not dates.mentions(text, sentence.start, sentence.end):
            continue
        masked = mask(text[sentence.start : sentence.end])
        past = bool(_PAST.search(masked))
        for clause in _BETWEEN_COMMAS.finditer(masked):
            if _DONE.search(masked, *clause.span()):
                continue
            for one in dates.printed(masked, *clause.span(), year, issued):
                weight = None if _is_before(one, year) else _weight(one, masked, past)
                if weight is not None:
                    yield _Found(_deadline(one, sentence.start), weight)


def _is_before(one: Printed, year: int | None) -> bool:
    """A date that ends before the plan's year begins tells the past."""
    if year is None or one.year is None:
        return False
    return (one.day.year if one.day else one.year) < year


def _weight(one: Printed, masked: str, past: bool) -> int | None:
    """How binding a date in running text is; None when it is no deadline."""
    before = masked[max(0, one.start - 4) : one.start]
    if _PAST_BEFORE.search(before):
        return None
    if one.form == "every":  # 每年 alone belongs to a quantity (每年不少于5场)
        return None if before.endswith("近年来") or one.text == "每年" or _PER.search(before) else RHYTHM
    if one.form == "whole":
        return None if _OF_THE_YEAR.search(masked[max(0, one.start - 2) : one.end + 2]) else COLOUR
    if one.form == "within":  # else it is how long each case may take (5日内答复)
        return STATED if one.text[0] in "自印发下公施实通" and not past else None
    if one.form == "plan":
        return STATED if "末" in one.text else None
    if one.form == "year":
        return COLOUR if one.text.startswith("到") else STATED if one.text.endswith("前") else None
    if _ENDS_BY.search(one.text):
        return STATED
    if one.form == "figures" or _HAN_MONTH.search(one.text):  # 2020.3 may be a number, 一月 every month
        return None
    told = _AT_BEFORE.search(before) and not _AIMS.search(before)
    if past or told or _NOT_AFTER.match(masked[one.end : one.end + 4]):
        return None
    bare_day = one.form == "month" and one.text.endswith(("日", "号"))
    return STATED if not bare_day or _AIMS.search(before) else None


def _deadline(one: Printed, shift: int) -> Deadline:
    kind = "recurring" if one.form == "every" else "by"
    return Deadline(one.text, one.day, kind, shift + one.start, shift + one.end)
