"""Which department a printed name means: by name, short name, alias or abbreviation, the nearest first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from plans.org.models import Department
from plans.unit_names import Place, Reading, place_of, readings

OWN, TREE, OUTSIDE = range(3)  # the issuer and what is below it, its organisation, another organisation
# 局办公室 is the issuer's own 办公室.
OWN_PREFIXES = ("局", "厅", "委", "院")
MOST_SUGGESTED = 3
# Of the characters of two names, the share that both have.
ALIKE = 0.5


class Entry(NamedTuple):
    """One reading of one of a department's names."""

    pk: int
    distance: int
    reading: Reading
    # Every bureau has a 人事处: that of another one is meant only by a name that says where.
    is_hidden: bool

    def may_be_meant_by(self, printed: Reading, home: Place) -> bool:
        says_where = printed.stated and (self.reading.stated or printed.place != home)
        return printed.agrees(self.reading) and (says_where or not self.is_hidden)


class Directory:
    """Everybody's names as the plans of one issuer mean them; a name that may mean two means neither.

    Within the organisation an exact name goes before the same words written otherwise, and these before an
    abbreviation; who is outside it comes last, since two organisations may use one name for two units.
    """

    def __init__(self, issuer: Department, everyone: Iterable[Department]) -> None:
        chart = {unit.pk: unit for unit in everyone}
        self.departments = {pk: unit for pk, unit in chart.items() if unit.is_active}
        self.line = list(upwards(issuer.pk, chart))
        self.homes: dict[int, Place] = {}
        for pk in chart:
            self.settle(pk, chart)
        self.exact: dict[str, set[tuple[int, int]]] = defaultdict(set)
        self.entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self.worded: dict[str, set[int]] = defaultdict(set)
        self.spelt: dict[str, set[str]] = defaultdict(set)
        for unit in self.departments.values():
            self.enter(unit, list(upwards(unit.pk, chart)))
        self.known: dict[str, set[int]] = {}

    @classmethod
    def of(cls, issuer: Department) -> "Directory":
        return cls(issuer, Department.objects.prefetch_related("aliases"))

    def settle(self, pk: int, chart: dict[int, Department]) -> None:
        """Note where a unit and those above it are at home, from the top down."""
        for above in reversed(list(upwards(pk, chart))):
            if above not in self.homes:
                parent = self.homes.get(chart[above].parent_id, Place())
                self.homes[above] = place_of(names_of(chart[above]), parent)

    def enter(self, unit: Department, line: list[int]) -> None:
        distance = OWN if self.line[0] in line else TREE if line[-1] == self.line[-1] else OUTSIDE
        is_inside = distance != OWN and len(line) > 1 and line[1] not in self.line
        aliases = {alias.name for alias in unit.aliases.all()}
        for name in names_of(unit):
            if distance != OUTSIDE:
                self.exact[name].add((distance, unit.pk))
            for reading in readings(name, self.homes[unit.pk]):
                entry = Entry(unit.pk, distance, reading, is_inside and name not in aliases)
                self.entries[ends(reading)].append(entry)
                self.worded[reading.words].add(unit.pk)
                for character in reading.words:
                    self.spelt[character].add(reading.words)

    def find(self, printed: str) -> Department | None:
        meant = self.meant(printed)
        return self.departments[next(iter(meant))] if len(meant) == 1 else None

    def meant(self, printed: str) -> set[int]:
        """Everybody whom the name may mean with equal right."""
        if printed not in self.known:
            self.known[printed] = next(filter(None, self.guesses(printed)), set())
        return self.known[printed]

    def guesses(self, printed: str) -> Iterator[set[int]]:
        """Departments by how surely they are meant, the surest first."""
        for distance in (OWN, TREE):
            yield {pk for where, pk in self.exact.get(printed, ()) if where == distance}
        yield from self.alike(printed, (OWN, TREE))
        if printed.startswith(OWN_PREFIXES):
            yield {pk for where, pk in self.exact.get(printed[1:], ()) if where == OWN}
            yield from self.alike(printed[1:], (OWN,))
        yield from self.alike(printed, (OUTSIDE,))

    def alike(self, printed: str, distances: Iterable[int]) -> Iterator[set[int]]:
        """Those of the same words, then those of which one name abbreviates the other."""
        home = self.homes[self.line[0]]
        ways = readings(printed, home)
        pairs = [
            (way, entry)
            for way in ways
            for entry in self.entries.get(ends(way), ())
            if entry.may_be_meant_by(way, home)
        ]
        for same in (Reading.same_words, Reading.may_abbreviate):
            found = [entry for way, entry in pairs if same(way, entry.reading)]
            for distance in distances:
                yield {entry.pk for entry in found if entry.distance == distance}

    def suggestions(self, printed: str) -> list[Department]:
        """Whom a name that finds nobody may mean: those it may mean with equal right, else the most alike."""
        meant = self.meant(printed)
        if meant:
            return [self.departments[pk] for pk in sorted(meant)]
        scores: dict[int, float] = {}
        for way in readings(printed, self.homes[self.line[0]]):
            shared = Counter(words for character in set(way.words) for words in self.spelt[character])
            for words, count in shared.items():
                score = 2 * count / (len(set(way.words)) + len(set(words)))
                for pk in self.worded[words] if count > 1 and score >= ALIKE else ():
                    scores[pk] = max(scores.get(pk, 0), score)
        best = sorted((-score, pk) for pk, score in scores.items())
        return [self.departments[pk] for _, pk in best[:MOST_SUGGESTED]]


def upwards(pk: int, chart: dict[int, Department]) -> Iterator[int]:
    """A unit and everything above it."""
    at: int | None = pk
    while at is not None:
        yield at
        at = chart[at].parent_id


def names_of(unit: Department) -> set[str]:
    return {unit.name, unit.short_name, *(alias.name for alias in unit.aliases.all())} - {""}


def ends(reading: Reading) -> tuple[str, str]:
    """What an abbreviation keeps, and so where it is looked up."""
    return reading.words[:1], reading.words[-1:]
