"""批示: a leader's word on a task, which its lead answers."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError
from plans.org.models import User
from tasks import record
from tasks.models import Instruction
from tasks.services.moves import lock_for, wrong


@transaction.atomic
def instruct(
    pk: int,
    *,
    note: str,
    actor: User,
    now: datetime,
    answer_by: date | None = None,
    version: int | None = None,
) -> Instruction:
    """A leader instructs, with a day to answer by or without.

    Raises as `lock_for` does, and `date_in_past` (400).
    """
    if answer_by is not None and answer_by < timezone.localdate(now):
        raise wrong("answer_by", _("要求答复的日期不能早于今天。"), code="date_in_past")
    task = lock_for(pk, "instruct", actor=actor, version=version, note=note)
    data = {"answer_by": answer_by} if answer_by else {}
    event = record.write(task, "instruction", actor=actor, at=now, note=note, data=data)
    return Instruction.objects.create(
        task=task, event=event, note=note, answer_by=answer_by, given_by=actor, given_at=event.at
    )


@transaction.atomic
def answer_instruction(
    pk: int, *, note: str, actor: User, now: datetime, version: int | None = None
) -> Instruction:
    """The lead answers, once. Raises as `lock_for`, and `instruction_answered` (409)."""
    task_id = Instruction.objects.values_list("task_id", flat=True).get(pk=pk)
    task = lock_for(task_id, "answer", actor=actor, version=version, note=note)
    instruction = task.instructions.select_related("event").get(pk=pk)  # as it is now that the task is ours
    if instruction.answered_at is not None:
        raise DomainError(_("这项批示已经答复，补充情况请留言。"), code="instruction_answered")
    data = {"instruction": pk, "given_on": timezone.localdate(instruction.given_at)}
    event = record.write(task, "instruction_answered", actor=actor, at=now, note=note, data=data)
    instruction.answer, instruction.answered_by = note, actor
    instruction.answered_at, instruction.answered_event = event.at, event
    instruction.save(update_fields=["answer", "answered_by", "answered_at", "answered_event"])
    return instruction
