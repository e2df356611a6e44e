"""催办: whoever oversees a task asks where it stands."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from plans.org.models import User
from tasks import record
from tasks.models import Task, TaskEvent
from tasks.services.bulk import MOST
from tasks.services.moves import lock_for


@transaction.atomic
def urge(pk: int, *, actor: User, now: datetime, note: str = "", version: int | None = None) -> TaskEvent:
    """Urge the task on; the record counts how often (第N次催办). Raises as `lock_for` does."""
    task = lock_for(pk, "urge", actor=actor, version=version, note=note)
    number = task.events.filter(kind="urge").count() + 1
    return record.write(task, "urge", actor=actor, at=now, note=note, data={"number": number})


def urge_many(
    pks: list[int], *, actor: User, now: datetime, note: str = ""
) -> list[tuple[Task, DomainError | None]]:
    """Urge each of these tasks in a transaction of its own; those not visible to the actor are passed over.

    Each with what was refused, if it was. Raises InputInvalid `too_many_ids`.
    """
    if len(pks) > MOST:
        raise InputInvalid(_("一次最多办理{most}项任务。").format(most=MOST), code="too_many_ids")
    tasks = Task.objects.visible_to(actor).filter(pk__in=pks).only("id", "code").order_by("id")
    return [(task, try_to_urge(task.pk, actor=actor, now=now, note=note)) for task in tasks]


def try_to_urge(pk: int, *, actor: User, now: datetime, note: str) -> DomainError | None:
    try:
        urge(pk, actor=actor, now=now, note=note)
    except DomainError as refusal:
        return refusal
    return None
