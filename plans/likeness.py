"""How alike two pieces of work are by what they say, in another year's words as well.

Texts are compared by the characters and pairs of characters they share, each weighing the more the fewer of
the texts have it: 孵化 says what a task is about, 推进 does not. Measured against edit distance in
docs/reading.md: a bureau words the same work anew each year, so hardly any sentence stays.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from plans.matching import Wording

# From here on two items are taken for the same work: see docs/reading.md. Below it stay the words that every
# plan of a bureau shares.
SAME_WORK = 0.15
# 500 items beside 500 take a second. Past that only equal texts are found, rather than keep a reader waiting.
MOST_COMPARED = 250_000

# Who answers for it says nothing of what it is, and would give the answer away.
OWNERS = re.compile(r"[（(\[【][^（）()\[\]【】]*(?:责任|牵头|配合|负责|参与)[^（）()\[\]【】]*[）)\]】]")
# What every item of every plan says.
COMMON = re.compile(
    "推进|推动|加强|加快|建设|开展|实施|完善|提升|深化|强化|促进|支持|落实|优化|健全|组织|持续|全面|进一步|大力|积极"
    "|着力|推行|达到|不少于|不低于|以上|新增|力争|确保|全市|全年|年底前|工作|任务|项目|发展|科技|创新|企业|服务|体系|水平"
)
LETTERS = re.compile(r"[^\W\d_]+")

Weights = Mapping[str, float]


class Alike(NamedTuple):
    """Two places in two lists of texts, and how alike what stands there is: 0 to 1."""

    old: int
    new: int
    likeness: float


def grams(wording: Wording) -> Counter[str]:
    """Single characters and pairs of neighbours; of a text that says nothing of its own, the whole."""
    found: Counter[str] = Counter()
    for text in (wording.heading, wording.body):
        for run in LETTERS.findall(COMMON.sub(" ", OWNERS.sub(" ", text))):
            found.update(run)
            found.update(first + second for first, second in zip(run, run[1:], strict=False))
    return found or Counter([f"{wording.heading}{wording.body}"])


def weighed(wordings: Iterable[Wording]) -> list[Weights]:
    """Each text as its characters' weights among all of these texts, of length one."""
    counted = [grams(wording) for wording in wordings]
    spread = Counter(gram for own in counted for gram in own)
    rarity = {gram: log((len(counted) + 1) / held) for gram, held in spread.items()}
    found = []
    for own in counted:
        weights = {gram: (1 + log(count)) * rarity[gram] for gram, count in own.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found.append({gram: weight / length for gram, weight in weights.items()})
    return found


def alike(old: Sequence[Wording], new: Sequence[Wording], least: float = SAME_WORK) -> Iterator[Alike]:
    """Whatever of `old` is as alike as that to something of `new`.

    For each of `new` the most alike first; of equally alike ones what stands first in `old`.
    """
    if len(old) * len(new) > MOST_COMPARED:
        yield from equal(old, new)
        return
    weights = weighed([*old, *new])
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for i, own in enumerate(weights[: len(old)]):
        for gram, weight in own.items():
            holders[gram].append((i, weight))
    for j, own in enumerate(weights[len(old) :]):
        shared: Counter[int] = Counter()
        for gram, weight in own.items():
            for i, other in holders.get(gram, ()):
                shared[i] += weight * other
        ranked = sorted((-round(likeness, 4), i) for i, likeness in shared.items() if likeness >= least)
        yield from (Alike(i, j, min(1.0, -less)) for less, i in ranked)


def equal(old: Sequence[Wording], new: Sequence[Wording]) -> Iterator[Alike]:
    places: dict[tuple[str, str], int] = {}
    for i, wording in enumerate(old):
        places.setdefault((wording.heading, wording.body), i)
    for j, wording in enumerate(new):
        if (i := places.get((wording.heading, wording.body))) is not None:
            yield Alike(i, j, 1.0)


def one_to_one(found: Iterable[Alike]) -> list[Alike]:
    """Each once: the most alike belong together, then the next of those that are left."""
    old: set[int] = set()
    new: set[int] = set()
    chosen = []
    for one in sorted(found, key=lambda one: (-one.likeness, one.new, one.old)):
        if one.old not in old and one.new not in new:
            chosen.append(one)
            old.add(one.old)
            new.add(one.new)
    return chosen
