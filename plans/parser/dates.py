"""The ways a plan prints when something is due, and the day each of them means."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from plans.parser.numerals import value_of

_HAN = "一二三四五六七八九十"
_BY = "(?:之前|以前|底前|前(?![期后提沿列往景置台端]))?"
_PART = "[上中][中下]?旬|下旬|底|末|初"
_Y = r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九十]{1,2}|[今本明当次])年(?:度(?!\d))?"
_M = r"(?:\d{1,2}|十[一二]|[一二三四五六七八九十])月份?"
_D = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}})[日号](?:\s?\d{{1,2}}[时点](?=[前之以]))?"
_TO = "(?:到|至|-|—{1,2}|－|–|~|～)"
_TILL = "(?:到|(?<!截)至)?"
_N = rf"(?:\d{{1,3}}|[{_HAN}两]{{1,3}})"
_PLAN = "“?十[二三四五六]五”?(?:规划|时期)?"
_ISSUED = "(?:印发|发布|下发|公布|施行|实施|发文|通知)(?:之日)?[起后]?"
# Each form by its name; the first that fits is taken. Those of a kind of their own come before plain dates.
_FORMS = {
    "every": rf"每(?:个|一|半|[两双二三四六]个?)?(?:年度?\s?{_M}(?:\d{{1,2}}日|{_PART})?|年[底末]|半年|学期"
    rf"|季度|季|月|周[一二三四五六日末]?|星期|旬|日|天|年)(?:\s?\d{{1,2}}[日号]|底|末|初)?{_BY}|按(?:月|季度|季|周)(?!份)|逐月|逐季|半年一次",
    "since": rf"{_Y}起?(?:的)?{_N}年(?:之内|以内|内)",
    "range": rf"(?:{_Y})?{_M}(?:{_D})?起?{_TO}"
    rf"(?:{_Y}(?:{_M}(?:{_D})?|[底末])|{_M}(?:{_D})?|{_D})[底末]?{_BY}|(?:{_Y})?\d{{1,2}}[-—－–~～]\d{{1,2}}月份?[底末]?{_BY}",
    "month": rf"{_TILL}(?:{_Y})?{_M}(?:{_D}|{_PART})?{_BY}",
    "quarter": rf"{_TILL}(?:{_Y})?(?:[上下]半年|第?[一二三四1-4]季度|Q[1-4])[末底内]?{_BY}",
    "middle": rf"(?:{_Y})?(?:年中)[前底]?",
    "year_end": rf"{_TILL}(?:(?:{_Y}|20\d\d)?\s?年[底末]|{_Y}[底末]){_BY}",
    "whole": "全年|年内|本年度内|[今本当]年内|年度内|20\\d\\d年内",
    "plan": rf"{_PLAN}(?:末期?|期末|期间|内)",
    "feast": "“?(?:五一|六一|七一|八一|十一|国庆)”?(?:劳动|儿童|建军|建党|国际)?节?(?:假期)?(?:之前|以前|前)",
    "within": rf"(?:(?:自[^，,]{{0,12}}?)?{_ISSUED})?{_N}"
    "(?:个?工作日|日|天|个月|个?星期|周|年)(?:之内|以内|内)",
    "figures": rf"(?<![\d.])20\d\d[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?(?![\d.])日?{_BY}"
    r"|(?<![\d./-])\d{1,2}[./]\d{1,2}前",
    "year": rf"{_TILL}20\d\d年(?:之前|以前|前(?![期后列])|内)?",
}
# A date can begin with these only; looked up first, most places in a text are passed over at once.
_BEGINS = (
    rf"\d{{1,4}}\s?[年月日天个周号星季工./—－–~～到至-]|[每按逐半今明当次自“Q国]|[{_HAN}两]{{1,3}}[月日天个周年号星季工]|[五六七八十]一|十[{_HAN}]五|二[〇○零]"
    rf"|[到至][\d年今本明当次上下第{_HAN}]|上半|下[半发]|全年|年[底末内中度]|本年|发[布文]|实施|通知|公布|印发|施行|第[一二三四1-4]季"
)
_DATE = re.compile(
    rf"(?={_BEGINS})(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _FORMS.items()) + ")"
)
_YEAR = re.compile(r"(20\d\d|二[〇○零][^年]{1,2}|[今本明当次])年")
_DAY_OF_MONTH = re.compile(rf"({_N})月份?(?:({_N})[日号]|({_PART}))?")
_LAST_DAY = re.compile(rf"{_TO}({_N})[日号]")
_FIVE_YEARS = {"十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
_FEASTS = {"五一": (5, 1), "六一": (6, 1), "七一": (7, 1), "八一": (8, 1), "十一": (10, 1), "国庆": (10, 1)}
_LAST_YEAR = 9000
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_THIRDS = {"上旬": 10, "中旬": 20, "上中旬": 20, "初": 10}


class Printed(NamedTuple):
    """A date as printed: its form, its place, the year it names itself, the day it means if there is one."""

    form: str
    text: str
    start: int
    end: int
    year: int | None
    day: date | None


def mentions(text: str, start: int, end: int) -> bool:
    """Whether anything in the stretch is printed as dates are."""
    return bool(_DATE.search(text, start, end))


def printed(
    text: str, start: int, end: int, year: int | None, issued: date | None = None
) -> Iterator[Printed]:
    """The dates of a stretch, in order; `year` is the plan's, `issued` the day from which 30日内 counts."""
    for match in _DATE.finditer(text, start, end):
        words, form = match.group(), match.lastgroup or ""
        own = _YEAR.search(words) if "年" in words and form not in ("plan", "within") else None
        named = _named_year(own.group(1)) if own else _leading_year(words) if form == "figures" else None
        reckoned = named or (year and year + 1 if own and own.group(1) in "明次" else year)
        day = _day(form, words, reckoned, issued)
        yield Printed(form, words, match.start(), match.end(), named, day)


def _named_year(words: str) -> int | None:
    """2024, 二〇二四; None for 今年 and its like."""
    if len(words) == 1:
        return None
    if words.isdigit():
        return int(words)
    digits = "".join(
        str("〇一二三四五六七八九".find(c)) if c in "〇一二三四五六七八九" else "0" for c in words
    )
    return int(digits) if len(digits) == 4 else None


def _leading_year(words: str) -> int | None:
    return int(words[:4]) if words.startswith("20") and words[:4].isdigit() else None


@lru_cache(maxsize=1024)
def _day(form: str, words: str, year: int | None, issued: date | None) -> date | None:
    if form == "within":
        # Beyond any calendar lies what 99年内 of a misprinted year comes to.
        return _counted(words, issued) if issued and issued.year < _LAST_YEAR else None
    if form == "plan":
        return date(next(end for name, end in _FIVE_YEARS.items() if name in words), 12, 31)
    if year is None or form == "every":
        return None
    if form == "since":
        return _last(year + _number(re.findall(rf"({_N})年(?:之|以)?内", words)[-1]) - 1, 12)
    if form == "quarter":
        quarter = re.search("([一二三四1-4])季|Q([1-4])", words)
        month = _QUARTERS[quarter.group(1) or quarter.group(2)] if quarter else 6 if "上" in words else 12
        return _last(year, month)
    if form == "feast":
        return date(year, *next(day for name, day in _FEASTS.items() if name in words))
    if form == "figures":
        numbers = [int(n) for n in re.findall(r"\d+", words)]
        return _last(year, *(numbers[1:] if numbers[0] > 31 else numbers))
    if form in ("month", "range"):
        return _of_month(words, year)
    return _last(year, 6 if form == "middle" else 12)


def _of_month(words: str, year: int) -> date | None:
    """The last month named, its day or third, or its last day; 6月1日至30日 names the day alone."""
    years = _YEAR.findall(words)
    year = _named_year(years[-1]) or year if years else year
    *_, last = _DAY_OF_MONTH.finditer(words)
    month, day, part = last.groups()
    ending = _LAST_DAY.search(words, last.end())
    if ending:
        day = ending.group(1)
    if re.search(rf"{_Y}[底末]", words[last.end() :]):
        return _last(year, 12)
    return _last(year, _number(month), _number(day) if day else _THIRDS.get(part or ""))


def _counted(words: str, issued: date) -> date | None:
    """So long after the issue; work days need a calendar of holidays, so they are left to a person."""
    number, unit = re.findall(rf"({_N})(个?工作日|日|天|个月|个?星期|周|年)", words)[-1]
    count = _number(number)
    if unit in ("日", "天"):
        return issued + timedelta(days=count)
    if unit.endswith(("星期", "周")):
        return issued + timedelta(weeks=count)
    if unit in ("个月", "年"):
        months = issued.month - 1 + (count if unit == "个月" else 12 * count)
        year, month = issued.year + months // 12, months % 12 + 1
        return date(year, month, min(issued.day, monthrange(year, month)[1]))
    return None


def _number(words: str) -> int:
    return int(value_of(words) or 0)


def _last(year: int, month: int, day: int | None = None) -> date | None:
    """The date, by default the month's last; None where the calendar has no such day."""
    if not (1 <= month <= 12 and date.min.year <= year <= date.max.year):
        return None
    last = monthrange(year, month)[1]
    day = last if day is None else day
    return date(year, month, day) if 1 <= day <= last else None
