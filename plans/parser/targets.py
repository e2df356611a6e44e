"""Quantities that a text commits to reach, and what is compared with them."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from plans.parser import commitments, quantities
from plans.parser.clauses import clauses, mask, sentences
from plans.parser.commitments import Around, is_of_class
from plans.parser.comparators import AFTER, comparator
from plans.parser.document import Span
from plans.parser.model import Target
from plans.parser.quantities import Quantity, figures, quantity

# "在已认定100家的基础上" is what the commitment starts from, in a clause of its own or not.
_GROUND = re.compile("(?:基础上|前提下|情况下)")
# How much of a clause before a quantity bears on it.
_NEAR = 60
# No clause is as long: what goes on without a comma is cut, so that each is read at a bounded cost.
_LONGEST = 600
_HAN_CHARACTER = re.compile("[\u4e00-\u9fff]")
# 给予50万元、100万元: what is said of one of a row is said of all.
_ROW = re.compile(r"\s?[、和与及或]\s?")
# 为20个村改造5处: the first tells only for whom.
_FOR_WHOM = re.compile("(?:^|[\u4e00-\u9fff])(?:为|对|在|向|给|从|由|以)(?:全[市县区省])?$")
_MODAL = re.compile(r"^(?:力争|争取|确保|努力|全年|年内|今年|继续|实现|其中|同时|全面|并|,|，|、|\s)+")
_PREDICATE = re.compile(r"^(?:预计|预期|力争)?(?:达到|达|实现|为)?$")


class _Printed(NamedTuple):
    quantity: Quantity
    word: str  # 以上, 左右 … behind it
    start: int
    end: int


class _Said(NamedTuple):
    """A committed quantity, and where in its clause the words that say it begin and end."""

    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str
    bare: bool  # nothing is said of what it measures (达到30%)


def targets(text: str, start: int, end: int, year: int | None = None) -> tuple[Target, ...]:
    """The committed quantities between `start` and `end`, in order; `year` is the plan's."""
    found: list[Target] = []
    for sentence in sentences(text, start, end):
        if any(quantities.printed(text, sentence.start, sentence.end)):
            masked = mask(text[sentence.start : sentence.end])
            found += _in_sentence(text, sentence.start, masked, year)
    return tuple(found)


def _in_sentence(text: str, shift: int, masked: str, year: int | None) -> Iterator[Target]:
    past, before = False, None
    for clause in _short_clauses(masked):
        start = _after_ground(masked, clause)
        words = masked[start : clause.end]
        past = commitments.goes_on_telling_past(words, year) or past and not commitments.COMMITS.search(words)
        here = () if past or commitments.tells_past(words) else _committed(words)
        begins = [start + said.start for said in here]
        # 研发投入占比提高，达到3%: what the second measures stands in the clause before.
        if here and here[0].bare and before is not None and begins[0] - before <= _NEAR:
            begins[0] = before
        for said, begin in zip(here, begins, strict=True):
            yield _target(text, shift + begin, shift + start + said.end, said)
        before = begins[0] if begins else None


def _target(text: str, begin: int, end: int, said: _Said) -> Target:
    printed = text[begin:end].rstrip(" 。；;，,、\n！.")
    return Target(
        printed, said.value, said.value_max, said.unit, said.comparator, begin, begin + len(printed)
    )


def _short_clauses(masked: str) -> Iterator[Span]:
    for clause in clauses(masked, 0, len(masked)):
        for start in range(clause.start, clause.end, _LONGEST):
            yield Span(start, min(start + _LONGEST, clause.end))


def _after_ground(masked: str, clause: Span) -> int:
    """Where the clause goes on after what its commitment starts from."""
    end = clause.start
    for match in _GROUND.finditer(masked, clause.start, clause.end):
        end = match.end()
    return end


@lru_cache(maxsize=1024)  # tables and forms say the same in many places
def _committed(words: str) -> tuple[_Said, ...]:
    """The quantities that a clause commits to, each with the words up to the next or to a 、."""
    told: list[_Said] = []
    at = 0
    found = _quantities(words)
    for (printed, how), following in zip_longest(found, found[1:]):
        limit = following[0].start if following else len(words)
        comma = words.find("、", printed.end, limit if following else printed.end + 1)
        stop = limit if comma < 0 else comma
        value, value_max, unit = figures(printed.quantity)
        if value is not None:
            begin = at + _skipped(words[at : printed.start])
            bare = at == 0 and bool(_PREDICATE.match(words[begin : printed.start]))
            told.append(_Said(begin, max(stop, printed.end), value, value_max, unit, how, bare))
            at = stop
    return tuple(told)


def _skipped(lead: str) -> int:
    match = _MODAL.match(lead)
    return match.end() if match else 0


def _quantities(words: str) -> list[tuple[_Printed, str]]:
    """The committed ones of a clause with how they compare; a row (50万元、100万元) is judged as one."""
    found: list[tuple[_Printed, str]] = []
    rows = _rows(words)
    for row, following in zip_longest(rows, rows[1:]):
        if following and _describes(row, words, following[0]):
            continue
        for printed in row:
            how = _compared(printed, words)
            if commitments.is_committed(printed.quantity, _around(printed, words, row, how)):
                found.append((printed, how))
    return found


def _rows(words: str) -> list[list[_Printed]]:
    rows: list[list[_Printed]] = []
    for match in quantities.printed(words, 0, len(words)):
        word = AFTER.match(words, match.end())
        end = word.end() if word else match.end()
        printed = _Printed(quantity(match), word["word"] if word else "", match.start(), end)
        last = rows[-1][-1] if rows else None
        if (
            last
            and last.quantity.measure == printed.quantity.measure
            and _ROW.fullmatch(words, last.end, printed.start)
        ):
            rows[-1].append(printed)
        else:
            rows.append([printed])
    return rows


def _describes(row: list[_Printed], words: str, following: _Printed) -> bool:
    """Whether it tells what the quantity behind it is of (10亿元以上项目3个, 3个断面达标率100%)."""
    first, last = row[0].start, row[-1]
    between = words[last.end : following.start]
    if not between.strip() and last.word and not last.quantity.is_rate:
        return True  # 5亿元以上10个
    if "、" in between or not _HAN_CHARACTER.match(between):
        return False
    sign = words[max(0, first - 1) : first]
    if last.word and last.word != "左右" or sign == "超" or sign == "过" and is_of_class(between):
        return True
    before = words[: min(first, _NEAR)].strip()
    return bool(_FOR_WHOM.search(before)) or following.quantity.is_rate and not before


def _compared(printed: _Printed, words: str) -> str:
    said = printed.quantity
    how = comparator(words[max(0, printed.start - _NEAR) : printed.start], printed.word, large=said.is_large)
    return ">=" if how == "=" and said.and_more else how


def _around(printed: _Printed, words: str, row: list[_Printed], how: str) -> Around:
    first, last = row[0].start, row[-1].end
    return Around(
        before=words[max(0, printed.start - _NEAR) : printed.start],
        after=words[printed.end : printed.end + _NEAR],
        leading=words[max(0, first - _NEAR) : first],
        behind=words[last : last + _NEAR],
        word=printed.word,
        comparator=how,
    )
