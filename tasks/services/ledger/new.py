"""Lines of the ledger that are no tasks yet: the plan gets items, each item its task, where it stands."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from config.language import in_office_language
from config.lengths import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from plans import services as plan_services
from plans.models import Plan, PlanItem
from plans.org.models import User
from tasks import record
from tasks.columns import HEADINGS
from tasks.models import Helper, Report, Task, TaskEvent
from tasks.services.issuing import Defaults, asked_of, build_helpers, build_task, free_codes
from tasks.services.ledger import values
from tasks.services.ledger.begun import Begun, begun
from tasks.services.ledger.rows import LedgerRow
from tasks.services.ledger.units import Units
from tasks.services.ledger.update import NOTE
from tasks.services.periods import period_of
from tasks.states import Status

SAID = ("done", "problems", "next_steps")
_CODE = re.compile(r"[^\s]{1,64}")


# Written together; many more in one statement are slower than few.
CHUNK = 500


@dataclass
class NewTask:
    """A line that has been understood, to be written with the others."""

    code: str
    item: plan_services.NewItem
    state: Begun
    told: dict[str, Any]
    note: str
    report: dict[str, Any]


class Beginning:
    """New tasks of one plan, whose row is locked; codes that the file names are not given to other lines.

    Each line is checked by itself, then all that are sound are written in bulk.
    """

    def __init__(self, plan: Plan, units: Units, named: set[str], *, actor: User, now: datetime) -> None:
        self.plan, self.units, self.actor, self.now = plan, units, actor, now
        self.today = timezone.localdate(now)
        self.codes = (code for code in free_codes(plan) if code not in named)
        self.others = set(Plan.objects.exclude(pk=plan.pk).values_list("code", flat=True))
        self.waiting: list[NewTask] = []

    def create(self, row: LedgerRow, code: str, source: dict[str, Any]) -> str:
        """The new task's code. Raises InputInvalid for what the line lacks or contradicts."""
        state = begun(row, date(self.plan.year, 12, 31), self.today)
        self.check_code(code)
        item, report = self.item_of(row, state), self.report_of(row, state)
        stated = {"status": state.status, "progress": state.progress, "assumed": state.assumed, **state.days}
        note = values.limited(row.get("note"), NOTE_LENGTH - 50, "note")
        with in_office_language():
            said = f"{NOTE}：导入时{Status(state.status).label}，进度{state.progress}%。{note}"
        told = {"imported": {**source["imported"], **stated}}
        self.waiting.append(NewTask(code or next(self.codes), item, state, told, said, report))
        return self.waiting[-1].code

    def check_code(self, code: str) -> None:
        """Another plan's running numbers are that plan's."""
        if code and not _CODE.fullmatch(code):
            raise InputInvalid(_("任务编号不能有空格，不超过64字。"), code="code_invalid")
        if code.rpartition("-")[0] in self.others:
            told = _("编号“{code}”属于另一计划，请在该计划下导入。").format(code=code)
            raise InputInvalid(told, code="code_invalid")

    def item_of(self, row: LedgerRow, state: Begun) -> plan_services.NewItem:
        title = values.limited(row.get("title"), TITLE_LENGTH, "title")
        lead = values.plain(row.get("lead"))
        for name, text in (("title", title), ("lead", lead)):
            if not text:
                told = _("新任务请填写{column}。").format(column=HEADINGS[name])
                raise InputInvalid(told, code=f"{name}_required")
        issuer, helpers = self.plan.issuer, values.plain(row.get("cooperating"))
        number, stated = values.limited(row.get("number"), 50, "number"), bool(row.get("due_on"))
        columns = {
            "kind": PlanItem.Kind.TASK,
            "number": number,
            "path": number,
            "heading": title,
            "body": values.limited(row.get("body"), BODY_LENGTH, "body"),
            "due_on": state.due_on if stated else None,
            "deadline_kind": "by" if stated else "",
        }
        found = self.units.find(lead, issuer, HEADINGS["lead"])
        return plan_services.NewItem(
            columns, found, self.units.several(helpers, issuer, HEADINGS["cooperating"])
        )

    def report_of(self, row: LedgerRow, state: Begun) -> dict[str, Any]:
        """The last word on it, dated as the ledger says."""
        if not row.get("done") or state.status == Status.PENDING:
            return {}
        day = values.day(row.get("reported_on"), "reported_on") or self.today
        if day > self.today:
            raise InputInvalid(_("填报日期晚于今天。"), code="row_contradicts")
        at = min(self.now, timezone.make_aware(datetime.combine(day, time(12))))
        said = {name: values.limited(row.get(name), NOTE_LENGTH, name) for name in SAID}
        return {"period": period_of(day, ""), "reported_at": at, "progress": state.progress, **said}

    def end(self) -> None:
        """Write them. Raises DomainError `code_taken` (409) when somebody else took a code meanwhile."""
        for at in range(0, len(self.waiting), CHUNK):
            self.write(self.waiting[at : at + CHUNK])
        if self.waiting:
            data = {"tasks": len(self.waiting)}
            plan_services.note_change(self.plan, "issued", actor=self.actor, at=self.now, data=data)

    def write(self, new: list[NewTask]) -> None:
        """Items, tasks and helpers; each record opens with where its task stood and who said so."""
        wanted, common = [one.item for one in new], {"actor": self.actor}
        added = plan_services.add_items(self.plan, wanted, now=self.now, **common)
        with_owners = PlanItem.objects.prefetch_related("owners__department").in_bulk([i.pk for i in added])
        items = [with_owners[item.pk] for item in added]
        tasks = [self.build(one, item) for one, item in zip(new, items, strict=True)]
        try:
            with transaction.atomic():
                Task.objects.bulk_create(tasks)
        except IntegrityError:
            raise DomainError(_("有任务编号刚被占用，请重新导入。"), code="code_taken") from None
        pairs = zip(tasks, items, strict=True)
        Helper.objects.bulk_create(chain.from_iterable(build_helpers(task, item) for task, item in pairs))
        told = [{**asked_of(task, []), **one.told} for task, one in zip(tasks, new, strict=True)]
        notes = [one.note for one in new]
        record.open_chains(tasks, "issued", at=self.now, data=told, notes=notes, **common)
        self.file_reports(tasks, new)

    def build(self, one: NewTask, item: PlanItem) -> Task:
        columns = one.state.columns(self.today)
        return build_task(
            self.plan, item, Defaults(), code=one.code, today=self.today, now=self.now, **columns
        )

    def file_reports(self, tasks: list[Task], new: list[NewTask]) -> None:
        events = dict(TaskEvent.objects.filter(task__in=tasks).values_list("task", "pk"))
        Report.objects.bulk_create(
            Report(
                task=task,
                event_id=events[task.pk],
                department_id=task.lead_id,
                reported_by=self.actor,
                **one.report,
            )
            for task, one in zip(tasks, new, strict=True)
            if one.report
        )
