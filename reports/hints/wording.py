"""What a report's words hold: figures that count something, and what is left without dates and padding.

Pure, and linear in the text: every repetition is bounded.
"""

import re
import unicodedata

# When it was: the same report a month later differs by these alone.
MOMENTS = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?![\d万亿])|(?:19|20)?\d\d年度?"
    r"|(?<!\d)\d{1,2}[-~—–至](?=\d{1,2}[月日])"
    r"|(?<!\d)\d{1,2}月(?:份|底|初|末)?(?:\d{1,2}[日号])?|(?<!\d)\d{1,2}日|(?<!\d)\d{1,2}[::]\d\d"
    r"|[一二三四五六七八九十]{1,2}月(?:份|底|初|末)?|[上中下]旬|第?[一二三四1-4]季度|[上下]半年|第\d{1,2}周"
    r"|[本上当][月周]|本季度?|今年|本年度?|[年月]底|以来|截至|截止|目前|当前|近期|至今|现阶段"
)
# Digits that count nothing: numbers of paragraphs, documents, houses, versions, programmes and networks.
NUMBERING = re.compile(
    r"(?:(?<=^)|(?<=[\n。;:,\s]))[(]?\d{1,2}(?:[)、]|\.(?!\d))|[〔\[(]\d{4}[〕\])]|第\d{1,4}(?![\d位名])|\d{1,4}号"
    r"|[A-Za-z]-?\d{1,4}(?:\.\d{1,3}){0,3}|\d{1,2}(?:\.\d{1,2}){0,2}版|(?<![\d.])\d{1,2}[GgKkDd](?![A-Za-z])"
    r"|(?<!\d)\d{1,2}\+[\dA-Za-z]|(?<!\d)\d{2,4}(?:计划|工程|行动|政策)"
)
NUMBER = re.compile(r"\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,6})?(?:万|亿|%)?")
# Chinese numerals count with a measure word; set phrases and what stands in quotation marks only look so.
SET_PHRASES = re.compile(
    r"“[^”]{1,12}”|[四两三]个(?:意识|自信|维护|确立|全面|务必|代表)|一(?:批|些|定|部分|次性|门式|条龙|体|件事)"
    r"|[一二三四五六七八九十]是"
)
COUNTED = re.compile(
    r"(?<![第这那每同某下上另任统进唯专逐])[一二两三四五六七八九十百千万亿]{1,12}[余多]?"
    r"(?:家|个|项|次|场|人|名|位|件|份|亩|公里|元|户|批|条|台|套|所|处|座|篇|轮|天|部|辆|吨|平方米|款|种|支|笔|宗|倍|成)"
    r"|第[一二三四五六七八九十]{1,3}[位名]|百分之[零一二三四五六七八九十百]{1,5}|过半|一半|半数|翻番"
)
# What can be put in or left out without anything having been done.
PADDING = re.compile(
    r"有序|稳步|扎实|积极|持续|继续|进一步|全面|深入|认真|大力|加快|切实|不断|着力|抓紧|有力|有效|较好|良好|浓厚"
    r"|明显|努力|全力|严格|高效|坚决|正在?(?=按|稳步|有序)|(?<=推进|开展|进行|实施|办理)[中着]"
)
# What makes two texts of nearly the same words tell of different things: which one, how many, how far.
TELLING = re.compile(
    r"\d{1,15}(?:\.\d{1,6})?%?|[零一二两三四五六七八九十百千万亿]{1,12}"
    r"|未|待|正在|将|拟|已(?!完成)|完成|结束|通过|启动|竣工|建成|上线|批复|印发"
)
NO_WORD = re.compile(r"[^\w%]|_")


def plain(text: str) -> str:
    """Full-width signs and digits as the half-width ones."""
    return unicodedata.normalize("NFKC", text)


def figures(text: str) -> list[str]:
    """The figures that a text states, in order: 3, 2.8%, 六名. Not dates, not numbering."""
    left = NUMBERING.sub(" ", MOMENTS.sub(" ", plain(text)))
    return NUMBER.findall(left) + COUNTED.findall(SET_PHRASES.sub(" ", left))


def essence(text: str) -> str:
    """What is left of a text without dates, padding, blanks and punctuation."""
    return NO_WORD.sub("", PADDING.sub("", MOMENTS.sub("", plain(text))))


def telling(text: str) -> list[str]:
    """The numbers and signs of how far things are, in no order: where they differ, two texts do."""
    bare = SET_PHRASES.sub("", PADDING.sub("", MOMENTS.sub("", plain(text))))
    return sorted(TELLING.findall(bare))


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[。;!?\n]", plain(text)) if part.strip()]


def clauses(sentence: str) -> list[str]:
    return [part for part in map(str.strip, re.split(r"[,:。;!?\n]", plain(sentence))) if part]
