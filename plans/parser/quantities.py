"""Quantities as printed: numbers of every kind with their units, and what they amount to."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from plans.parser.numerals import value_of

# Measure words that follow a committed number. Years, months, days of the month and points are none.
_MEASURES = re.split(
    r"\s+",
    """个百分点 百分点 个点 个工作日 工作日 平方公里 平方千米 平方米 立方米 公里 千米 公顷 公斤 千克
    毫米 厘米 毫克 微克 纳克 分贝 吨标准煤 吨标煤 千克标准煤 千瓦时 兆瓦时 兆瓦 千瓦
    美元 欧元 港元 日元 标准箱 标箱
    人次 人天 人年 户次 家次 场次 件次 批次 车次 架次 航次 班次 剂次 台次 课时 学时 小时 分钟 辆次 项次 例次
    台套 平米 千伏安 摄氏度
    家 个 项 件 人 名 次 户 套 台 辆 亩 吨 元 篇 场 批 条 笔 支 所 处 座 只 头 株 份 部 种
    门 班 队 米 度 倍 天 家庭 床 张 册 例 起 宗 片 块 栋 间 对 组 团 期 位 枚 艘 架 列 口 眼
    立方 平方 位次 名次 趟 遍 瓶 秒 副 毫升 公升 人户 人月 标台 分
    棵 欧 瓦 升 字 集 本 幅 盏 孔 斤 单 把 根 羽 尾 桶 轮 类 节 堂 幢 顶 剂 箱 封 套次 讲 道 岁 ㎡ ℃""",
)
SCALE = "(?:十万|百万|千万|万亿|十亿|百亿|千亿|万|亿)"
BASE = "|".join(sorted(_MEASURES, key=len, reverse=True))
# What a measure word must not be the beginning of: 个月, 人才, 部门, 期间, 条例, 件事.
_NO_MORE = (
    "(?![月强级]|(?<=个)(?:季度|学期|小时|星期|周|年|交易日)|(?<=人)[才工口民社均]|(?<=部)[门分署级委]|(?<=期)间"
    "|(?<=条)[例件款约]|(?<=位)数|(?<=名)[单录称]|(?<=天)[然津]|(?<=单)位|(?<=场)[所馆]|(?<=类)[别型]|(?<=批)[准复]|(?<=轮)岗"
    "|(?<=道)路|(?<=节)能|(?<=把)握|(?<=处)[理级室]|(?<=项)[规]|(?<=门)户|(?<=户)籍|(?<=组)[织合]|(?<=对)[接口]|(?<=团)[队体]|(?<=分)[类级区别批步析钟成解布之]|(?<=秒)杀|(?<=副)[本主]|(?<=点)[位源段播]|(?<=平方)根)"
)
# Units in Latin letters; 5G and 4K are none.
_LATIN = (
    r"(?:[kKMGT]?[Ww](?:h|p)?|k?m[²2³3]?|[kmμu]?g(?:/(?:m[³3]|L|kg|d))?|dB(?:\(A\))?|°[CF]|[MGTPE]B|[MG]bps|Mb/s"
    r"|kVA|MVA|TEU|tce)(?![A-Za-z0-9])"
)
_AREA_PER = (
    "(?:平方米|平方公里|立方米|千克|公斤|公里|公顷|升|吨|亩|户|人|万元|万人|日|天|年|月|小时|次|千瓦时)"
)
_UNIT = (
    rf"(?:[%％‰]|(?:{SCALE}|个{SCALE})(?:[余多]?(?:{BASE}){_NO_MORE}|{_LATIN}|(?!级))"
    rf"|(?:{BASE}){_NO_MORE}|千(?:{BASE}){_NO_MORE}|{_LATIN})"
)
_PAIR = rf"(?:[（(](?:{BASE})[)）])?"  # 台（套）
_PER = rf"(?:/(?:{SCALE}|[十百千])?(?:{BASE}|日|月|年)|每{_AREA_PER})?"  # 微克/立方米, 张/千人, 微克每立方米
UNIT = rf"(?:{_UNIT}{_PAIR}{_PER})"
_NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})++(?!\d)|\d++)(?:[.．]\s?\d++)?"
_HAN = "[一二三四五六七八九十百千两]{1,6}"
_DIGIT = "[一二两三四五六七八九十]"
_TO = r"(?:到|至|-|—{1,2}|–|~|～|－)"
# Behind a letter, a sign or 第 a number is part of a name or of another number.
_ALONE = r"(?<![\dA-Za-z.．+×/〔\[第前-])(?<!第\s)(?<!前\s)"
# What a quantity begins with is looked up first: at most places of a text there is none.
_BEGINS = re.compile("[\\d一二三四五六七八九十百千两翻万亿]")
_QUANTITY = re.compile(
    rf"""(?:(?!\d)|(?<![\d.．]))(?:
    (?P<fraction>百分之|千分之)(?P<share>[一二三四五六七八九十百零点两]{{1,8}}|{_NUMBER})
    |(?P<fold>翻)(?P<times>[一两二三四1-4])?番
    |(?P<below>{_DIGIT})分之(?P<above>[一二两三四五六七八九])
    |{_ALONE}(?P<over>[1-9]\d?)/(?P<under>[1-9]\d?)(?![\d/])
    |(?<![\d.第一二三四五六七八九十])(?P<tenths>{_DIGIT}|\d(?:\.\d)?)成(?P<half>半)?(?![立为果员功本长套熟效就形品都交份人绩分语片])
    |{_ALONE}(?P<low>{_NUMBER})\s?(?P<lowunit>{UNIT})?\s?{_TO}\s?(?P<high>{_NUMBER})\s?[余多几]?\s?(?P<range>{UNIT})
    |{_ALONE}(?P<shared>{_NUMBER})(?=(?:\s?[、和与及]\s?{_NUMBER}){{1,5}}\s?(?P<sharedunit>{UNIT}))
    |{_ALONE}(?P<number>{_NUMBER})\s?(?P<more>[余多几+＋])?\s?(?P<unit>{UNIT})
    |(?<![几数第一二三四五六七八九十两])(?P<round>[十百千])(?P<money>(?:万|亿|万亿)元)
    |(?<![第十百千])(?P<hanlow>{_DIGIT}){_TO}(?P<hanhigh>{_DIGIT})(?P<hanrange>(?:{BASE}){_NO_MORE})
    |(?<![第十百千几数])(?P<han>{_HAN})(?P<hanmore>[余多])?(?P<hanunit>个?{SCALE}?(?:{BASE}){_NO_MORE})
    |(?<=[上超近破逾])(?P<bare>[万亿])(?P<bareunit>(?:{BASE}){_NO_MORE})
    |{_ALONE}(?P<index>{_NUMBER})(?=以上|以下|以内|左右|\s?(?:$|[，,。；;、）)\n])))""",
    re.VERBOSE,
)
_SCALED = re.compile(rf"^个?(?P<scale>{SCALE})")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_PART_OF_UNIT = re.compile(rf"^个(?={SCALE})|[余多]")
_SEPARATORS = str.maketrans({"．": ".", ",": None, "，": None, " ": None, "\n": None})


def printed(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Every place of the stretch where something is printed as quantities are."""
    for begins in _BEGINS.finditer(text, start, end):
        if begins.start() >= start:
            match = _QUANTITY.match(text, begins.start(), end)
            if match:
                start = match.end()
                yield match


class Quantity(NamedTuple):
    """A printed quantity: what was matched, its unit as printed, and what is counted whatever the scale."""

    match: re.Match[str]
    unit: str
    measure: str
    is_rate: bool  # a part of a whole (95%, 百分之八十, 九成)

    @property
    def is_large(self) -> bool:
        """Whether the number is of a sort that 上 may stand before (上千家, 上10万人次)."""
        match = self.match
        return self.unit.startswith(("万", "亿")) or any(match[kind] for kind in ("han", "round", "bare"))

    @property
    def and_more(self) -> bool:
        """Whether it says that there is more than the number (3万余亩, 20多家)."""
        match = self.match
        return bool(match["more"] or match["hanmore"]) or "余" in self.unit or "多" in self.unit


def quantity(match: re.Match[str]) -> Quantity:
    """What such a match has found."""
    unit = (
        match["unit"] or match["range"] or match["hanunit"] or match["hanrange"] or match["sharedunit"] or ""
    )
    is_rate = unit in ("%", "％", "‰") or bool(match["fraction"] or match["tenths"])
    return Quantity(match, unit, _measure(unit) or "%" * is_rate, is_rate)


@lru_cache(maxsize=1024)
def _measure(unit: str) -> str:
    """What is counted, whatever the scale: 元 for 50万元 and for 1亿元."""
    return _SCALED.sub("", unit)


def figures(quantity: Quantity) -> tuple[Decimal | None, Decimal | None, str]:
    """Value, upper value and unit of a printed quantity, as numbers and words."""
    if quantity.match["number"]:
        return value_of(_digits(quantity.match["number"])), None, _plain(quantity.unit)
    said = quantity.match.groupdict()
    if said["fraction"]:
        return value_of(said["share"]), None, "%" if said["fraction"].startswith("百") else "‰"
    if said["fold"]:
        return value_of(said["times"] or "一"), None, "番"
    if said["below"] or said["over"]:
        return _share(said["above"] or said["over"], said["below"] or said["under"]), None, ""
    if said["tenths"]:
        tenths = value_of(said["tenths"])  # nobody reports in 成, so 八成 is 80%
        return None if tenths is None else 10 * tenths + (5 if said["half"] else 0), None, "%"
    if said["low"]:
        return _range(said)
    if said["hanlow"]:
        return *sorted((value_of(said["hanlow"]), value_of(said["hanhigh"]))), said["hanrange"]
    return _single(said)


def _share(above: str, below: str) -> Decimal | None:
    top, bottom = value_of(above), value_of(below)
    return round(top / bottom, 6) if top and bottom and top < bottom else None


def _range(said: dict[str, str | None]) -> tuple[Decimal | None, Decimal | None, str]:
    """3—5家; 8000万元至1亿元 in the second's unit; the smaller first, as bounds are told."""
    low, high = value_of(_digits(said["low"])), value_of(_digits(said["high"]))
    if low is None or high is None:
        return None, None, ""
    if said["lowunit"]:
        low = low.scaleb(_power(said["lowunit"]) - _power(said["range"]))
    low, high = sorted((low, high))
    return low, None if low == high else high, _plain(said["range"])


def _power(unit: str) -> int:
    scale = _SCALED.match(unit)
    return sum(_POWERS[character] for character in scale["scale"]) if scale else 0


def _single(said: dict[str, str | None]) -> tuple[Decimal | None, Decimal | None, str]:
    if said["shared"]:
        return value_of(_digits(said["shared"])), None, _plain(said["sharedunit"])
    if said["han"]:
        return value_of(said["han"]), None, _plain(said["hanunit"])
    if said["bare"]:
        return Decimal(1), None, said["bare"] + said["bareunit"]
    if said["index"]:
        return value_of(_digits(said["index"])), None, ""
    return value_of(said["round"]), None, said["money"]


def _digits(number: str) -> str:
    return number.translate(_SEPARATORS)


@lru_cache(maxsize=1024)
def _plain(unit: str) -> str:
    """`个亿` is 亿, `％` is %, 万余人 is 万人."""
    return _PART_OF_UNIT.sub("", unit.replace("％", "%"))
