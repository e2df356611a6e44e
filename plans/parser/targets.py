"""Quantities that a text commits to reach, and what is compared with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from plans.parser.clauses import clauses, mask, sentences
from plans.parser.document import Span
from plans.parser.model import Target
from plans.parser.numerals import value_of

# Measure words that follow a committed number. Years, months, days of the month and points are none.
_MEASURES = re.split(
    r"\s+",
    """个百分点 百分点 个工作日 工作日 平方公里 平方千米 平方米 立方米 公里 千米 公顷 公斤 千克
    毫米 厘米 毫克 微克 纳克 分贝 吨标准煤 吨标煤 千瓦时 兆瓦时 兆瓦 千瓦 美元 欧元 标准箱 标箱
    人次 人天 户次 家次 场次 件次 批次 车次 架次 课时 学时 小时 分钟 辆次 项次 例次
    台套 平米 千伏安
    家 个 项 件 人 名 次 户 套 台 辆 亩 吨 元 篇 场 批 条 笔 支 所 处 座 只 头 株 份 部 种
    门 班 队 米 度 倍 天 家庭 床 张 册 例 起 宗 片 块 栋 间 对 组 团 期 位 枚 艘 架 列 口 眼
    棵 欧 瓦 升 字 集 本 幅 盏 孔 斤 单 把 根 羽 尾 桶 轮 类""",
)
_SCALE = "(?:十万|百万|千万|万亿|十亿|百亿|千亿|万|亿)"
_BASE = "|".join(sorted(_MEASURES, key=len, reverse=True))
_UNIT = rf"(?:[%％‰]|个?{_SCALE}(?:[余多]?(?:{_BASE})(?![月强级]))?|千?(?:{_BASE})(?![月强级]))"
_PAIR = rf"(?:[（(](?:{_BASE})[)）])?"  # 台（套）
_PER = rf"(?:/(?:{_BASE}|日|月|年))?"  # 微克/立方米
_UNIT = rf"(?:{_UNIT}{_PAIR}{_PER})"
_NUMBER = r"\d+(?:[,，]\d{3})*(?:\.\s?\d+)?"
_HAN = "[一二三四五六七八九十百千两]{1,6}"
_MORE = (
    "(?:不低于|不少于|不小于|不得少于|不得低于|不得小于|不应小于|超过|超额?|突破|高于|大于|多于"
    "|至少[\u4e00-\u9fff]{0,6}?)"
)
_LESS = (
    "(?:不超过|不高于|不大于|不多于|不得超过|不得高于|不得大于|控制在|压缩至|压减至|缩短至"
    "|低于|小于|少于|最多)"
)
_ABOUT = r"(?:约|近|预计|大约|预计达到|预计达|左右)"
_BETWEEN = r"(?:到|至|-|—|–|~|～|－)"
_QUANTITY = re.compile(
    rf"""(?P<fraction>百分之|千分之)(?P<share>[一二三四五六七八九十百零点两]{{1,8}})
    |(?P<double>翻)(?P<times>[一两二三四])(?P<fold>番)
    |(?<![\dA-Za-z.+/〔\[第前-])(?P<low>{_NUMBER})\s?(?:[%％]|{_SCALE})?\s?{_BETWEEN}\s?(?P<high>{_NUMBER})\s?[余多几]?\s?(?P<range>{_UNIT})
    |(?<![\dA-Za-z.+/〔\[第前-])(?P<number>{_NUMBER})\s?(?P<over>[余多几])?\s?(?P<unit>{_UNIT})
    |(?<![第十百千])(?P<han>{_HAN})(?P<hanunit>(?:{_BASE})(?![月强级]))
    |(?<![几数第一二三四五六七八九十两])(?P<round>[十百千])(?P<money>(?:万|亿|万亿)元)""",
    re.VERBOSE,
)
_AFTER = re.compile(r"\s?(?:[（(]含[^）)]{0,6}[)）])?(?P<word>及?以上|以内|之内|及?以下|左右|上下)")
# The leftmost word wins, so that 不低于 is not read as 低于.
# 不少于总数的20%: what the share is of may stand between.
_ENDS = re.compile(
    rf"(?:(?P<more>{_MORE})|(?<!规模)(?P<less>{_LESS}))(?:到|至|在|了)?(?:[\u4e00-\u9fff]{{1,10}}的)?\s?$"
)
_UPWARDS = re.compile("(?<!以)上$")  # 上千家
_ENDS_ABOUT = re.compile(rf"{_ABOUT}\s?$")
_EXPECTED = re.compile("预计|预期")
# What tells the past rather than commits. 比去年, 较上年 only compare.
_PAST = re.compile(
    "已(?!有)|截至|截止|目前|现有|(?<![比较与])(?:去年|上年|上一年)|近年来|近[两三]年|以来|曾|共有|累计有"
)
_STILL_PAST = re.compile("截至|截止|目前|(?<![比较与])(?:去年|上年)|近年来")
# "在已认定100家的基础上" is what the commitment starts from, in a clause of its own or not.
_GROUND = re.compile("(?:基础上|前提下|情况下)")
_COMMITS = re.compile("力争|争取|确保|净增|今年|全年|到20|要|将|再|继续|新[建增认培]")
# "围绕10个产业链" describes what the work is about.
_DESCRIBES = re.compile("^(?:围绕|聚焦|依托|针对|按照|根据|瞄准|面向|结合|立足|借助|利用|用好|对照).{0,6}$")
# "甲、乙等10个项目", "全市16个区" count what there is.
_COUNTS = re.compile("(?:等|全[省市区县]|我[省市区县]|上述|这)$")
_OF_YEAR = re.compile(r"(?<![比较与\d])(20\d\d)年(?!度?考核)")
_GRANTS = re.compile(r"(?:给予|奖励|奖补|补助|补贴|罚款|处以|最高)[^，,\d]{0,4}$")
_BASELINE = re.compile(r"(?:从(?!事)|(?<![理自])由)[^，,\d]{0,10}$")
# "5000万元以上的项目" is a class of projects, "增长5%以上的目标" is a commitment.
_QUALIFIES = re.compile("给予|予以|标准|的(?!目标|增长|增幅|增速|速度|比重|水平)")
_NEEDS_COMPARATOR = ("天", "小时", "分钟", "度", "位", "期", "字")
# These build names too (十条措施), so without a comparator they count only what stands before them.
_COUNTS_BEFORE = ("组", "团", "对", "部", "批", "条", "队", "班", "类")
# How much of a clause before a quantity bears on it.
_NEAR = 60
_HAN_CHARACTER = re.compile("[\u4e00-\u9fff]")
_CLOSES = re.compile(r"\s?(?:$|[，,。；;、）)！\n])")
# 给予50万元、100万元: what is said of one of a row is said of all.
_ROW = re.compile(r"\s?[、和及或]\s?")
# "突破一批关键技术" counts nothing.
_BREAKS_THROUGH = re.compile("突破$")
_MODAL = re.compile(r"^(?:力争|争取|确保|努力|全年|年内|今年|继续|实现|其中|同时|全面|并|,|，|、|\s)+")
_PREDICATE = re.compile(r"^(?:预计|预期|力争)?(?:达到|达|实现|为)?$")


@dataclass(frozen=True, slots=True)
class _Printed:
    match: re.Match
    word: str  # 以上, 左右 … behind it
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    match: re.Match
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    end: int


def targets(text: str, start: int, end: int, year: int | None = None) -> tuple[Target, ...]:
    """The committed quantities between `start` and `end`, in order; `year` is the plan's."""
    found: list[Target] = []
    for sentence in sentences(text, start, end):
        masked = mask(text[sentence.start : sentence.end])
        past, before = False, None
        for clause in clauses(masked, 0, len(masked)):
            clause = Span(_after_ground(masked, clause), clause.end)
            words = masked[clause.start : clause.end]
            past = _tells_past(words, year) or past and not _COMMITS.search(words)
            if past or _PAST.search(words):
                before = None
                continue
            here = list(_in_clause(text, sentence.start, masked, clause, before))
            found.extend(here)
            before = here[0].start if here else None
    return tuple(found)


def _tells_past(words: str, year: int | None) -> bool:
    """Whether the clauses after this one tell the past too, until one commits."""
    earlier = year is not None and any(int(y) < year for y in _OF_YEAR.findall(words))
    return earlier or bool(_STILL_PAST.search(words))


def _after_ground(masked: str, clause: Span) -> int:
    """Where the clause goes on after what its commitment starts from."""
    grounds = [match.end() for match in _GROUND.finditer(masked, clause.start, clause.end)]
    return grounds[-1] if grounds else clause.start


def _in_clause(text: str, shift: int, masked: str, clause: Span, before: int | None) -> Iterator[Target]:
    at = clause.start
    quantities = _quantities(masked, clause)
    for index, found in enumerate(quantities):
        last = index == len(quantities) - 1
        limit = clause.end if last else quantities[index + 1].match.start()
        comma = masked.find("、", found.end, found.end + 1 if last else limit)
        stop = limit if comma < 0 else comma
        begin = at + _skipped(masked[at : found.match.start()])
        near = before is not None and index == 0 and begin - (before - shift) <= _NEAR
        if near and _PREDICATE.match(masked[begin : found.match.start()]):
            begin = before - shift
        printed = text[shift + begin : shift + max(stop, found.end)].rstrip(" 。；;，,、\n！.")
        yield Target(
            printed,
            found.value,
            found.value_max,
            found.unit,
            found.comparator,
            shift + begin,
            shift + begin + len(printed),
        )
        at = stop


def _quantities(masked: str, clause: Span) -> list[_Found]:
    """The committed ones of a clause; each row of them (50万元、100万元) is judged as one."""
    found: list[_Found | None] = []
    rows = _rows(masked, clause)
    for row, following in zip_longest(rows, rows[1:]):
        if not (following and _is_class(row, masked, clause, following[0].match)):
            around = Span(row[0].match.start(), row[-1].end)
            found += [_quantity(printed, masked, clause, around) for printed in row]
    return [one for one in found if one]


def _rows(masked: str, clause: Span) -> list[list[_Printed]]:
    rows: list[list[_Printed]] = []
    for match in _QUANTITY.finditer(masked, clause.start, clause.end):
        word = _AFTER.match(masked, match.end(), clause.end)
        printed = _Printed(match, word["word"] if word else "", word.end() if word else match.end())
        if rows and _ROW.fullmatch(masked, rows[-1][-1].end, match.start()):
            rows[-1].append(printed)
        else:
            rows.append([printed])
    return rows


def _is_class(row: list[_Printed], masked: str, clause: Span, following: re.Match) -> bool:
    """Whether it tells what the quantity behind it is of (10亿元以上项目3个, 3个断面达标率100%)."""
    first, last = row[0].match.start(), row[-1]
    between = masked[last.end : following.start()]
    if "、" in between or not _HAN_CHARACTER.match(between):
        return False
    if last.word and last.word != "左右" or masked[max(0, first - 1) : first] == "超":
        return True
    is_rate = following.group().endswith(("%", "％", "‰")) or bool(following["fraction"])
    return is_rate and not masked[clause.start : min(first, clause.start + _NEAR)].strip()


def _skipped(lead: str) -> int:
    match = _MODAL.match(lead)
    return match.end() if match else 0


def _quantity(printed: _Printed, masked: str, clause: Span, row: Span) -> _Found | None:
    """The quantity if the clause commits to it."""
    match = printed.match
    before = masked[max(clause.start, match.start() - _NEAR) : match.start()]
    upwards = bool((match["han"] or match["round"]) and _UPWARDS.search(before))
    comparator = ">=" if upwards else _comparator(before, printed.word)
    explicit = comparator in (">=", "<=")
    leading = masked[max(clause.start, row.start - _NEAR) : row.start]
    if _is_no_commitment(leading, masked[row.end : row.end + 4], match, explicit):
        return None
    if _names_only(match, before, masked[printed.end : printed.end + 2]) and not explicit:
        return None
    value, value_max, unit = _figures(match)
    if value is None or match["han"] and (not explicit or _BREAKS_THROUGH.search(before)):
        return None
    if match["over"] and comparator == "=":
        comparator = ">="
    return _Found(match, value, value_max, unit, comparator, printed.end)


def _is_no_commitment(before: str, after: str, match: re.Match, explicit: bool) -> bool:
    if _DESCRIBES.match(before) and not explicit or _BASELINE.search(before) and match["low"] is None:
        return True
    if (match["unit"] or "").endswith("元") and _GRANTS.search(before):
        return True
    if not explicit and before.endswith(("（", "(")) and after.startswith(("）", ")")):
        return True  # 民生实事（4项） counts what follows
    return bool(_QUALIFIES.match(after) or _COUNTS.search(before))


def _names_only(match: re.Match, before: str, after: str) -> bool:
    """Whether the unit, without a comparator, makes a name rather than a quantity."""
    unit = match["unit"] or match["range"] or ""
    counts_before = bool(before.strip()) and bool(_CLOSES.match(after))
    return unit in _NEEDS_COMPARATOR or unit in _COUNTS_BEFORE and not counts_before


def _comparator(before: str, after: str) -> str:
    said = _ENDS.search(before)
    if after.endswith("以上") or said and said["more"]:
        return ">="
    if after in ("以内", "之内", "以下", "及以下") or said and said["less"]:
        return "<="
    if after or _ENDS_ABOUT.search(before) or _EXPECTED.search(before):
        return "~"
    return "="


def _figures(match: re.Match) -> tuple[Decimal | None, Decimal | None, str]:
    """Value, upper value and unit as numbers and words."""
    if match["fraction"]:
        return value_of(match["share"]), None, "%" if match["fraction"].startswith("百") else "‰"
    if match["double"]:
        return value_of(match["times"]), None, match["fold"]
    if match["low"]:
        return value_of(_digits(match["low"])), value_of(_digits(match["high"])), _unit(match["range"])
    if match["number"]:
        return value_of(_digits(match["number"])), None, _unit(match["unit"])
    if match["han"]:
        return value_of(match["han"]), None, match["hanunit"]
    return value_of(match["round"]), None, match["money"]


def _digits(number: str) -> str:
    return re.sub(r"[,，\s]", "", number)


def _unit(printed: str) -> str:
    """`个亿` is 亿, `％` is %; 万余人 is 万人."""
    unit = printed.replace("％", "%")
    return re.sub(rf"^个(?={_SCALE})|[余多]", "", unit)
