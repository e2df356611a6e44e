"""延期: the lead's head asks for a later date, a supervisor grants or denies it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.org import workdays
from plans.org.models import User
from plans.org.workdays import Calendar
from tasks import access, record
from tasks.models import Extension, Task
from tasks.services.moves import MoveNotAllowed, lock_for
from tasks.states import OPEN, Status


class ExtensionRefused(DomainError):
    """A limit of extensions, or what became of this one, does not allow it (409)."""


@transaction.atomic
def ask_extension(
    pk: int, *, due_on: date, note: str, actor: User, now: datetime, version: int | None = None
) -> Extension:
    """Ask for a later due date; a supervisor decides. The limits are settings (DESIGN §6).

    Raises as `lock_for` does, and ExtensionRefused: `extension_waiting`, `extension_used`,
    `extension_not_later`, `extension_too_late`.
    """
    task = lock_for(pk, "ask_extension", actor=actor, version=version, note=note)
    check_asked_before(list(task.extensions.values_list("status", flat=True)))
    if due_on <= task.due_on:
        raise ExtensionRefused(
            _("申请的期限应晚于现期限{due_on}。").format(due_on=task.due_on), code="extension_not_later"
        )
    check_in_time(task.due_on, timezone.localdate(now), workdays.calendar())
    data = {"asked_due_on": due_on}
    event = record.write(task, "extension_asked", actor=actor, at=now, note=note, data=data)
    return Extension.objects.create(
        task=task,
        event=event,
        from_due_on=task.due_on,
        due_on=due_on,
        note=note,
        asked_by=actor,
        asked_at=event.at,
    )


def check_asked_before(statuses: Collection[str]) -> None:
    """`statuses`: what became of the task's extensions so far."""
    if Extension.Status.ASKED in statuses:
        raise ExtensionRefused(_("已有一项延期申请待审批，请等待审批。"), code="extension_waiting")
    most = settings.EXTENSIONS_PER_TASK
    if len(statuses) >= most:
        raise ExtensionRefused(_("每项任务最多申请{most}次延期。").format(most=most), code="extension_used")


def check_in_time(due_on: date, today: date, calendar: Calendar) -> None:
    last = access.may_ask_extension_until(due_on, calendar)
    if today > last:
        days = settings.EXTENSION_WORKING_DAYS
        message = _("延期应在到期{days}个工作日前申请，已于{last}截止。").format(days=days, last=last)
        raise ExtensionRefused(message, code="extension_too_late", last_day=last)


@transaction.atomic
def decide_extension(
    pk: int, *, granted: bool, actor: User, now: datetime, note: str = "", version: int | None = None
) -> Extension:
    """Grant or deny what was asked. Granting moves due_on, never original_due_on. Of two at once one decides.

    Raises as `lock_for` does, MoveNotAllowed; ExtensionRefused `extension_decided`, `extension_outdated`.
    """
    task_id = Extension.objects.values_list("task_id", flat=True).get(pk=pk)
    task = lock_for(task_id, "decide_extension", actor=actor, version=version, note=note)
    extension = task.extensions.select_related("event").get(pk=pk)  # as it is now that the task is ours
    if extension.status != Extension.Status.ASKED:
        state = extension.get_status_display()
        raise ExtensionRefused(
            _("这项延期申请已审批（{state}）。").format(state=state), code="extension_decided"
        )
    data: dict[str, Any] = {"extension": pk, "asked_due_on": extension.due_on}
    if granted:
        check_current(extension, task)
        data["due_on"] = [task.due_on, extension.due_on]
        task.due_on = extension.due_on
    extension.status = Extension.Status.GRANTED if granted else Extension.Status.DENIED
    event = record.write(task, f"extension_{extension.status}", actor=actor, at=now, note=note, data=data)
    extension.decision, extension.decided_by = note, actor
    extension.decided_at, extension.decided_event = event.at, event
    extension.save(update_fields=["status", "decision", "decided_by", "decided_at", "decided_event"])
    return extension


def check_current(extension: Extension, task: Task) -> None:
    """What has been overtaken can only be denied: then it waits no longer."""
    if task.status not in OPEN:
        state = Status(task.status).label
        raise MoveNotAllowed(
            _("任务当前为“{state}”，不能再延期，请改为不同意。").format(state=state), task_status=task.status
        )
    if task.due_on >= extension.due_on:
        message = _("任务期限已调整为{due_on}，不早于申请的期限，请改为不同意。").format(due_on=task.due_on)
    elif task.lead_id != extension.event.lead_id:
        message = _("任务已改派，原牵头单位的延期申请不能同意，请改为不同意。")
    else:
        return
    raise ExtensionRefused(message, code="extension_outdated")
