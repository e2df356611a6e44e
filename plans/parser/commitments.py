"""Whether a quantity is committed to, or tells the past, a grant, a class, a duration or a name."""

import re
from typing import NamedTuple

from plans.parser.quantities import Quantity

# What tells the past rather than commits: literal beginnings, which a search finds fastest. 比去年,
# 不低于上年 only compare; 已有企业 are those there are, 已有30家 is a report.
_DID = re.split(
    r"\s+",
    """完成 实现 召开 印发 建成 举办 新增 认定 达成 引进 争取 获得 开展 组织 出台 制定 推出 形成 打造 培育
    建立 发布 取得 达到 培训 成立 增长 下降 提高""",
)
_LAST_YEAR = "|".join(rf"{year}(?<![比较与于到是同为由从]{year})" for year in ("去年", "上年", "上一年"))
_STILL_PAST = re.compile(f"截至|截止|目前|近年来|以来|{_LAST_YEAR}")
_ONLY = "|".join(rf"{word}有(?=\s?\d)" for word in "尚仍仅还只")
_PAST = re.compile(
    f"已(?!有(?!\\s?\\d))|{_STILL_PAST.pattern}|现有(?=[^，,]{{0,20}}\\d)|{_ONLY}|仅[占为]|近[两三]年|曾|共有|累计有|"
    + "|".join(f"{verb}了" for verb in _DID)
)
# 已建设施正常运行率不低于90% is what shall be, though it speaks of what is there.
_SHALL = re.compile("不(?:得|应|能)?(?:低于|少于|小于|高于|大于|多于|超过)")
COMMITS = re.compile(
    "力争|争取|确保|净增|今年|全年|年内|年底前|月底前|到20|要|将|再|继续|新[建增认培]|每[年月季]|计划"
)
_OF_YEAR = re.compile(r"(?<![比较与由从\d])(20\d\d)年(?!度?考核|以?前|之前)")
# "围绕10个产业链" describes what the work is about.
_DESCRIBES = re.compile("^(?:围绕|聚焦|依托|针对|按照|根据|瞄准|面向|结合|立足|借助|利用|用好|对照).{0,6}$")
# "全市16个区" counts what there is, "每10万人" what something is reckoned by.
_COUNTS = re.compile(
    "(?:(?<!为)全[省市区县乡镇]|我[省市区县]|上述|这|其中的|每|[下所管现]辖|涉及[^，,\\d]{0,12}|包括|包含|涵盖|共|分解任务|位于|地处"
    "|(?<![部充积])分解?[为成]?(?:[一二三四五六七八九十]个[\u4e00-\u9fff]{2})?|占地(?:面积)?约?)$"
)
# 新建, 新改扩建, 新（改、扩）建: kinds of building, told in one word.
_BUILDS = "[新改扩续迁重](?:[（(、]?[改扩续迁重][改扩续迁重、]{0,4}[)）]?)?建"
# "甲、乙等10个项目" counts what was named, unless something is done with it.
_AND_SO_ON = re.compile("等$")
_DOES = re.compile(
    "^(?:[一二三四五六七八九]是|[^，,、]{0,10}[前底内末年])?(?:全面|加快|积极|重点|持续|统筹|大力|深入|扎实|力争|确保|计划|要|将|拟|继续)*"
    f"(?:{_BUILDS}|完成|推[进动广出行]|[建组]成|[建增架铺开创添]设|新[增改开辟]|开辟|实[施现]|[开动复]工|启动|[开拓]展|[举承主创]办|打造|[培选]育|[引改促]进"
    "|争[取创]|改[造扩]|创建|拆除|[增追]加|优化|整[治改合]|治理|修[复缮订]|维修|加[固装快]|[硬绿亮美净]化|提[升质标]|升级|完善|搬迁|关[停闭]|淘汰|取缔"
    "|疏浚|打通|清[理除淤]|办[好理]|抓好|签约|[谋策]划|储备|[申上]报|制[定订]|出台|编制|评选|成立|设立|投[放用入]|配[备置齐]|[购布]置|建[立好]|选[树派聘]|认定|开[通发放])"
)
# 新建甲、乙共50座 sums up what is listed; 建成的甲、乙共50座 tells what there is.
_SUMS_UP = re.compile("^[^的]*[、等][^的]*共$")
# 奖补资金200万元以上 is to be got: what is given is told up to a limit.
_MONEY_TO_HAVE = re.compile("(?:资金|经费|金额|总额)(?:达到?|不[低少]于|超过?|突破)?$")
_GRANTS = re.compile(
    r"(?:给予|奖励|奖补|补助|补贴|罚款|处以|(?<!不)最高|资助|补贴额度|补偿|扶持)[^，,\d]{0,4}$"
)
# 争取上级补助2亿元 is to be got, not given.
_FUNDS = re.compile("(?:争取|发放|兑现|拨付|筹集|到位|下达|整合|落实)[^，,\\d]{0,8}$")
_BASELINE = re.compile(r"(?:从(?![事业])|(?<![理自])由)(?:20\d\d年)?[^，,\d]{0,10}$")
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
# 满意度90分以上 is reached, 得5分 is given.
_SCORED = re.compile("(?:满意度|评[价分]|测评|[得评]分|成绩|分数|指数|考核)[^，,\\d扣加减记计]{0,10}$")
# 500米范围内, 半径2公里: where something is done.
_EXTENT = re.compile("范围|半径|圈")
# These build names too (十条措施), so without a comparator they count only what stands before them.
_COUNTS_BEFORE = tuple("组团对部批条队班类期位讲节顶道单")
# Facets of the work rather than things to be had (3个方面, 5个环节).
_FACETS = re.compile(
    "(?:大|关键|重点|主要|核心|重要)?(?:方面|领域|层面|维度|环节|阶段|步骤|层次|统筹|坚持|转变|更加|强化|一批|百分之百|100%|确保|关键词|字$|不准|严禁|规定|问题导向)"
)
_NAMED_BY = re.compile(
    "^[\u4e00-\u9fff]{0,4}?(?:措施|举措|意见|政策|规定|禁令|红线|底线|标准|主线|战线|工程|门槛|路径)"
)
# Verbs that make or hold things; right before a numeral in characters, or somewhere before a figure.
_CREATES = re.compile(
    "(?:新建|新增|新开工|建成|建设|举办|开展|组织|召开|培育|培养|引进|打造|认定|创建|申报|改造|开通|推出|建立|配备|选派|遴选|评选)(?:了)?$"
)
_MAKES = re.compile(
    f"(?:{_BUILDS}|[新开]辟|新增|创[建成]|建成|建设|举办|开展|组织|开通|推出|改造|打造|引进|培育|遴选|选派|整治|治理|维修|修[建复缮]"
    "|拆除|增[加设开]|打通|铺设|架设|疏浚|绿化|硬化|亮化|购置|配[备置])[^，,]{0,40}$"
    "|(?:调整|延伸|加密)$"  # 加密8条线路
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


# 两万亩 is counted, two of a kind need a verb.
_SCALED = re.compile("个?[万亿]")
# 不发生1起 promises none.
_NONE_OF = re.compile(r"(?:不(?:得|再)?(?:发生|出现)|杜绝|防止|避免)[^，,\d]{0,6}$")


def tells_past(words: str) -> bool:
    return bool(_PAST.search(words)) and not _SHALL.search(words)


def goes_on_telling_past(words: str, year: int | None) -> bool:
    """Whether the clauses after this one tell the past too, until one commits."""
    earlier = year is not None and any(int(y) < year for y in _OF_YEAR.findall(words))
    return earlier or bool(_STILL_PAST.search(words))


def is_of_class(words: str) -> bool:
    """Whether words behind an amount name what is sorted by it (过5亿元项目10个)."""
    return bool(_CLASS.match(words))


class Around(NamedTuple):
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


def is_committed(quantity: Quantity, around: Around) -> bool:
    """Whether its clause commits to a quantity."""
    return not (
        _is_description(quantity, around)
        or _is_class(quantity, around)
        or _is_grant(quantity, around)
        or _is_duration(quantity, around)
        or _is_name(quantity, around)
    )


def _is_description(quantity: Quantity, around: Around) -> bool:
    before = around.leading
    if (
        _DESCRIBES.match(before)
        and not around.explicit
        or _BASELINE.search(before)
        and quantity.match["low"] is None
    ):
        return True
    if not around.explicit and before.endswith(("（", "(")) and around.behind.startswith(("）", ")")):
        return True  # 民生实事（4项） counts what follows
    if not before.strip() and _ALL_OF.match(around.behind):
        return True
    if _NONE_OF.search(before):
        return True
    if _AND_SO_ON.search(before) and not (_DOES.match(before) or _DONE_TO.match(around.behind)):
        return True
    return bool(_COUNTS.search(before)) and not _is_sum(around)


def _is_sum(around: Around) -> bool:
    """Whether it ends a clause that does something with all that it lists (修缮古桥、古井共8处)."""
    before = around.leading
    return bool(_SUMS_UP.search(before) and _DOES.match(before) and _CLOSES.match(around.behind))


def _is_class(quantity: Quantity, around: Around) -> bool:
    unit = quantity.unit
    if _GRANTED.match(around.behind):
        return True
    if around.word in _LARGER and _SIZED.search(unit) and _CLASS.match(around.behind):
        return True
    if around.word in _LARGER and _SIZED.search(unit) and around.leading.endswith(("对", "凡", "凡是")):
        return True  # 对30亩以上连片荒地复耕
    if not _OF_WHICH.match(around.behind):
        return False
    if quantity.is_rate:
        return bool(_GROWS.search(around.leading)) or not _PART_DOES.match(around.behind)
    return not _COUNTED.search(unit) or bool(_FOR.search(around.leading + around.behind))


def _is_grant(quantity: Quantity, around: Around) -> bool:
    found = _GRANTS.search(around.leading) if quantity.unit.endswith("元") else None
    if not found or around.comparator == ">=" and _MONEY_TO_HAVE.search(around.before):
        return False
    return not _FUNDS.search(around.leading[: found.start()])


def _is_duration(quantity: Quantity, around: Around) -> bool:
    """5个工作日内答复 says how long each case takes; 审批时间压缩至5个工作日内 is to be reached."""
    if quantity.unit not in _DURATIONS:
        return False
    needed = _TAKES if around.comparator != "=" else _TIME
    return not needed.search(around.leading)


def _is_name(quantity: Quantity, around: Around) -> bool:
    """Whether the unit, without a comparator, makes a name rather than a quantity."""
    unit, before, after = quantity.unit, around.before, around.after
    if quantity.match["index"]:
        return not _is_index(quantity, around)
    if quantity.match["below"] or quantity.match["over"]:
        return not (around.explicit or _REACHES.search(before))
    if quantity.match["han"] and (
        _MOTTO.search(before) or around.comparator == "=" and not _is_counted(quantity, around)
    ):
        return True
    if unit == "分" and not _SCORED.search(before) or _EXTENT.match(after):
        return True
    if unit == "岁" and "寿命" not in before:
        return True
    if (
        _FACETS.match(after)
        or unit == "个"
        and after[:1].isdigit()
        or quantity.is_rate
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


def _is_index(quantity: Quantity, around: Around) -> bool:
    """A number without a unit: a coefficient or an index that is to be reached."""
    number, before = quantity.match["index"], around.before
    if _YEARLIKE.match(number) or not (around.explicit or _REACHES.search(before)):
        return False
    return "." in number and number[0] == "0" or bool(_INDEX.search(before))


def _is_counted(quantity: Quantity, around: Around) -> bool:
    """A numeral in characters counts only right behind a verb that makes things (举办两场招聘会)."""
    if quantity.match["hanmore"] or _SCALED.match(quantity.unit):  # 两万亩
        return True
    if quantity.match["han"] in ("一", "百", "千") or quantity.match["hanunit"] not in _COUNTABLE:
        return False
    at_end = quantity.unit != "期" and _CLOSES.match(around.after)  # 港区二期 is a name
    if at_end and _MAKES.search(around.before):  # 改造市场二十个
        return True
    return bool(_CREATES.search(around.before)) and not _NAMED_BY.match(around.after)
