"""The demo's bureau on a day that never changes, with something on every page: for pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from plans import services as plan_services
from plans.models import Plan, PlanRevision
from plans.org.models import Department, User
from reports import contacts, delivery, summaries, tidings
from reports.bulletins import making
from reports.calendars import make_calendar
from reports.hints import services as hints
from reports.models import Bulletin, Summary
from tasks import services
from tasks.models import Attachment, BulkRun, SavedView, Task
from tasks.services import bulk_runs
from tasks.services.moves import MoveInput
from tests import builders
from tests.addresses import a_picture

NOW = builders.at(builders.TODAY, 10)
ROOT = Path(__file__).resolve().parent.parent.parent
ANOTHER = ROOT / "tests" / "data" / "plans" / "signs-2025.txt"
# What the bureau thought better of during the year.
SECOND_THOUGHTS = (
    ("全年净增高新技术企业60家以上", "全年净增高新技术企业70家以上"),
    ("10月底前完成重点企业走访", "11月底前完成重点企业走访"),
    ("推荐12个以上项目参加省赛", "推荐15个以上项目参加省赛"),
)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Pages, services and jobs all ask Django what time it is."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def furnish() -> dict[str, Any]:
    """What stands for each name of tests.addresses."""
    call_command("demo", stdout=StringIO())
    supervisor, liaison = User.objects.get(username="supervisor"), User.objects.get(username="liaison")
    contacts.add_bot(liaison, "高新处工作群", "feishu://0123456789abcdef", NOW)
    SavedView.objects.create(user=supervisor, name="逾期的", query="overdue=true")
    make_calendar(liaison, "我的任务", None, by=None, now=NOW)
    run_jobs()
    return things(supervisor, a_draft(supervisor), a_revision(supervisor))


def run_jobs() -> None:
    """What the worker would have done by now."""
    tidings.tell_events(NOW)
    delivery.deliver(NOW)
    hints.look_at_reports(NOW)
    summaries.make_missing(NOW)
    for file in Bulletin.objects.waiting(NOW):
        making.make(file.pk, now=NOW)


def a_draft(supervisor: User) -> Plan:
    """Another plan that was just brought in; the demo's own, should it have one."""
    if draft := Plan.objects.filter(status=Plan.Status.DRAFT).first():
        return draft
    text = ANOTHER.read_text(encoding="utf-8").replace("2025", str(builders.YEAR))
    upload = plan_services.Upload(text.encode(), "科技惠企工作要点.txt")
    return plan_services.import_plan(upload, actor=supervisor, now=NOW)[0]


def a_revision(supervisor: User) -> PlanRevision:
    plan = Plan.objects.filter(status=Plan.Status.ISSUED).latest("year", "id")
    text = plan.file.open().read().decode()
    for before, after in SECOND_THOUGHTS:
        assert before in text, before
        text = text.replace(before, after)
    upload = plan_services.Upload(text.encode(), f"{plan.year}年工作要点（修订）.txt")
    return plan_services.propose(plan, upload, actor=supervisor, now=NOW)[0]


def a_run(supervisor: User, pks: list[int]) -> BulkRun:
    """One task closed, the others refused: what a bulk move tells."""
    given, pks = MoveInput(), [*pks, *Task.objects.filter(status="in_progress").values_list("pk", flat=True)]
    run = bulk_runs.request_run(pks, "close", actor=supervisor, now=NOW, given=given, key="1")
    bulk_runs.carry_out(run.pk, now=NOW)
    return run


def things(supervisor: User, draft: Plan, revision: PlanRevision) -> dict[str, Any]:
    tasks = {int(task.code.rsplit("-", 1)[1]): task.pk for task in revision.plan.tasks.filter(parent=None)}
    liaison2 = User.objects.get(username="liaison2")
    released = Summary.objects.exclude(released_at=None).latest("id")
    return {
        "draft": draft.pk,
        "draft_item": draft.items.filter(kind="task").earliest("ordinal").pk,
        "issued": revision.plan_id,
        "done_plan": Plan.objects.filter(year=revision.plan.year - 1).latest("id").pk,
        "revision": revision.number,
        "whole": tasks[1],
        "busy": tasks[4],
        "late": tasks[2],
        "completed": tasks[12],
        "submitted": tasks[10],
        "attachment": Attachment.objects.latest("id").pk,
        "summary": released.pk,
        "released": released.pk,
        "picture": services.attach(tasks[4], a_picture(), actor=liaison2, now=NOW)[0].pk,
        "run": a_run(supervisor, [tasks[12]]).pk,
        "lead": Department.objects.get(code="GXC").pk,
    }
