"""A line of the ledger that is no task yet: the plan gets an item, the item its task, where it stands."""

import re
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from config.errors import DomainError, InputInvalid
from plans import services as plan_services
from plans.models import Plan, PlanItem
from plans.org.models import User
from tasks import record
from tasks.columns import HEADINGS
from tasks.models import Helper, Report, Task, TaskEvent
from tasks.services import ledger_values as values
from tasks.services.issuing import Defaults, asked_of, build_helpers, build_task, free_codes
from tasks.services.ledger_begun import Begun, begun
from tasks.services.ledger_rows import LedgerRow
from tasks.services.ledger_units import Units
from tasks.services.ledger_update import BODY_LENGTH, NOTE, TITLE_LENGTH
from tasks.services.moves import period_of
from tasks.states import Status

NOTE_LENGTH = 5000
_CODE = re.compile(r"[^\s]{1,64}")


class Beginning:
    """New tasks of one plan, whose row is locked; codes that the file names are not given to other lines."""

    def __init__(self, plan: Plan, units: Units, named: set[str], *, actor: User, now: datetime) -> None:
        self.plan, self.units, self.actor, self.now = plan, units, actor, now
        self.today = timezone.localdate(now)
        self.codes, self.made = (code for code in free_codes(plan) if code not in named), 0

    def create(self, row: LedgerRow, code: str, source: dict[str, Any]) -> str:
        """The new task's code. Raises InputInvalid for what the line lacks or contradicts."""
        state = begun(row, date(self.plan.year, 12, 31), self.today)
        self.check_code(code)
        item = self.add_item(row, state)
        task = self.begin(item, code or next(self.codes), state, row, source)
        self.made += 1
        return task.code

    def end(self) -> None:
        if self.made:
            data = {"tasks": self.made}
            plan_services.note_change(self.plan, "issued", actor=self.actor, at=self.now, data=data)

    def check_code(self, code: str) -> None:
        """Another plan's running numbers are that plan's."""
        if code and not _CODE.fullmatch(code):
            raise InputInvalid("任务编号不能有空格，不超过64字。", code="code_invalid")
        plan_code = code.rpartition("-")[0]
        if plan_code != self.plan.code and Plan.objects.filter(code=plan_code).exists():
            raise InputInvalid(f"编号“{code}”属于另一计划，请在该计划下导入。", code="code_invalid")

    def add_item(self, row: LedgerRow, state: Begun) -> PlanItem:
        title = values.limited(row.get("title"), TITLE_LENGTH, "title")
        lead = values.plain(row.get("lead"))
        for name, text in (("title", title), ("lead", lead)):
            if not text:
                raise InputInvalid(f"新任务请填写{HEADINGS[name]}。", code=f"{name}_required")
        issuer = self.plan.issuer
        return plan_services.add_item(
            self.plan,
            actor=self.actor,
            now=self.now,
            kind=PlanItem.Kind.TASK,
            heading=title,
            body=values.limited(row.get("body"), BODY_LENGTH, "body"),
            number=values.limited(row.get("number"), 50, "number"),
            lead=self.units.find(lead, issuer, HEADINGS["lead"]),
            cooperating=self.units.several(
                values.plain(row.get("cooperating")), issuer, HEADINGS["cooperating"]
            ),
            due_on=state.due_on if row.get("due_on") else None,
        )

    def begin(self, item: PlanItem, code: str, state: Begun, row: LedgerRow, source: dict[str, Any]) -> Task:
        """Its record opens with where it stood and who said so."""
        columns, today, now = state.columns(self.today), self.today, self.now
        task = build_task(self.plan, item, Defaults(), code=code, today=today, now=now, **columns)
        try:
            task.save(force_insert=True)
        except IntegrityError:  # taken since the file was read
            raise DomainError(f"编号“{code}”已被占用。", code="code_taken") from None
        Helper.objects.bulk_create(build_helpers(task, item))
        stated = {"status": state.status, "progress": state.progress, "assumed": state.assumed, **state.days}
        told = {**asked_of(task, []), "imported": {**source["imported"], **stated}}
        note = values.limited(row.get("note"), NOTE_LENGTH - 50, "note")
        said = f"{NOTE}：导入时{Status(state.status).label}，进度{state.progress}%。{note}"
        record.open_chains([task], "issued", actor=self.actor, at=self.now, data=[told], notes=[said])
        if row.get("done") and state.status != Status.PENDING:
            self.file_report(task, row)
        return task

    def file_report(self, task: Task, row: LedgerRow) -> None:
        """The last word on it, dated as the ledger says."""
        day = values.day(row.get("reported_on"), "reported_on") or self.today
        if day > self.today:
            raise InputInvalid("填报日期晚于今天。", code="row_contradicts")
        said = {
            name: values.limited(row.get(name), NOTE_LENGTH, name)
            for name in ("done", "problems", "next_steps")
        }
        Report.objects.create(
            task=task,
            event=TaskEvent.objects.get(task=task, seq=task.version),
            department_id=task.lead_id,
            period=period_of(day, task.reporting_cycle),
            progress=task.progress,
            reported_by=self.actor,
            reported_at=min(self.now, timezone.make_aware(datetime.combine(day, time(12)))),
            **said,
        )
