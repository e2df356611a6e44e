"""Four years of an invented bureau's plans, as the parser reads them, and what continues what by hand.

`python -m tests.years` measures on them how well tasks are found again in the next year's plan, and how well
the lead of a task is guessed from the other years. docs/reading.md tells what came of it.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from plans import readers
from plans.likeness import OWNERS, alike, one_to_one
from plans.matching import Wording, pairs
from plans.parser import parse
from plans.suggesting import Led, suggest

OWN = Path(__file__).resolve().parent / "data" / "years"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "plans"
YEARS = (2023, 2024, 2025, 2026)
# Threshold and stop words were chosen on the years before.
SET_ASIDE = 2026


class Work(NamedTuple):
    wording: Wording
    lead: str


def tasks_of(year: int) -> list[Work]:
    path = OWN / f"yunjiang-{year}.txt"
    return works(parse(readers.read(path.read_bytes(), path.name)).as_json()["items"])


def labelled(name: str) -> list[Work]:
    """A real plan by its hand labels."""
    return works(json.loads((SHARED / "gold" / f"{name}.json").read_text(encoding="utf-8"))["items"])


def works(items: list[dict[str, Any]]) -> list[Work]:
    def lead(item: dict[str, Any]) -> str:
        first = next(iter(item["lead"]), "")
        return first if isinstance(first, str) else first["name"]

    tasks = (item for item in items if item["kind"] == "task")
    return [Work(Wording(i["heading"], i["body"], i["number"]), lead(i)) for i in tasks]


def continued(year: int) -> list[list[int | None]]:
    """For each task of the year the places, from 0, of what it continues; None stands for nothing."""
    by_number = json.loads((OWN / "continued.json").read_text(encoding="utf-8"))[str(year)]
    return [[place and place - 1 for place in by_number[str(n)]] for n in range(1, len(by_number) + 1)]


class Found(NamedTuple):
    """How many tasks go on, how many of them were found again, and how many were paired wrongly."""

    go_on: int
    right: int
    wrong: int


Pairing = Callable[[Sequence[Wording], Sequence[Wording]], dict[int, int]]


def by_likeness(old: Sequence[Wording], new: Sequence[Wording]) -> dict[int, int]:
    return {one.new: one.old for one in one_to_one(alike(old, new))}


def by_edits(least: float) -> Pairing:
    """As revisions of one plan are matched."""

    def pair(old: Sequence[Wording], new: Sequence[Wording]) -> dict[int, int]:
        found = pairs(old, new, least=least)
        return {one.new: one.old for one in found if one.new is not None and one.old is not None}

    return pair


def found_again(year: int, pairing: Pairing) -> Found:
    old, new = ([work.wording for work in tasks_of(of)] for of in (year - 1, year))
    paired, truth = pairing(old, new), continued(year)
    right = sum(place in truth[j] for j, place in paired.items())
    return Found(sum(None not in places for places in truth), right, len(paired) - right)


class Guessed(NamedTuple):
    asked: int
    suggested: int
    first: int
    among_three: int

    def __str__(self) -> str:
        shares = [f"{n}/{of}" for n, of in ((self.first, self.suggested), (self.among_three, self.suggested))]
        return f"{self.suggested} of {self.asked} suggested, first right {shares[0]}, among three {shares[1]}"


Guess = Callable[[list[Wording], list[Led]], list[list[Any]]]


def leads(asked: list[Wording], earlier: list[Led]) -> list[list[Any]]:
    return [[one.lead for one in own] for own in suggest(asked, earlier)]


def most_frequent(asked: list[Wording], earlier: list[Led]) -> list[list[Any]]:
    ranked = [lead for lead, _ in Counter(led.lead for led in earlier).most_common(3)]
    return [ranked for _ in asked]


def by_edit_distance(asked: list[Wording], earlier: list[Led]) -> list[list[Any]]:
    """rapidfuzz on headings and on whole texts; the printed owners left out, as we do."""

    def likeness(one: Wording, other: Wording) -> float:
        whole = [wording.heading + OWNERS.sub("", wording.body) for wording in (one, other)]
        return fuzz.ratio(one.heading, other.heading) + fuzz.ratio(*whole)

    def ranked(wording: Wording) -> list[Any]:
        best: dict[Any, float] = {}
        for led in earlier:
            best[led.lead] = max(best.get(led.lead, 0), likeness(wording, led.wording))
        return sorted(best, key=lambda lead: -best[lead])[:3]

    return [ranked(wording) for wording in asked]


def guessed(asked: list[Work], earlier: list[Led], guess: Guess) -> Guessed:
    asked = [work for work in asked if work.lead]
    found = list(zip(asked, guess([work.wording for work in asked], earlier), strict=True))
    told = [(work.lead, own) for work, own in found if own]
    first = sum(own[0] == lead for lead, own in told)
    return Guessed(len(asked), len(told), first, sum(lead in own for lead, own in told))


def led(years: Sequence[int]) -> list[Led]:
    return [Led(work.wording, work.lead, year) for year in years for work in tasks_of(year) if work.lead]


def sets() -> Iterator[tuple[str, list[tuple[list[Work], list[Led]]]]]:
    """What is asked with what is known: (name, the plans of it)."""
    chosen = [year for year in YEARS if year != SET_ASIDE]
    tuned = [(tasks_of(year), led([other for other in chosen if other != year])) for year in chosen]
    yield "2023–2025, each from the two others", tuned
    forward = [(tasks_of(year), led([other for other in YEARS if other < year])) for year in chosen[1:]]
    yield "2024, 2025, each from the years before", forward
    yield "2026, set aside, from the three before", [(tasks_of(2026), led(chosen))]
    if SHARED.is_dir():
        ministries = [Led(work.wording, work.lead, 2018) for work in labelled("sc-ftz-2018") if work.lead]
        yield "real: 2019 from 2018, State Council", [(labelled("sc-zero-waste-2019"), ministries)]
        of_2018 = [work for work in labelled("sc-ftz-2018") if work.lead]
        each = [([work], ministries[:n] + ministries[n + 1 :]) for n, work in enumerate(of_2018)]
        yield "real: 2018 alone, each task from its other tasks", each


def total(parts: Iterator[Guessed]) -> Guessed:
    return Guessed(*map(sum, zip(*parts, strict=True)))


def lines() -> Iterator[str]:
    for year in YEARS[1:]:
        aside = " (set aside)" if year == SET_ASIDE else ""
        yield f"{year - 1} → {year}{aside}: by likeness {found_again(year, by_likeness)}"
        for least in (0.3, 0.4, 0.5):
            yield f"  by edits ≥ {least}: {found_again(year, by_edits(least))}"
    for name, plans in sets():
        yield name
        for guess in (leads, by_edit_distance, most_frequent):
            yield f"  {guess.__name__}: {total(guessed(*one, guess) for one in plans)}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
