"""Whether a quantity is committed to, or tells the past, a grant, a class, a duration or a name."""

import re
from dataclasses import dataclass

from plans.parser.quantities import is_rate, unit_of

# What tells the past rather than commits. 比去年, 较上年 only compare.
_PAST = re.compile(
    "已(?!有)|截至|截止|目前|现有|(?<![比较与])(?:去年|上年|上一年)|近年来|近[两三]年|以来|曾|共有|累计有"
    "|(?:完成|实现|召开|印发|建成|举办|新增|认定|达成|引进|争取|获得|开展|组织|出台|制定|推出|形成|打造|培育|建立|发布|取得|达到|培训|成立|增长|下降|提高)了"
)
_STILL_PAST = re.compile("截至|截止|目前|(?<![比较与])(?:去年|上年)|近年来")
COMMITS = re.compile("力争|争取|确保|净增|今年|全年|到20|要|将|再|继续|新[建增认培]|每[年月季]|计划")
_OF_YEAR = re.compile(r"(?<![比较与\d])(20\d\d)年(?!度?考核)")
# "围绕10个产业链" describes what the work is about.
_DESCRIBES = re.compile("^(?:围绕|聚焦|依托|针对|按照|根据|瞄准|面向|结合|立足|借助|利用|用好|对照).{0,6}$")
# "全市16个区" counts what there is, "每10万人" what something is reckoned by.
_COUNTS = re.compile(
    "(?:(?<!为)全[省市区县乡镇]|我[省市区县]|上述|这|其中的|每|下辖|所辖|管辖|涉及|划分为|分为|分成|位于|地处)$"
)
# "甲、乙等10个项目" counts what was named, unless something is done with it.
_AND_SO_ON = re.compile("等$")
_DOES = re.compile(
    "^(?:一是|二是|三是)?(?:全面|加快|积极|重点|持续|统筹)*(?:完成|推进|推动|建成|建设|新建|实施|开工|启动|开展|举办|打造|培育|引进|争取|改造|创建)"
)
_GRANTS = re.compile(
    r"(?:给予|奖励|奖补|补助|补贴|罚款|处以|(?<!不)最高|资助|补贴额度|补偿|扶持)[^，,\d]{0,4}$"
)
# 争取上级补助2亿元 is to be got, not given.
_FUNDS = re.compile("(?:争取|发放|兑现|拨付|筹集|到位|下达|整合|落实)[^，,\\d]{0,8}$")
_BASELINE = re.compile(r"(?:从(?![事业])|(?<![理自])由)[^，,\d]{0,10}$")
# "5000万元以上的项目" is a class of projects, "增长5%以上的目标" is a commitment.
_GRANTED = re.compile("给予|予以|标准(?!化)")
_OF_WHICH = re.compile("的(?!目标|增长|增幅|增速|速度|比重|水平|要求|任务|比例|幅度|年均)")
# 对甲路等3条道路进行改造, 甲校等4所学校改扩建.
_DONE_TO = re.compile("[\u4e00-\u9fff]{0,20}?(?:进行|改扩建|改造|建设|整治)")
# 80%的村建成…, 10家以上的…合作社: so many of a thing, and something is done with them.
_PART_DOES = re.compile(
    "的[\u4e00-\u9fff]{1,16}?(?:达到|达标|完成|实现|建成|建有|配备|开展|覆盖|纳入|设立|实行|具备|用于|投入)"
)
# 18个乡镇全部建成 tells of whom all are meant.
_ALL_OF = re.compile("[\u4e00-\u9fff]{0,4}(?:[乡镇村县区市局]|街道|社区|部门|单位)(?:全部|均|都|全面)")
_GROWS = re.compile("(?:增长|增幅|增加|提高|下降|超过|比例|占比)[^，,]{0,4}$")
_COUNTED = re.compile("(?:个|家|名|项|所|座|处|场|次|支|条|户|件|种|篇|部|套|期|人)$")
_FOR = re.compile("^(?:对|凡|凡是|符合|给予)|给予|奖励|补助")
# 总投资5000万元以上项目 is a class too; 到位5亿元以上资金 is not.
_CLASS = re.compile(
    r"(?:重[大点]|[\u4e00-\u9fff]{0,4}?)(?:项目|企业|工程|园区|集群|公司|设备|商户|主体|单位|建筑|活动)"
)
_SIZED = re.compile("(?:元|亩|平方米|人|吨|千瓦|公里)$")
_LARGER = ("以上", "及以上", "以下", "及以下")
_DURATIONS = ("天", "小时", "分钟", "个工作日", "工作日")
# What is done to a duration that is to be reached; else it says how long each case may take.
_TAKES = re.compile(
    "(?:压缩|压减|缩短|控制|减少|减至|降至|平均|天数|时间|时长|时限|周期|达到|增加|延长|提高|不少于|不低于|至少)"
)
_TIME = re.compile("天数|时长|时间|时限|周期|缩短|压缩")
_NEEDS_COMPARATOR = ("度", "字")
# These build names too (十条措施), so without a comparator they count only what stands before them.
_COUNTS_BEFORE = tuple("组团对部批条队班类期位讲节顶道单")
# Facets of the work rather than things to be had (3个方面, 5个环节).
_FACETS = re.compile(
    "(?:大)?(?:方面|层面|维度|环节|阶段|步骤|层次|统筹|坚持|转变|更加|强化|一批|百分之百|100%|确保|关键词|字$|不准|严禁|规定|问题导向)"
)
_NAMED_BY = re.compile(
    "^[\u4e00-\u9fff]{0,4}?(?:措施|举措|意见|政策|规定|禁令|红线|底线|标准|主线|战线|工程|门槛|路径)"
)
# Verbs that make or hold things; right before a numeral in characters, or somewhere before a figure.
_CREATES = re.compile(
    "(?:新建|新增|新开工|建成|建设|举办|开展|组织|召开|培育|培养|引进|打造|认定|创建|申报|改造|开通|推出|建立|配备|选派|遴选|评选)(?:了)?$"
)
_MAKES = re.compile(
    "(?:新建|新增|建成|建设|举办|开展|组织|开通|推出|改造|打造|引进|培育|遴选|选派)[^，,]{0,40}$"
)
# Where a quantity ends what it is said of.
_CLOSES = re.compile(r"\s?(?:$|[，,。；;、）)！\n])")
_COUNTABLE = tuple("家个所座场次处名期项条")
# "突破一批关键技术" counts nothing, "最多跑一次" is a motto.
_MOTTO = re.compile("(?:突破|跑)$")
# A number without a unit is a figure to be reached behind one of these, and of an index.
_REACHES = re.compile(
    "(?:提高|提升|达|降|减少|增加|控制|保持|稳定|维持|压减|占比?|比例|上升|下降|缩小|扩大|超过|不[低少高超]于?过?|为)(?:到|至|在|了)?(?:约|近)?$"
)
_INDEX = re.compile("(?:系数|指数|强度|密度|比值?|值|率|得分|浓度|评价|排放)")
_YEARLIKE = re.compile(r"(?:19|20)\d\d$")


def tells_past(words: str) -> bool:
    return bool(_PAST.search(words))


def goes_on_telling_past(words: str, year: int | None) -> bool:
    """Whether the clauses after this one tell the past too, until one commits."""
    earlier = year is not None and any(int(y) < year for y in _OF_YEAR.findall(words))
    return earlier or bool(_STILL_PAST.search(words))


def is_of_class(words: str) -> bool:
    """Whether words behind an amount name what is sorted by it (过5亿元项目10个)."""
    return bool(_CLASS.match(words))


@dataclass(frozen=True, slots=True)
class Around:
    """A quantity's clause: before and behind it, and before and behind all that 、 joins with it."""

    before: str
    after: str
    leading: str
    behind: str
    word: str  # 以上, 左右 … behind it
    comparator: str

    @property
    def explicit(self) -> bool:
        return self.comparator in (">=", "<=")


def is_committed(match: re.Match, around: Around) -> bool:
    """Whether its clause commits to a quantity."""
    return not (
        _is_description(match, around)
        or _is_class(match, around)
        or _is_grant(match, around)
        or _is_duration(match, around)
        or _is_name(match, around)
    )


def _is_description(match: re.Match, around: Around) -> bool:
    before = around.leading
    if _DESCRIBES.match(before) and not around.explicit or _BASELINE.search(before) and match["low"] is None:
        return True
    if not around.explicit and before.endswith(("（", "(")) and around.behind.startswith(("）", ")")):
        return True  # 民生实事（4项） counts what follows
    if not before.strip() and _ALL_OF.match(around.behind):
        return True
    if _AND_SO_ON.search(before) and not (_DOES.match(before) or _DONE_TO.match(around.behind)):
        return True
    return bool(_COUNTS.search(before))


def _is_class(match: re.Match, around: Around) -> bool:
    unit = unit_of(match)
    if _GRANTED.match(around.behind):
        return True
    if around.word in _LARGER and _SIZED.search(unit) and _CLASS.match(around.behind):
        return True
    if not _OF_WHICH.match(around.behind):
        return False
    if is_rate(match):
        return bool(_GROWS.search(around.leading)) or not _PART_DOES.match(around.behind)
    return not _COUNTED.search(unit) or bool(_FOR.search(around.leading + around.behind))


def _is_grant(match: re.Match, around: Around) -> bool:
    found = _GRANTS.search(around.leading) if unit_of(match).endswith("元") else None
    return bool(found and not _FUNDS.search(around.leading[: found.start()]))


def _is_duration(match: re.Match, around: Around) -> bool:
    """5个工作日内答复 says how long each case takes; 审批时间压缩至5个工作日内 is to be reached."""
    if unit_of(match) not in _DURATIONS:
        return False
    needed = _TAKES if around.comparator != "=" else _TIME
    return not needed.search(around.leading)


def _is_name(match: re.Match, around: Around) -> bool:
    """Whether the unit, without a comparator, makes a name rather than a quantity."""
    unit, before, after = unit_of(match), around.before, around.after
    if match["index"]:
        return not _is_index(match, around)
    if match["below"] or match["over"]:
        return not (around.explicit or _REACHES.search(before))
    if match["han"] and (
        _MOTTO.search(before) or around.comparator == "=" and not _is_counted(match, around)
    ):
        return True
    if unit == "岁" and "寿命" not in before:
        return True
    if (
        _FACETS.match(after)
        or unit == "个"
        and after[:1].isdigit()
        or is_rate(match)
        and before.endswith("个")
    ):
        return True
    if around.explicit:
        return False
    if unit in _COUNTS_BEFORE:
        counts = bool(before.strip()) and bool(_CLOSES.match(after))
        return not counts and (
            bool(_NAMED_BY.match(after)) or not (_MAKES.search(before) or _DONE_TO.match(after))
        )
    return unit in _NEEDS_COMPARATOR


def _is_index(match: re.Match, around: Around) -> bool:
    """A number without a unit: a coefficient or an index that is to be reached."""
    number, before = match["index"], around.before
    if _YEARLIKE.match(number) or not (around.explicit or _REACHES.search(before)):
        return False
    return "." in number and number[0] == "0" or bool(_INDEX.search(before))


def _is_counted(match: re.Match, around: Around) -> bool:
    """A numeral in characters counts only right behind a verb that makes things (举办两场招聘会)."""
    if match["hanmore"]:
        return True
    if match["han"] in ("一", "百", "千") or match["hanunit"] not in _COUNTABLE:
        return False
    return bool(_CREATES.search(around.before)) and not _NAMED_BY.match(around.after)
