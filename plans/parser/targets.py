"""Quantities that a text commits to reach, and what is compared with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from plans.parser import commitments
from plans.parser.clauses import clauses, mask, sentences
from plans.parser.commitments import Around, is_of_class
from plans.parser.comparators import AFTER, comparator
from plans.parser.document import Span
from plans.parser.model import Target
from plans.parser.quantities import QUANTITY, figures, is_rate, measure

# "在已认定100家的基础上" is what the commitment starts from, in a clause of its own or not.
_GROUND = re.compile("(?:基础上|前提下|情况下)")
# How much of a clause before a quantity bears on it.
_NEAR = 60
_HAN_CHARACTER = re.compile("[\u4e00-\u9fff]")
# A numeral in characters can begin a quantity, and a figure can.
_NUMERAL = re.compile("[\\d一二三四五六七八九十百千两万亿番]")
_AND_MORE = re.compile("[余多]")  # 3万余亩
# 给予50万元、100万元: what is said of one of a row is said of all.
_ROW = re.compile(r"\s?[、和与及或]\s?")
# 为20个村改造5处: the first tells only for whom.
_FOR_WHOM = re.compile("(?:^|[\u4e00-\u9fff])(?:为|对|在|向|给|从|由|以)(?:全[市县区省])?$")
_MODAL = re.compile(r"^(?:力争|争取|确保|努力|全年|年内|今年|继续|实现|其中|同时|全面|并|,|，|、|\s)+")
_PREDICATE = re.compile(r"^(?:预计|预期|力争)?(?:达到|达|实现|为)?$")


@dataclass(frozen=True, slots=True)
class _Printed:
    match: re.Match
    word: str  # 以上, 左右 … behind it
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    value: Decimal
    value_max: Decimal | None
    unit: str
    comparator: str


def targets(text: str, start: int, end: int, year: int | None = None) -> tuple[Target, ...]:
    """The committed quantities between `start` and `end`, in order; `year` is the plan's."""
    found: list[Target] = []
    for sentence in sentences(text, start, end):
        if not _NUMERAL.search(text, sentence.start, sentence.end):
            continue
        masked = mask(text[sentence.start : sentence.end])
        past, before = False, None
        for clause in clauses(masked, 0, len(masked)):
            clause = Span(_after_ground(masked, clause), clause.end)
            words = masked[clause.start : clause.end]
            past = (
                commitments.goes_on_telling_past(words, year)
                or past
                and not commitments.COMMITS.search(words)
            )
            if past or commitments.tells_past(words):
                before = None
                continue
            here = list(_in_clause(text, sentence.start, masked, clause, before))
            found.extend(here)
            before = here[0].start if here else None
    return tuple(found)


def _after_ground(masked: str, clause: Span) -> int:
    """Where the clause goes on after what its commitment starts from."""
    grounds = [match.end() for match in _GROUND.finditer(masked, clause.start, clause.end)]
    return grounds[-1] if grounds else clause.start


def _in_clause(text: str, shift: int, masked: str, clause: Span, before: int | None) -> Iterator[Target]:
    at = clause.start
    quantities = _quantities(masked, clause)
    for index, found in enumerate(quantities):
        last = index == len(quantities) - 1
        limit = clause.end if last else quantities[index + 1].start
        comma = masked.find("、", found.end, found.end + 1 if last else limit)
        stop = limit if comma < 0 else comma
        begin = at + _skipped(masked[at : found.start])
        near = before is not None and index == 0 and begin - (before - shift) <= _NEAR
        if near and _PREDICATE.match(masked[begin : found.start]):
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


def _skipped(lead: str) -> int:
    match = _MODAL.match(lead)
    return match.end() if match else 0


def _quantities(masked: str, clause: Span) -> list[_Found]:
    """The committed ones of a clause; each row of them (50万元、100万元) is judged as one."""
    found: list[_Found | None] = []
    rows = _rows(masked, clause)
    for row, following in zip_longest(rows, rows[1:]):
        if not (following and _describes(row, masked, clause, following[0].match)):
            around = Span(row[0].match.start(), row[-1].end)
            found += [_quantity(printed, masked, clause, around) for printed in row]
    return [one for one in found if one]


def _rows(masked: str, clause: Span) -> list[list[_Printed]]:
    rows: list[list[_Printed]] = []
    for match in QUANTITY.finditer(masked, clause.start, clause.end):
        word = AFTER.match(masked, match.end(), clause.end)
        printed = _Printed(match, word["word"] if word else "", word.end() if word else match.end())
        last = rows[-1][-1] if rows else None
        if last and measure(last.match) == measure(match) and _ROW.fullmatch(masked, last.end, match.start()):
            rows[-1].append(printed)
        else:
            rows.append([printed])
    return rows


def _describes(row: list[_Printed], masked: str, clause: Span, following: re.Match) -> bool:
    """Whether it tells what the quantity behind it is of (10亿元以上项目3个, 3个断面达标率100%)."""
    first, last = row[0].match.start(), row[-1]
    between = masked[last.end : following.start()]
    if not between.strip() and last.word and not is_rate(last.match):
        return True  # 5亿元以上10个
    if "、" in between or not _HAN_CHARACTER.match(between):
        return False
    sign = masked[max(0, first - 1) : first]
    if last.word and last.word != "左右" or sign == "超" or sign == "过" and is_of_class(between):
        return True
    before = masked[clause.start : min(first, clause.start + _NEAR)].strip()
    return bool(_FOR_WHOM.search(before)) or is_rate(following) and not before


def _quantity(printed: _Printed, masked: str, clause: Span, row: Span) -> _Found | None:
    """The quantity if the clause commits to it."""
    match = printed.match
    begin = max(clause.start, row.start - _NEAR)
    before = masked[max(clause.start, match.start() - _NEAR) : match.start()]
    large = any(match[kind] for kind in ("han", "round", "bare")) or (match["unit"] or "").startswith(
        ("万", "亿")
    )
    how = comparator(before, printed.word, large=large)
    behind = masked[printed.end : min(clause.end, printed.end + _NEAR)]
    after_row = masked[row.end : min(clause.end, row.end + _NEAR)]
    around = Around(before, behind, masked[begin : row.start], after_row, printed.word, how)
    if not commitments.is_committed(match, around):
        return None
    value, value_max, unit = figures(match)
    if value is None:
        return None
    if how == "=" and (match["more"] or match["hanmore"] or _AND_MORE.search(match["unit"] or "")):
        how = ">="
    return _Found(match.start(), printed.end, value, value_max, unit, how)
