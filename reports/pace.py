"""How a task keeps pace, in the words of a 通报."""

from datetime import date
from enum import StrEnum

from tasks.lights import UNPACED
from tasks.states import DONE, TIMED

# More than this many points ahead of the share of time that has passed, or behind it, is worth a word.
POINTS = 10


class Pace(StrEnum):
    DONE = "已完成"
    AHEAD = "超进度"
    ON_PACE = "达进度"
    BEHIND = "欠进度"
    OTHER = "其他"


def pace(
    status: str,
    progress: int,
    *,
    assigned_on: date,
    due_on: date,
    submitted_on: date | None,
    deadline_kind: str,
    day: date,
) -> Pace:
    """The clock stands still once it is submitted; 其他 is suspended, declined, cancelled.

    Whole numbers all the way: exactly 10 points is on pace, whatever a division would round to.
    """
    if status in DONE:
        return Pace.DONE
    if status not in TIMED:
        return Pace.OTHER
    clock = submitted_on or day
    if due_on < clock:
        return Pace.BEHIND
    if deadline_kind in UNPACED:
        return Pace.ON_PACE
    given = (due_on - assigned_on).days
    passed = min(max((clock - assigned_on).days, 0), given) if given > 0 else 1
    given = max(given, 1)
    points = progress * given - 100 * passed
    if points > POINTS * given:
        return Pace.AHEAD
    return Pace.BEHIND if points < -POINTS * given else Pace.ON_PACE
