"""Where a unit's heading ends and its body begins."""

import re
from dataclasses import dataclass

from plans.parser.document import Span
from plans.parser.furniture import is_page_number

# What closes a heading. A full stop typed in ASCII counts between Chinese characters only (3.1 has one too).
_CLOSES = re.compile(r"[。！？；;]|(?<=[\u4e00-\u9fff”》）])\.(?=[\u4e00-\u9fff]|\s|$)")
_ENCLOSED = re.compile(r"[（(][^（()）\n]{0,200}[)）]|《[^《》\n]{0,120}》")
# Nouns that name a part of a plan, so that a heading which ran into its text can be told from it.
_PART_NOUN = (
    "(?:目标任务|指导思想|总体要求|总体思路|基本原则|重大意义|工作打算|工作计划|目标|思路|原则|要求|任务|措施|举措"
    "|职责|分工|安排|步骤|打算|意义|范围)"
)
_PART_WORD = (
    "(?:下一步|下阶段|今后|总体|主要|重点|基本|工作|预期|年度|发展|保障|组织|实施|时间|进度|任务|技术|其他|有关|具体"
    "|建设|整治|治理|试点|责任|指导|推进|行动|整改|改革|创建|攻坚|专项)"
)
_STATE = "(?:(?:基本|工作|进展)情况|存在的?(?:主要|突出)?(?:困难和)?问题|(?:主要|突出)问题)(?!导向|整改|清单)"
_PART_NAME = re.compile(rf"(?:{_PART_WORD}{{0,3}}{_PART_NOUN}|{_STATE})(?=\s?[\u4e00-\u9fff“《])")
# After these a part's name goes on as a phrase (工作要求和…, 主要目标是…).
_GOES_ON = re.compile("[和与及的是、为]")
# A text shorter than this after a part's name is the rest of the heading.
_RUN_ON = 20
_LONGEST_LINE = 200
_SHORT_NAME = 30
_NAMED = re.compile("(?P<name>[^，,。：:“”]{2,120})[：:]")


@dataclass(frozen=True, slots=True)
class Split:
    """The heading's span and where the body starts."""

    heading: Span
    body_start: int


def split(text: str, start: int, end: int, *, before_colon: bool) -> Split:
    """The heading of a unit whose text (after the label) is `start` to `end`.

    `before_colon`: whether a short name before a colon is the heading (`市工信局：落实…`).
    """
    while start < end and (text[start].isspace() or text[start] in "、．.:：,，"):
        start += 1
    line_end = _line_end(text, start, end)
    closing = _first_closing(text, start, line_end)
    stop, body_start = closing if closing else (line_end, line_end)
    early = _colon(text, start, stop) if before_colon else None
    early = early or _part_name(text, start, stop)
    if early:
        stop, body_start = early
    return Split(Span(start, len(text[start:stop].rstrip(" \n，,、：:")) + start), body_start)


def _line_end(text: str, start: int, end: int) -> int:
    """Where the heading's line ends; a quotation or a title open there shows that the line was cut."""
    stop = text.find("\n", start, end)
    if stop < 0:
        return end
    for opening, closing in ("“”", "《》"):
        opened = text.rfind(opening, start, stop)
        if opened >= 0 and text.find(closing, opened, stop) < 0:
            again = text.find("\n", stop + 1, min(end, stop + _LONGEST_LINE))
            again = again if again >= 0 else min(end, stop + _LONGEST_LINE)
            return again if text.find(closing, stop, again) >= 0 else stop
    return stop


def body(text: str, start: int, end: int) -> str:
    """A body as one paragraph: line breaks and the white space around them folded to nothing."""
    lines = (line.strip() for line in text[start:end].split("\n"))
    return "".join(line for line in lines if not is_page_number(line))


def _first_closing(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The first closing mark outside brackets and titles: its place, and where the text goes on."""
    at = start
    for enclosed in _ENCLOSED.finditer(text, start, end):
        match = _CLOSES.search(text, at, enclosed.start())
        if match:
            return match.start(), match.end()
        at = enclosed.end()
    match = _CLOSES.search(text, at, end)
    return (match.start(), match.end()) if match else None


def _colon(text: str, start: int, stop: int) -> tuple[int, int] | None:
    bare = _ENCLOSED.sub(lambda match: "＿" * len(match.group()), text[start:stop])
    match = _NAMED.match(bare)
    if not match or start + match.end() >= stop or len(match["name"].replace("＿", "")) > _SHORT_NAME:
        return None
    return start + match.end() - 1, start + match.end()


def _part_name(text: str, start: int, stop: int) -> tuple[int, int] | None:
    match = _PART_NAME.match(text, start, stop)
    if not match or stop - match.end() < _RUN_ON or _GOES_ON.match(text, match.end()):
        return None
    return match.end(), match.end()
