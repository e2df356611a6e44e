"""修订确认: the chosen differences of a corrected file change plan and tasks together, on the record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid
from config.language import in_office_language
from plans.models import Plan, PlanItem, PlanRevision
from plans.org.models import Department, User
from plans.services import goals_said, lock_plan, note_change
from plans.services.differences import ADDED, KINDS, Comparison, Words
from plans.services.revising import RevisionDecided, compare, decide
from plans.services.taking_over import TakingOver
from tasks.models import Task, TaskTarget
from tasks.services.ending import end_with_parts
from tasks.services.issuing import Defaults, check_leads, create_tasks
from tasks.services.moves import MoveInput, check_active, make_move, missing
from tasks.services.revision_edits import Edit, figure_of, target_told
from tasks.services.revision_lines import USED, Line, digest_of, ends_task, lines_of
from tasks.states import OPEN

S = PlanRevision.Status


class RevisionOutdated(DomainError):
    """The plan or its tasks are not any more what the caller saw (409)."""

    code = "revision_outdated"


@transaction.atomic
def confirm_revision(
    revision: PlanRevision,
    *,
    actor: User,
    now: datetime,
    expected: str,
    note: str,
    lines: Sequence[int] | None = None,
    default_lead: Department | None = None,
) -> PlanRevision:
    """Take over the chosen lines (all that are possible, unless said), plan and tasks in one transaction.

    `expected` is the digest of the lines that the caller saw. Confirmed before: nothing happens, so of two at
    once one does it. Raises InputInvalid `note_required`, `line_unknown`, `items_without_lead` (400);
    NotAllowed; PlanStateForbids, RevisionDecided, RevisionOutdated (409). Nothing is saved on any of these.
    """
    if not note.strip():
        raise missing("note", _("请填写修订说明。"))
    check_active([default_lead] if default_lead else [])
    plan = lock_plan(revision.plan_id, Plan.Status.ISSUED, actor=actor)
    revision = PlanRevision.objects.get(pk=revision.pk)
    if revision.status == S.CONFIRMED:
        return revision
    if revision.status == S.DISCARDED:
        raise RevisionDecided(_("该修订已放弃，请重新上传文件。"))
    hold_tasks(plan)
    comparison = compare(plan, revision)
    with in_office_language():  # in which they are kept
        found = lines_of(comparison)
    if digest_of(found) != expected:
        raise RevisionOutdated(_("计划或任务已有变化，差异与所见不同，请刷新后重新核对。"))
    chosen = choose(found, lines)
    goals = goals_said(plan)
    Applying(revision, comparison, chosen, actor, now, note, default_lead).run()
    taken = {line.no for line in chosen}
    revision.differences = [{**line.as_json(), "applied": line.no in taken} for line in found]
    decide(revision, S.CONFIRMED, actor=actor, now=now, note=note)
    note_change(plan, "revised", actor=actor, at=now, data=counted(revision, chosen, goals))
    return revision


def hold_tasks(plan: Plan) -> None:
    """What a task allows must still hold when it is changed."""
    held = plan.tasks.filter(parent=None, status__in=OPEN).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))


def counted(revision: PlanRevision, chosen: list[Line], goals: Mapping[str, Any]) -> dict[str, Any]:
    """For the plan's record: how many lines of each kind were taken over, how many were left; and what goals
    said before, where they say something else now.
    """
    counts = {kind: sum(line.difference.kind == kind for line in chosen) for kind in KINDS}
    left, now = len(revision.differences) - len(chosen), goals_said(revision.plan)
    return {
        "revision": revision.pk,
        "number": revision.number,
        **counts,
        "left": left,
        "goals": changed(goals, now),
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What is not as before; None where there was, or is, nothing."""
    names = sorted({*before, *after}, key=int)
    return {
        name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)
    }


def choose(found: list[Line], wanted: Sequence[int] | None) -> list[Line]:
    if wanted is None:
        return [line for line in found if line.possible]
    possible = {line.no for line in found if line.possible}
    if wrong := sorted(set(wanted) - possible):
        listed = _("、").join(map(str, wrong[:5]))
        raise InputInvalid(_("没有这些可以确认的差异：{listed}。").format(listed=listed), code="line_unknown")
    return [line for line in found if line.no in set(wanted)]


@dataclass
class Applying:
    """A confirmation under way."""

    revision: PlanRevision
    comparison: Comparison
    chosen: list[Line]
    actor: User
    now: datetime
    note: str
    default_lead: Department | None

    @property
    def plan(self) -> Plan:
        return self.comparison.plan

    @property
    def told(self) -> str:
        return f"计划修订{self.revision.number}：{self.note}"

    def run(self) -> None:
        """What hangs on a target goes before it, what hangs on a new item comes after it."""
        was = {line.no: words_of(line) for line in self.chosen}
        dropped = {line.no: drop_targets(line) for line in self.chosen}
        differences = [line.difference for line in self.chosen]
        taking = TakingOver(self.comparison, differences, self.revision, self.now)
        taking.run()
        by_task: dict[int, list[Line]] = defaultdict(list)
        for line in self.chosen:
            if line.task:
                by_task[line.task.pk].append(line)
        for pk, lines in sorted(by_task.items()):
            if any(ends_task(line.difference) for line in lines):
                self.end(lines[0].task)
            else:
                self.change(pk, lines, was, dropped, taking)
        self.issue(taking)

    def end(self, task: Task) -> None:
        if task.status in OPEN:
            end_with_parts({task.pk: self.said()}, actor=self.actor, now=self.now)

    def change(
        self,
        pk: int,
        lines: list[Line],
        was: Mapping[int, Words | None],
        dropped: Mapping[int, list[dict[str, Any]]],
        taking: TakingOver,
    ) -> None:
        """All that the lines ask of one task is one event, behind the move that gives it to another lead."""
        edit = Edit(lines[0].task)
        for line in lines:
            match = line.difference.match
            edit.take(line.difference, was[line.no], match.row or taking.row_at[match.at])
            edit.targets += dropped[line.no]
        if edit.lead:
            make_move(pk, "reassign", actor=self.actor, now=self.now, given=self.said(lead=edit.lead))
            edit.task = Task.objects.get(pk=pk)
        edit.write(actor=self.actor, now=self.now, note=self.told, revision=self.revision.pk)

    def said(self, **more: Any) -> MoveInput:
        """What a move says on the record."""
        return MoveInput(note=self.told, source={"revision": self.revision.pk}, **more)

    def issue(self, taking: TakingOver) -> None:
        """The tasks of the new items."""
        added = [line.difference.match.at for line in self.chosen if line.difference.kind == ADDED]
        new = {taking.row_at[at].pk for at in added}
        present = self.plan.items.filter(withdrawn_at=None)
        items = list(present.prefetch_related("owners__department", "targets"))
        chosen = [item for item in items if item.pk in new and item.kind == PlanItem.Kind.TASK]
        defaults = Defaults(self.default_lead)
        check_leads(chosen, defaults)
        data = {"revision": self.revision.pk}
        edge = {"actor": self.actor, "now": self.now, "note": self.told, "data": data}
        create_tasks(self.plan, chosen, items, defaults, **edge)


def words_of(line: Line) -> Words | None:
    """What our item says before it is changed."""
    row = line.difference.match.row
    return row and Words(row.heading, row.body)


def drop_targets(line: Line) -> list[dict[str, Any]]:
    """Of a target, or of a measure, that goes; what something was said about stays with the task."""
    difference, task = line.difference, line.task
    if task is None or difference.after is not None or ends_task(difference):
        return []
    gone = [difference.target] if difference.target else list(difference.match.row.targets.all())
    asked = TaskTarget.objects.filter(task=task, target__in=gone)
    free = list(asked.exclude(pk__in=asked.filter(USED).values("pk")))
    dropped = [target_told(target, figure_of(target), None) for target in free]
    asked.filter(pk__in=[target.pk for target in free]).delete()
    return dropped
