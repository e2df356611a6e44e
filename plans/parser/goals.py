"""Goals in running text: one per clause that commits to something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from plans.parser.clauses import clauses, mask, sentences
from plans.parser.document import Span

# Where the year's goals are told in a paragraph of their own, numbered or not.
_OPENS = re.compile(
    r"(?:主要|预期|工作|总体|发展|年度|奋斗|总的|具体|科技){1,4}目标(?:任务)?(?:是|为)?\s*[:：]"
    r"|主要(?:经济|社会|发展|预期|工作|任务){0,3}指标\s*[:：]"
)
_BY_YEAR = re.compile(r"\n\s*(?P<year>到\s?20\d\d年(?:底|末)?(?:前)?[，,])")
_TITLE = re.compile(r"\W*(?:20\d\d年)?(?:主要|预期|工作|总体|发展|年度|科技){1,3}目标(?:任务)?\W*")
# A sentence that announces a list is no goal.
_ANNOUNCES = re.compile(
    r"以下(?:[几各]|[一二三四五六七八九十两]|工作|重点|任务|目标|方面|措施)|如下|下列|下述|[个项]方面的?工作|重点(?:做好|抓好|推进)[^，,]{0,12}工作"
)
# Circumstances: when, on what ground, by what principle. They belong to the goal that follows.
_CIRCUMSTANCE = re.compile(
    r"^(?:(?:从|自)?20\d\d年起.{0,6}年内|到?\s*(?:20\d\d|“?十[四五六]五”?)年?(?:\d{1,2}月)?(?:底|末|期间)?(?:前)?|(?:今年|全年|力争到.{0,8})"
    r"|(?:通过|按照|根据|围绕|依托|为了|结合|经过|以|在|坚持|聚焦|立足).*)$"
)
# What only joins clauses.
_JOINS = re.compile("^(?:其中|同时|此外|另外|具体指标)$")
_PURPOSE = re.compile(r"^为.*(?:基础|支撑|保障|贡献|条件|力量|动力)$")
# A clause without a subject of its own goes on with the goal before it.
_CONTINUES = re.compile(
    r"^(?:预计|预期)?(?:达到|达|同比|比上年|较上年|比去年|较去年|增长|增幅|增速|提高|年均|约?\d)"
)
# What is measured stands before a colon, its figures by kind behind it.
_BEFORE_FIGURES = ("达到", "达", "实现", "完成")
_YEAR_FIRST = re.compile(r"\s*(?P<date>到\s*20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:前)?)")
_STARTS = re.compile(r"^(?:到\s*20\d\d年(?:\d{1,2}月)?(?:底|末)?(?:前)?|[——\-–•·]+)\s*")


@dataclass(frozen=True, slots=True)
class Clause:
    """One goal: its whole text, its heading within, its sentence, and the date all of the sentence shares."""

    start: int
    end: int
    heading: Span
    sentence: Span
    shared: Span | None


def opening(text: str, start: int, end: int) -> int | None:
    """Where goals begin in a text that announces them: after `主要预期目标是：`, or at `到2027年，…`."""
    match = _OPENS.search(text, start, end)
    if match:
        return match.end()
    match = _BY_YEAR.search(text, start, end)
    return match.start("year") if match else None


def is_title(line: str) -> bool:
    """Whether an unnumbered line is the title of a goals part."""
    return bool(_TITLE.fullmatch(line))


def in_paragraph(text: str, start: int, end: int) -> list[Clause]:
    """The goals of a running paragraph; they cover it from the first to the last without a gap."""
    found: list[Clause] = []
    pending = start
    for sentence in sentences(text, start, end):
        if _ANNOUNCES.search(mask(text[sentence.start : sentence.end])):
            continue
        for heading in _headings(text, sentence):
            last = found[-1] if found else None
            if last and last.sentence == sentence and _CONTINUES.match(text[heading.start : heading.end]):
                found[-1] = replace(last, end=heading.end, heading=Span(last.heading.start, heading.end))
            else:
                found.append(Clause(pending, heading.end, heading, sentence, _shared(text, sentence)))
            pending = heading.end
        if found:
            found[-1] = replace(found[-1], end=sentence.end)
            pending = sentence.end
    return found


def _shared(text: str, sentence: Span) -> Span | None:
    match = _YEAR_FIRST.match(text, sentence.start, sentence.end)
    return Span(*match.span("date")) if match else None


def _with_figures(text: str, parts: Iterator[Span]) -> Iterator[Span]:
    """Clauses, those before and behind a colon as one where the first leaves off at its verb."""
    start, last = None, len(text.rstrip())
    for part in parts:
        begin = part.start if start is None else start
        before_colon = text[part.end : part.end + 1] in (":", "：")
        start = begin if before_colon and text.endswith(_BEFORE_FIGURES, part.start, part.end) else None
        if start is None or part.end + 1 >= last:
            yield Span(begin, part.end)


def _headings(text: str, sentence: Span) -> Iterator[Span]:
    """The committing clauses of a sentence, blanks and stops trimmed."""
    masked = mask(text[sentence.start : sentence.end])
    for clause in _with_figures(masked, clauses(masked, 0, len(masked))):
        raw = text[sentence.start + clause.start : sentence.start + clause.end]
        lead = len(raw) - len(raw.lstrip())
        lead += len(_STARTS.match(raw.lstrip()).group()) if _STARTS.match(raw.lstrip()) else 0
        kept = raw[lead:].rstrip(" \n。！？；;.")
        start = sentence.start + clause.start + lead
        colon = text[sentence.start + clause.end : sentence.start + clause.end + 1] in (":", "：")
        if (
            kept
            and not colon
            and not _JOINS.match(kept)
            and not _CIRCUMSTANCE.match(kept)
            and not _PURPOSE.match(kept)
        ):
            yield Span(start, start + len(kept))
