"""计划原文 on the page of a task: its paragraph as printed, with what was recognised marked."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject, Substr

from plans.models import ItemOwner, Target
from tasks.models import Task

Piece = tuple[str, str]  # a run of text, and what it was recognised as


def with_source(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Adds `paragraph` and `marks` [{start, end, kind}, …], places in the whole text."""
    span = F("plan_item__end") - F("plan_item__start")
    return tasks.annotate(
        paragraph=Substr("plan__text", F("plan_item__start") + 1, span),
        owner_marks=marks(ItemOwner, "owner"),
        target_marks=marks(Target, "target"),
    )


def marks(model: type[ItemOwner | Target], kind: str) -> ArraySubquery:
    rows = model.objects.filter(item=OuterRef("plan_item"), start__isnull=False, end__isnull=False)
    return ArraySubquery(rows.values(json=JSONObject(start="start", end="end", kind=Value(kind))))


def pieces(task: Task) -> list[Piece]:
    """An item added by hand has only its own words. Of marks that overlap the first one counts."""
    item, text = task.plan_item, task.paragraph
    if not (text or "").strip():
        return [((task.body or task.title).strip(), "")]
    found: list[Piece] = []
    at = 0
    for mark in sorted(marks_in(task), key=lambda mark: (mark["start"], mark["end"])):
        start, end = mark["start"] - item.start, min(mark["end"] - item.start, len(text))
        if at <= start < end:
            found += [(text[at:start], ""), (text[start:end], mark["kind"])]
            at = end
    found = [piece for piece in [*found, (text[at:], "")] if piece[0]]
    (first, kind), (last, last_kind) = found[0], found[-1]
    found[0] = (first.lstrip(), kind)
    found[-1] = ((found[0][0] if len(found) == 1 else last).rstrip(), last_kind)
    return found


def marks_in(task: Task) -> list[dict[str, Any]]:
    item = task.plan_item
    deadline = {"start": item.deadline_start, "end": item.deadline_end, "kind": "deadline"}
    own = [deadline] if item.deadline_start is not None and item.deadline_end is not None else []
    return [*own, *task.owner_marks, *task.target_marks]
