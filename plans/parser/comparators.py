"""The words before and behind a quantity that say how it is compared."""

import re

_MORE = (
    "(?:不低于|不下于?|起码|跨过|迈过|越过|冲破|不少于|不小于|不得少于|不得低于|不得小于|不应小于|不应低于|不应少于|不能少于|不能低于|超过|不止|超额?|突破|高于|大于|多于|优于|逾"
    "|至少[\u4e00-\u9fff]{0,6}?|最低|[≥＞>]=?)"
)
_LESS = (
    "(?:不超过?|不高于|不大于|不多于|不得超过|不得高于|不得大于|不得多于|不能超过|不应超过|不突破|控制在"
    "|低于|小于|少于|不足|不到|至多|最多|[≤＜<]=?)"
)
_ABOUT = "(?:约[为达占]?|大概|大致|(?<![最附临就靠])近|预计|大约|预计达到|预计达|左右|接近|将近)"
# 30日内 bounds a measure; of things, 60条内街 tells where they are unless the words end there.
_WITHIN = (
    r"(?:(?<=[日天时钟秒里米元%％月周年亩吨点])内(?![容部外涵需地陆在控科销贸饰蒙河镇街巷环])"
    r"|内(?=\s?(?:$|[，,。；;、）)\n])))"
)
AFTER = re.compile(
    rf"\s?(?:[（(]含[^）)]{{0,6}}[)）])?(?P<word>及?以上|及?以内|之内|{_WITHIN}|及?以下|左右|上下|[+＋](?![\dA-Za-z多若]))"
)
# The leftmost word wins, so that 不低于 is not read as 低于. What the quantity is measured by may stand
# between (不少于总数的20%, 不低于新增用地40%).
_ENDS = re.compile(
    rf"(?:(?P<more>{_MORE})|(?<!规模)(?P<less>{_LESS}))(?:到|至|在|了)?(?:[\u4e00-\u9fff]{{1,10}}的)?\s?$"
    rf"|不(?:得|应|能)?(?:(?P<atleast>[低少小]于)|(?P<atmost>超过|[高多大]于))[\u4e00-\u9fff]{{1,24}}$"
)
# 上千家, 上10万人次; 以上, 线上, 网上 are others.
_UPWARDS = re.compile("(?:^|(?<![以线网之]))上$")
_ENDS_ABOUT = re.compile(rf"{_ABOUT}\s?$")
_EXPECTED = re.compile("预计|预期(?!寿命|性|目标)")
_SHARED = re.compile(r"[\d.%％]+\s?[和与及、]\s?$")
# No such word stands farther from its quantity.
_NEAR = 36
_BELOW = ("以内", "及以内", "之内", "以下", "及以下", "内")
_AROUND = ("左右", "上下")


def comparator(before: str, after: str, *, large: bool) -> str:
    """One of >= <= ~ = for the words before a quantity and the word behind it.

    `large`: whether the number is of a sort that 上 may stand before (上千家).
    """
    before = before[-_NEAR:].rstrip()
    if before.endswith(("和", "与", "及", "、")):
        before = _SHARED.sub("", before)  # 不高于53和32微克 is said of both
    said = _ENDS.search(before)
    if (
        after.endswith(("以上", "+", "＋"))
        or said
        and (said["more"] or said["atleast"])
        or large
        and _UPWARDS.search(before)
    ):
        return ">="
    if after in _AROUND:  # 控制在3%左右
        return "~"
    if after in _BELOW or said and (said["less"] or said["atmost"]):
        return "<="
    if _ENDS_ABOUT.search(before) or _EXPECTED.search(before):
        return "~"
    return "="
