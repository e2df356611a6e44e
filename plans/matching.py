"""Which item of one plan is which of another: by what they say, whatever number they bear."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

# What is left once equal texts are paired is compared each with each. Past so many comparisons two files
# are no versions of one plan: the rest stays unmatched, rather than keep somebody waiting.
MOST_COMPARED = 4_000_000
# Whole texts are compared with those of the most similar headings: that costs the most.
MOST_ALIKE = 100


@dataclass(frozen=True, slots=True)
class Wording:
    """What an item says, and under which number. The number only decides between texts equally alike."""

    heading: str
    body: str = ""
    number: str = ""


class Pair(NamedTuple):
    """An item of the old plan and one of the new; None where there is no counterpart. Likeness is 0 to 1."""

    old: int | None
    new: int | None
    likeness: float


class Words(NamedTuple):
    """A wording as it is compared: without blanks, and the whole of it beside its heading."""

    heading: str
    whole: str


def pairs(old: Sequence[Wording], new: Sequence[Wording], *, least: float) -> list[Pair]:
    """One to one, every index once: in the order of `new`, then what is only in `old`.

    Equal texts belong together whatever likeness is asked for; of the others the most alike pair comes first,
    down to `least`. Deterministic.
    """
    before, after = words(old), words(new)
    found = dict(equal(before, after, old, new))
    taken = set(found.values())
    rest_old = [n for n in range(len(old)) if n not in taken]
    rest_new = [n for n in range(len(new)) if n not in found]
    alike: dict[int, float] = dict.fromkeys(found, 1.0)
    for likeness, i, j in best(before, after, old, new, rest_old, rest_new, least):
        if j not in found and i not in taken:
            found[j], alike[j] = i, likeness
            taken.add(i)
    there = [Pair(found.get(j), j, alike.get(j, 0.0)) for j in range(len(new))]
    return there + [Pair(i, None, 0.0) for i in range(len(old)) if i not in taken]


def words(wordings: Sequence[Wording]) -> list[Words]:
    """Line breaks and blanks differ with a file's format; so may where a heading ends."""
    bare = [("".join(one.heading.split()), "".join(one.body.split())) for one in wordings]
    return [Words(heading, heading + body) for heading, body in bare]


def equal(
    before: list[Words], after: list[Words], old: Sequence[Wording], new: Sequence[Wording]
) -> Iterator[tuple[int, int]]:
    """(new, old) of the same text. Of texts that come several times, those between the same neighbours."""
    places: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, texts in enumerate((before, after)):
        for n, text in enumerate(texts):
            places[text.whole][side].append(n)
    doubled = False
    for left, right in places.values():
        if len(left) == len(right) == 1:
            yield right[0], left[0]
        doubled = doubled or bool(left and right and len(left) + len(right) > 2)
    if not doubled:
        return
    aligned = dict(in_line(before, after))
    for left, right in places.values():
        if left and right and len(left) + len(right) > 2:
            yield from spread(left, right, aligned, old, new)


def in_line(before: list[Words], after: list[Words]) -> Iterator[tuple[int, int]]:
    """(new, old) along the longest run of texts that both have in this order."""
    if len(before) * len(after) > MOST_COMPARED:
        return
    steps = LCSseq.opcodes([text.whole for text in before], [text.whole for text in after])
    for step in steps:
        if step.tag == "equal":
            yield from zip(
                range(step.dest_start, step.dest_end), range(step.src_start, step.src_end), strict=True
            )


def spread(
    left: list[int],
    right: list[int],
    aligned: dict[int, int],
    old: Sequence[Wording],
    new: Sequence[Wording],
) -> Iterator[tuple[int, int]]:
    """One text in several places: those in line, those of the same number, the others as they come."""
    free_old, free_new = list(left), list(right)

    def take(j: int, i: int) -> tuple[int, int]:
        free_new.remove(j)
        free_old.remove(i)
        return j, i

    for j in right:
        if aligned.get(j) in free_old:
            yield take(j, aligned[j])
    numbers = {old[i].number: i for i in reversed(free_old)}
    for j in list(free_new):
        if numbers.get(new[j].number) in free_old:
            yield take(j, numbers[new[j].number])
    yield from zip(free_new, free_old, strict=False)


def best(
    before: list[Words],
    after: list[Words],
    old: Sequence[Wording],
    new: Sequence[Wording],
    rest_old: list[int],
    rest_new: list[int],
    least: float,
) -> list[tuple[float, int, int]]:
    """(likeness, old, new) of all that are alike enough, the most alike first."""
    if len(rest_old) * len(rest_new) > MOST_COMPARED:
        return []
    headings = [before[i].heading for i in rest_old]
    found = []
    # The mean of both: neither may miss by more than the other can make good.
    cutoff = max(0.0, 2 * least - 1) * 100
    for j in rest_new:
        own = after[j]
        for _, heading, at in process.extract(
            own.heading, headings, scorer=fuzz.ratio, limit=MOST_ALIKE, score_cutoff=cutoff
        ):
            i = rest_old[at]
            needed = max(0.0, 200 * least - heading)
            whole = fuzz.ratio(own.whole, before[i].whole, score_cutoff=needed)
            if heading + whole >= 200 * least:
                likeness = round((heading + whole) / 200, 4)
                found.append((-likeness, old[i].number != new[j].number, abs(i - j), j, i))
    return [(-one[0], one[4], one[3]) for one in sorted(found)]
