"""What the rules look at, read for many reports in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils import timezone

from reports.hints.rules import LOOKED_BACK, Facts, Figure, Likeness, Said, hints_of, resembled
from reports.models import ReportHint
from tasks.models import Attachment, Report, TaskActual, TaskEvent, TaskTarget

Kind = TaskEvent.Kind
# After one of these a task starts anew: what was reported before binds nobody.
RESTARTS = (Kind.RETURN, Kind.REASSIGN, Kind.REOPEN, Kind.RESUME)


def said(report: Report) -> Said:
    texts = (report.done, report.next_steps, report.problems)
    return Said(timezone.localdate(report.reported_at), report.progress, *texts)


class Material:
    """Of reports with their events: the ones before them, figures, files, and what happened in between."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self.reports = list(reports)
        self.tasks = {report.task_id for report in self.reports}
        self.filed: dict[tuple[int, int], list[Report]] = defaultdict(list)
        units = {report.department_id for report in self.reports}
        before = Report.objects.filter(task__in=self.tasks, department__in=units).select_related("event")
        for report in before.order_by("-event__seq").defer("event__data", "event__note"):
            self.filed[report.task_id, report.department_id].append(report)

    def earlier(self, report: Report) -> list[Report]:
        """Of the same task and department, the latest first; no more than the rules look at."""
        filed = self.filed[report.task_id, report.department_id]
        return [each for each in filed if each.event.seq < report.event.seq][:LOOKED_BACK]

    def hints(self) -> list[ReportHint]:
        """What there is to hint at, not saved and not yet dated."""
        self.read_facts()
        return [
            ReportHint(report=report, reason=hint.reason, text=hint.text)
            for report in self.reports
            for hint in hints_of(
                said(report), [said(each) for each in self.earlier(report)], self.facts(report)
            )
        ]

    def likeness(self, report: Report) -> Likeness | None:
        """Which of the earlier ones a report repeats."""
        return resembled(said(report), [said(each) for each in self.earlier(report)])

    def read_facts(self) -> None:
        of_task = Q(task__in=self.tasks, report=None) | Q(report__in=self.reports)
        files = Attachment.objects.filter(of_task).values_list("task", "report", "uploaded_at")
        self.files = {(report or task, bool(report), timezone.localdate(at)) for task, report, at in files}
        self.of_reports = {report for report, is_report, _ in self.files if is_report}
        restarts = TaskEvent.objects.filter(task__in=self.tasks, kind__in=RESTARTS)
        self.restarts = set(restarts.values_list("task", "seq"))
        self.targets: dict[int, list[TaskTarget]] = defaultdict(list)
        for target in TaskTarget.objects.filter(task__in=self.tasks).order_by("ordinal"):
            self.targets[target.task_id].append(target)
        self.actuals: dict[int, list[TaskActual]] = defaultdict(list)
        stated = TaskActual.objects.filter(target__task__in=self.tasks, actual__isnull=False)
        stated = stated.select_related("event").only("target", "actual", "event__seq")
        for actual in stated.order_by("event__seq"):
            self.actuals[actual.target_id].append(actual)

    def facts(self, report: Report) -> Facts:
        by_lead = report.department_id == report.event.lead_id
        targets = self.targets[report.task_id] if by_lead else []
        return Facts(
            [self.figure(target, report) for target in targets],
            self.has_file(report, timezone.localdate(report.reported_at)),
            self.restarted(report),
        )

    def has_file(self, report: Report, day: date) -> bool:
        """Its own, whenever it came; or one of the task's from the same day."""
        return report.pk in self.of_reports or (report.task_id, False, day) in self.files

    def restarted(self, report: Report) -> bool:
        last = next((each.event.seq for each in self.earlier(report)), report.event.seq)
        return any(task == report.task_id and last < seq < report.event.seq for task, seq in self.restarts)

    def figure(self, target: TaskTarget, report: Report) -> Figure:
        told = [row for row in self.actuals[target.pk] if row.event.seq <= report.event.seq]
        stated = bool(told) and told[-1].event_id == report.event_id
        before = told[:-1] if stated else told
        return Figure(
            target.name,
            target.comparator,
            target.value,
            target.unit,
            told[-1].actual if told else None,
            before[-1].actual if before else None,
            stated,
        )
