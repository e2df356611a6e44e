"""The life of a task as a table: which move leads where, who may make it, what it needs.

Source: the usual 督查 practice (签收, 填报, 申请办结, 审核, 销号, 回头看). docs/workflow.md is printed
from here, pages draw their buttons from here, and only tasks.services.moves writes a task's status.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy


class Status(models.TextChoices):
    PENDING = "pending", _("待签收")
    DECLINED = "declined", pgettext_lazy("status", "退回改派")
    IN_PROGRESS = "in_progress", _("办理中")
    SUBMITTED = "submitted", pgettext_lazy("status", "申请办结")
    COMPLETED = "completed", _("已办结")
    CLOSED = "closed", _("已销号")
    SUSPENDED = "suspended", pgettext_lazy("status", "暂缓")
    CANCELLED = "cancelled", _("已终止")


S = Status
OPEN = (S.PENDING, S.DECLINED, S.IN_PROGRESS, S.SUBMITTED, S.SUSPENDED)
DONE = (S.COMPLETED, S.CLOSED)
# Somebody's clock is running: these alone can be overdue. Suspended and declined wait for the supervisor.
TIMED = (S.PENDING, S.IN_PROGRESS, S.SUBMITTED)


class Outcome(models.TextChoices):
    """What a 回头看 finds."""

    SOLID = "solid", _("扎实")
    NOT_SOLID = "not_solid", _("不扎实")


class By(StrEnum):
    """Who may make a move, in terms of the task: resolved to people in tasks.access."""

    LEAD = gettext_noop("牵头单位联络员、负责人")
    LEAD_HEAD = gettext_noop("牵头单位负责人")
    UNITS = gettext_noop("牵头和配合单位联络员、负责人")
    SUPERVISOR = gettext_noop("督查员")
    OVERSIGHT = gettext_noop("督查员、分管领导")
    LEADER = gettext_noop("分管领导")
    SPLITTERS = gettext_noop("督查员、牵头单位负责人")
    PARTIES = gettext_noop("牵头和配合单位联络员、负责人，督查员、分管领导")


@dataclass(frozen=True)
class Move:
    """One edge of the machine. `target` None means the status stays; `needs` names inputs beyond the note."""

    name: str
    label: str
    sources: tuple[Status, ...]
    target: Status | None
    by: By
    note_required: bool = False
    needs: str = ""


MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("accept", _("签收"), (S.PENDING,), S.IN_PROGRESS, By.LEAD),
        Move(
            "decline",
            _("退回改派"),
            (S.PENDING,),
            S.DECLINED,
            By.LEAD_HEAD,
            True,
            "within 5 working days of assigned_on",
        ),
        Move(
            "reassign",
            _("改派"),
            (S.PENDING, S.DECLINED, S.IN_PROGRESS, S.SUSPENDED),
            S.PENDING,
            By.SUPERVISOR,
            needs="lead (the same lead: the decline is refused); sets assigned_on, clears accepted_on",
        ),
        Move(
            "report",
            _("填报"),
            (S.IN_PROGRESS,),
            None,
            By.UNITS,
            True,
            "progress; a helper's leaves the task's progress alone",
        ),
        Move(
            "submit",
            _("申请办结"),
            (S.IN_PROGRESS,),
            S.SUBMITTED,
            By.LEAD,
            needs="every target has an actual, or a reason",
        ),
        Move("withdraw", _("撤回"), (S.SUBMITTED,), S.IN_PROGRESS, By.LEAD),
        Move("return", _("退回重办"), (S.SUBMITTED,), S.IN_PROGRESS, By.SUPERVISOR, True),
        Move(
            "approve",
            _("审核办结"),
            (S.SUBMITTED,),
            S.COMPLETED,
            By.SUPERVISOR,
            needs="completed_on = submitted_on; progress 100",
        ),
        Move("close", _("销号"), (S.COMPLETED,), S.CLOSED, By.OVERSIGHT),
        Move("recheck", _("回头看"), DONE, None, By.OVERSIGHT, True, "outcome `solid` or `not_solid`"),
        Move("reopen", _("重启"), DONE, S.IN_PROGRESS, By.SUPERVISOR, True, "clears completed_on"),
        Move("suspend", _("暂缓"), (S.PENDING, S.IN_PROGRESS), S.SUSPENDED, By.SUPERVISOR, True),
        Move(
            "resume",
            _("恢复"),
            (S.SUSPENDED,),
            S.IN_PROGRESS,
            By.SUPERVISOR,
            needs="due_on optional; pending when never accepted",
        ),
        Move("cancel", _("终止"), OPEN, S.CANCELLED, By.SUPERVISOR, True),
    )
}

# What else is done to a task. None changes its status; each has an address of its own in the API.
ACTS: dict[str, Move] = {
    act.name: act
    for act in (
        Move(
            "ask_extension",
            _("申请延期"),
            (S.PENDING, S.IN_PROGRESS),
            None,
            By.LEAD_HEAD,
            True,
            "a later due_on; 3 working days before it falls due, once",
        ),
        Move(
            "decide_extension",
            _("审批延期"),
            tuple(S),
            None,
            By.SUPERVISOR,
            needs="granting moves due_on of an open task, never original_due_on",
        ),
        Move("instruct", _("批示"), (*OPEN, *DONE), None, By.LEADER, True, "answer_by optional"),
        Move("answer", _("批示回复"), tuple(S), None, By.LEAD, True),
        Move("urge", _("催办"), OPEN, None, By.OVERSIGHT),
        Move("comment", _("留言"), tuple(S), None, By.PARTIES, True),
        Move("attach", _("上传附件"), (*OPEN, *DONE), None, By.PARTIES, needs="a file"),
        Move("check", _("步骤"), OPEN, None, By.LEAD),
        Move(
            "split",
            _("分解"),
            (S.PENDING, S.IN_PROGRESS),
            None,
            By.SPLITTERS,
            needs="lead of each part; shares of targets optional",
        ),
    )
}


def as_table(moves: dict[str, Move]) -> list[str]:
    lines = ["| move | from | to | who | needs |", "|---|---|---|---|---|"]
    for move in moves.values():
        sources = "any" if len(move.sources) == len(Status) else ", ".join(move.sources)
        needs = "; ".join(filter(None, ["note" if move.note_required else "", move.needs]))
        lines.append(
            f"| {move.name} {move.label} | {sources} | {move.target or 'stays'} | {move.by} | {needs} |"
        )
    return lines


def as_markdown() -> str:
    """docs/workflow.md."""
    lines = [
        "# Workflow",
        "",
        "Printed from `tasks/states.py` by `python manage.py print_workflow`; a test compares.",
        "",
        *as_table(MOVES),
        "",
        "A part of a split task is supervised by the plan's supervisors and by the head of the department",
        "that split it.",
        "",
        "## What else is done",
        "",
        *as_table(ACTS),
    ]
    lines += ["", "## Statuses", "", *(f"- `{status}` {status.label}" for status in Status), ""]
    lines.append(f"Open: {', '.join(OPEN)}. Clock running: {', '.join(TIMED)}.")
    return "\n".join(lines) + "\n"
