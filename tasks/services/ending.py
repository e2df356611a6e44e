"""终止 of tasks together with the parts that they were split into."""

from collections.abc import Mapping
from datetime import datetime

from plans.org.models import User
from tasks.models import Task
from tasks.services.moves import MoveInput, make_move
from tasks.states import OPEN


def end_with_parts(wholes: Mapping[int, MoveInput], *, actor: User, now: datetime) -> None:
    """End these open tasks and their open parts, which are told the same; by ascending id, so a whole first.

    Raises as `make_move` does.
    """
    ending, layer = dict(wholes), list(wholes)
    while layer:
        parts = Task.objects.filter(parent__in=layer, status__in=OPEN).values_list("pk", "parent")
        below = {pk: ending[parent] for pk, parent in parts}
        ending |= below
        layer = list(below)
    for pk in sorted(ending):
        make_move(pk, "cancel", actor=actor, now=now, given=ending[pk])
