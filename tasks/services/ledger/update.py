"""What a line of the ledger says otherwise than its task, and making it so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.errors import InputInvalid
from config.lengths import NOTE_LENGTH, TITLE_LENGTH
from plans.org.models import User
from tasks.columns import BETWEEN, HEADINGS
from tasks.models import Helper, Task
from tasks.services.editing import edit_task
from tasks.services.ledger import values
from tasks.services.ledger.rows import LedgerRow, tidy
from tasks.services.ledger.units import Units
from tasks.services.moves import MoveInput, make_move
from tasks.states import Status

NOTE = "台账导入"
# What a ledger shows but an import never changes: a differing cell is named, not passed over in silence.
LEFT_ALONE = (
    *("body", "co_leads", "original_due_on", "assigned_on", "accepted_on", "submitted_on", "completed_on"),
    "done",
)


@dataclass
class Difference:
    """`changes` as told: {column: [old, new]}; `edit` and `move` are the arguments of the services."""

    changes: dict[str, list[Any]] = field(default_factory=dict)
    edit: dict[str, Any] = field(default_factory=dict)
    move: dict[str, Any] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    note: str = NOTE


def difference(task: Task, row: LedgerRow, units: Units, is_known_file: Callable[[], bool]) -> Difference:
    """An empty cell says nothing. Raises InputInvalid for what can't be read, and `status_by_moves`."""
    state = values.status(row.get("status"))
    if state and state != task.status and not is_known_file():
        told = _("任务当前为“{now}”，台账为“{said}”：状态请通过办理操作变更。")
        told = told.format(now=Status(task.status).label, said=state.label)
        raise InputInvalid(told, code="status_by_moves")
    found = Difference()
    title = values.limited(row.get("title"), TITLE_LENGTH, "title")
    if title and not same(row.get("title"), task.title):
        changed(found, "title", task.title, title)
    due_on = values.day(row.get("due_on"), "due_on")
    if due_on and due_on != task.due_on:
        changed(found, "due_on", task.due_on, due_on)
    progress = values.percent(row.get("progress"))
    if progress is not None and progress != task.progress:
        changed(found, "progress", task.progress, progress)
    compare_units(found, task, row, units)
    if note := values.limited(row.get("note"), NOTE_LENGTH - len(NOTE) - 1, "note"):
        found.note = f"{NOTE}：{note}"
    found.ignored = [HEADINGS[name] for name in LEFT_ALONE if differs(task, name, row.get(name))]
    return found


def changed(found: Difference, name: str, old: Any, new: Any) -> None:
    found.changes[name] = [old, new]
    found.edit[name] = new


def compare_units(found: Difference, task: Task, row: LedgerRow, units: Units) -> None:
    """What was exported means the same units again, also where two bear one name."""
    issuer, text = task.plan.issuer, values.plain(row.get("lead"))
    if text and not same(text, task.lead.name):
        lead = units.find(text, issuer, HEADINGS["lead"])
        if lead.pk != task.lead_id:
            found.changes["lead"], found.move["lead"] = [task.lead.name, lead.name], lead
    text, names = values.plain(row.get("cooperating")), helper_names(task, Helper.Role.COOPERATING)
    if text and not same(text, BETWEEN.join(names)):
        named = units.several(text, issuer, HEADINGS["cooperating"])
        leads = {task.lead_id, *(pk for pk, role in roles(task).items() if role == Helper.Role.CO_LEAD)}
        named = [unit for unit in named if unit.pk not in leads]
        before = {pk for pk, role in roles(task).items() if role == Helper.Role.COOPERATING}
        if {unit.pk for unit in named} != before:
            found.changes["cooperating"] = [names, [unit.name for unit in named]]
            found.edit["cooperating"] = named


def roles(task: Task) -> dict[int, str]:
    return {helper.department_id: helper.role for helper in task.helpers.all()}


def helper_names(task: Task, role: str) -> list[str]:
    return [helper.department.name for helper in task.helpers.all() if helper.role == role]


def differs(task: Task, name: str, text: str) -> bool:
    if not text:
        return False
    if name == "co_leads":
        return not same(text, BETWEEN.join(helper_names(task, Helper.Role.CO_LEAD)))
    if name in ("body", "done"):
        return not same(text, task.body if name == "body" else task.last_word)
    try:
        return values.day(text, name) != getattr(task, name)
    except InputInvalid:
        return True


def same(cell: str, value: str) -> bool:
    """A cell cut off at Excel's limit, or marked against computing, still says what the task says."""
    known = tidy(value)
    if len(known) > 30_000 and known.startswith(cell[:30_000]):
        return True
    return known in (tidy(cell), tidy(values.plain(cell)))


def apply_difference(
    task: Task, found: Difference, source: dict[str, Any], *, actor: User, now: datetime
) -> None:
    """By the services that everybody uses, with their rules: TaskChanged where the task has moved on."""
    common = {"actor": actor, "now": now}
    if found.edit:
        edit_task(task.pk, version=task.version, note=found.note, source=source, **found.edit, **common)
    if found.move:
        given = MoveInput(note=found.note, source=source, **found.move)
        version = None if found.edit else task.version  # by now it is ours
        make_move(task.pk, "reassign", given=given, version=version, **common)
