"""拟牵头单位: who led the same sort of work in earlier plans. Pure; a guess with its reason, or none."""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from plans.likeness import SAME_WORK, alike
from plans.matching import Wording

MOST_SUGGESTED = 3


class Led(NamedTuple):
    """A task of an earlier plan and who led it, by whatever stands for a department."""

    wording: Wording
    lead: Hashable
    year: int
    item: int = 0


class Suggestion(NamedTuple):
    """`led` is the reason: the most alike work that this department led."""

    lead: Hashable
    likeness: float
    led: Led


def suggest(
    asked: Sequence[Wording], earlier: Iterable[Led], *, least: float = SAME_WORK
) -> list[list[Suggestion]]:
    """For each asked the leads of the most alike work, the most alike first; of equals the later year.

    Nothing where nothing is as alike as `least`: silence is better than a wrong guess.
    """
    known = sorted(earlier, key=lambda led: -led.year)
    found: list[dict[Hashable, Suggestion]] = [{} for _each in asked]
    for one in alike([led.wording for led in known], asked, least):
        led = known[one.old]
        found[one.new].setdefault(led.lead, Suggestion(led.lead, one.likeness, led))
    return [list(leads.values())[:MOST_SUGGESTED] for leads in found]


def reason(led: Led, lead: str) -> str:
    """2019年同类任务“培育科技型中小企业”由高新处牵头"""
    told = _("{year}年同类任务“{heading}”由{lead}牵头")
    return told.format(year=led.year, heading=led.wording.heading[:40], lead=lead)
