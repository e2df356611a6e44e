"""What changed since last week, from the record: what happened to which tasks, the figures then and now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reports import queries
from reports.scope import Scope
from tasks import lights, record
from tasks.lights import Light
from tasks.models import Task, TaskEvent

WEEK = timedelta(days=7)
RED = "red"
# In the order in which a leader asks; by the record's own kinds, but for what turned red by itself.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "completed": (_("办结"), ("approve",)),
    RED: (_("新转红灯"), ()),
    "returned": (_("退回重办"), ("return",)),
    "dates": (_("调整期限"), ("due_changed", "extension_granted")),
    "submitted": (_("申请办结"), ("submit",)),
    "issued": (_("新下达"), ("issued",)),
    "reopened": (_("重启"), ("reopen",)),
    "stopped": (_("暂缓、终止"), ("suspend", "cancel")),
    "instructed": (_("批示"), ("instruction",)),
    "urged": (_("催办"), ("urge",)),
}
LISTED = 5


@dataclass(frozen=True)
class Change:
    """What happened, to how many tasks; the first of them are named."""

    kind: str
    label: str
    ids: list[int]
    named: list[Task]

    @property
    def rest(self) -> int:
        return len(self.ids) - len(self.named)


@dataclass(frozen=True)
class Moved:
    """A figure a week ago and now. `good` says which way is the right one: 1 up, -1 down."""

    label: str
    then: float | None
    now: float | None
    unit: str
    good: int

    @property
    def difference(self) -> float | None:
        known = self.then is not None and self.now is not None
        return round(self.now - self.then, 1) if known else None

    @property
    def size(self) -> float:
        return abs(self.difference or 0)

    @property
    def is_worse(self) -> bool:
        return bool(self.difference and self.difference * self.good < 0)


class Changes:
    """The week up to the scope's day: from the end of the same day a week before."""

    def __init__(self, scope: Scope, today: date) -> None:
        self.scope, self.since = scope, scope.day - WEEK
        self.then = scope.on(self.since, today)

    @cached_property
    def seen(self) -> QuerySet[Task]:
        """Today's view of the tasks: who has one now is told of its past."""
        return replace(self.scope, is_past=False).all_rows()

    @cached_property
    def happened(self) -> dict[str, set[int]]:
        """By kind of event, to which tasks."""
        begin, end = record.end_of(self.since), record.end_of(self.scope.day)
        kinds = [name for _label, names in KINDS.values() for name in names]
        events = TaskEvent.objects.filter(
            at__gte=begin, at__lt=end, kind__in=kinds, task__in=self.seen.values("pk")
        )
        found: dict[str, set[int]] = {}
        for kind, task in events.order_by().values_list("kind", "task_id").distinct():
            found.setdefault(kind, set()).add(task)
        return found

    @cached_property
    def turned_red(self) -> set[int]:
        """Red at the end of the day and not a week before."""
        now = self.red_of(self.scope, self.scope.pieces())
        old = record.as_of(self.since).filter(task__in=now).annotate(red_on=lights.turns_red_on())
        return now - self.red_of(self.then, [old])

    def red_of(self, scope: Scope, pieces: Iterable[QuerySet[Any]]) -> set[int]:
        first, *others = (
            rows.filter(lights.shows([Light.RED], scope.day, self.scope.calendar)).values_list(
                "pk" if rows.model is Task else "task_id"
            )
            for rows in pieces
        )
        return {pk for (pk,) in (first.union(*others, all=True) if others else first)}

    def ids_of(self, kind: str) -> set[int]:
        if kind == RED:
            return self.turned_red
        _label, names = KINDS[kind]
        return set().union(*(self.happened.get(name, set()) for name in names))

    @cached_property
    def told(self) -> list[Change]:
        """What happened at all."""
        found = {kind: sorted(self.ids_of(kind)) for kind in KINDS}
        first = {pk for ids in found.values() for pk in ids[:LISTED]}
        tasks = Task.objects.only("id", "code", "title").in_bulk(first)
        return [
            Change(kind, KINDS[kind][0], ids, [tasks[pk] for pk in ids[:LISTED]])
            for kind, ids in found.items()
            if ids
        ]

    @cached_property
    def moved(self) -> list[Moved]:
        """The headline figures then and now; none before the record began."""
        then, now = queries.standing_of(self.then), queries.standing_of(self.scope)
        if not then["tasks"]:
            return []
        return [
            Moved(_("任务"), then["tasks"], now["tasks"], _("项"), 0),
            Moved(_("红灯"), then["by_light"][Light.RED], now["by_light"][Light.RED], _("项"), -1),
            Moved(_("黄灯"), then["by_light"][Light.YELLOW], now["by_light"][Light.YELLOW], _("项"), -1),
            Moved(_("已办结"), then["by_light"][Light.BLUE], now["by_light"][Light.BLUE], _("项"), 1),
            Moved(_("按期办结率"), percent(then["on_time_rate"]), percent(now["on_time_rate"]), "%", 1),
            Moved(_("平均进度"), then["average_progress"], now["average_progress"], "%", 1),
        ]


def percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
