"""台账导入: an office's ledger comes in line by line, by task code; what is known is never made twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans import readers
from plans import services as plan_services
from plans.models import Plan
from plans.org.access import Standing
from plans.org.models import User
from tasks.models import Report, Task, TaskEvent
from tasks.services.ledger.new import Beginning
from tasks.services.ledger.rows import LedgerRow, rows_of, tidy
from tasks.services.ledger.units import Units
from tasks.services.ledger.update import apply_difference, difference
from tasks.services.ledger.values import plain


@dataclass
class RowResult:
    """What one line did: `action` is created, updated, unchanged or refused.

    `changes`: {column: [old, new]}; `ignored`: headings of cells that differ and that an import leaves alone.
    """

    row: int
    sheet: str
    code: str
    action: str = "unchanged"
    changes: dict[str, list[Any]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    error: str = ""
    message: str = ""


@dataclass
class Imported:
    """`warnings`: what of the file was not read."""

    results: list[RowResult]
    warnings: list[str]

    def count(self, action: str) -> int:
        return sum(1 for result in self.results if result.action == action)


def may_import(standing: Standing) -> bool:
    return standing.is_superuser or bool(standing.departments("supervisor"))


def import_ledger(
    upload: plan_services.Upload,
    *,
    actor: User,
    now: datetime,
    plan: Plan | None = None,
    dry_run: bool = False,
) -> Imported:
    """Each line on its own: the good ones go in, the others say why. `dry_run` tells the same, to no effect.

    Raises NotAllowed, FileTooLarge, PlanNotReadable, ClassifiedDocument, PlanStateForbids, InputInvalid
    (`too_many_rows`, `ledger_without_heading`), with nothing changed.
    """
    if not may_import(actor.standing):
        raise NotAllowed(_("只有督查员可以导入台账。"))
    plan_services.check_size(upload)
    grids = readers.read_rows(upload.content, upload.name)
    rows = rows_of(grids)
    hidden = [
        _("工作表“{name}”有{hidden}，没有读取。").format(name=grid.name, hidden=grid.hidden)
        for grid in grids
        if grid.hidden
    ]
    with transaction.atomic():
        held = plan and plan_services.lock_plan(plan.pk, Plan.Status.ISSUED, actor=actor)
        results = Work(rows, upload.sha256, held, actor=actor, now=now).take_in()
        if dry_run:
            transaction.set_rollback(True)
    return Imported(results, hidden)


def title_of(row: LedgerRow) -> str:
    return tidy(plain(row.get("title")))


class Work:
    """One file's lines under way, within a transaction that holds the plan for new tasks."""

    def __init__(
        self, rows: list[LedgerRow], sha256: str, plan: Plan | None, *, actor: User, now: datetime
    ) -> None:
        self.rows, self.sha256, self.plan, self.actor, self.now = rows, sha256, plan, actor, now
        self.units = Units()
        named = {plain(row.code) for row in rows if row.code}
        self.beginning = plan and Beginning(plan, self.units, named, actor=actor, now=now)
        self.by_code = dict(Task.objects.filter(code__in=named).values_list("code", "pk"))
        self.titles: dict[str, list[int]] = {}
        for pk, title in plan.tasks.filter(parent=None).values_list("pk", "title") if plan else ():
            self.titles.setdefault(tidy(title), []).append(pk)
        self.tasks = self.fetch()
        self.twins = Counter(map(title_of, rows))
        self.seen: dict[int | str, LedgerRow] = {}

    def fetch(self) -> dict[int, Task]:
        """The tasks that the lines may mean and their sender sees, each with its last word."""
        by_title = (pk for row in self.rows for pk in self.titles.get(title_of(row), ()))
        visible = Task.objects.visible_to(self.actor).filter(pk__in={*self.by_code.values(), *by_title})
        visible = visible.select_related("lead", "plan__issuer").defer("plan__text")
        tasks = {task.pk: task for task in visible.prefetch_related("helpers__department")}
        last = Report.objects.filter(task__in=tasks).order_by("task", "-reported_at", "-id").distinct("task")
        words = dict(last.values_list("task", "done"))
        for task in tasks.values():
            task.last_word = words.get(task.pk, "")
        return tasks

    def take_in(self) -> list[RowResult]:
        """Known tasks first, by id: whoever changes several at once takes them in this order."""
        results = [RowResult(row.number, row.sheet, self.code_of(row)) for row in self.rows]
        once = [
            (self.known(row) or 0, row, result)
            for row, result in zip(self.rows, results, strict=True)
            if self.attempt(self.check_once, row, result)
        ]
        for pk, row, result in sorted(once, key=lambda entry: (entry[0] == 0, entry[0])):
            self.attempt(self.update if pk else self.create, row, result)
        if self.beginning:
            self.beginning.end()
        return results

    def attempt(self, act: Callable[[LedgerRow, RowResult], None], row: LedgerRow, result: RowResult) -> bool:
        """What is refused leaves nothing behind but why."""
        try:
            act(row, result)
        except DomainError as error:
            result.action, result.error, result.message = "refused", error.code, error.message
            result.changes, result.ignored = {}, []
            return False
        return True

    def code_of(self, row: LedgerRow) -> str:
        """A plain number that is no task's is the line's own: 序号."""
        code = plain(row.code)
        return "" if code.isdigit() and len(code) < 5 and code not in self.by_code else code

    def known(self, row: LedgerRow) -> int | None:
        code = self.code_of(row)
        if code:
            return self.by_code.get(code)
        return next(iter(self.titles.get(title_of(row), ())), None)

    def check_once(self, row: LedgerRow, _result: RowResult) -> None:
        """No two lines for one task, and no title that may mean two."""
        code, title = self.code_of(row), title_of(row)
        if not code and title and (self.twins[title] > 1 or len(self.titles.get(title, ())) > 1):
            raise InputInvalid(_("有几项任务同名，请填写任务编号。"), code="ambiguous_title")
        key = self.known(row) or code
        if not key:
            return
        if key in self.seen:
            other = self.seen[key]
            where = _("工作表“{sheet}”").format(sheet=other.sheet) if other.sheet != row.sheet else ""
            told = _("与{where}第{number}行是同一项任务。").format(where=where, number=other.number)
            raise InputInvalid(told, code="duplicate_row")
        self.seen[key] = row

    def source(self, row: LedgerRow) -> dict[str, Any]:
        """For the record: which line of which file."""
        return {"imported": {"sheet": row.sheet, "row": row.number, "sha256": self.sha256}}

    def update(self, row: LedgerRow, result: RowResult) -> None:
        task = self.tasks.get(self.known(row) or 0)
        if task is None:
            told = _("没有编号为“{code}”的任务，或您无权查看。").format(code=row.code[:64])
            raise DomainError(told, code="not_found", status=404)
        result.code = task.code
        found = difference(task, row, self.units, partial(self.is_known_file, task))
        if found.changes:
            with transaction.atomic():  # a savepoint: the other lines stand, whatever becomes of this one
                apply_difference(task, found, self.source(row), actor=self.actor, now=self.now)
        result.action = "updated" if found.changes else "unchanged"
        result.changes, result.ignored = found.changes, found.ignored

    def is_known_file(self, task: Task) -> bool:
        """Has this very file been taken in for this task before? Asked only where the state differs."""
        return TaskEvent.objects.filter(task=task, data__imported__sha256=self.sha256).exists()

    def create(self, row: LedgerRow, result: RowResult) -> None:
        if self.beginning is None:
            told = _("这一行没有已有任务的编号，导入新任务须选定计划。")
            raise InputInvalid(told, code="plan_required")
        result.code = self.beginning.create(row, self.code_of(row), self.source(row))
        result.action = "created"
