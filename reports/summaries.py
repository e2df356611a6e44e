"""汇总: the figures of finished periods, made once and kept as data; their text, edited and released."""

from datetime import date, datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import DomainError, InputInvalid, NotAllowed
from plans.access import top_department
from plans.org.models import Department, User
from plans.org.workdays import DAY
from reports.access import may_publish
from reports.figures import figures_of
from reports.models import JobRun, Summary
from reports.narrative import text_of
from reports.past import PeriodRecord, record_begins
from reports.periods import Kind, Period, finished
from tasks import services

JOB = "reports.jobs.make_summaries"
# A change made in a period's last second is committed a little later; nothing may run for longer than that.
GRACE = timedelta(minutes=15)
# Periods made in one run. A record of two years has some 140 that are over: the job asks for itself until
# none is lacking, and no run of it outlasts its time.
MOST = 12


class SummaryChanged(DomainError):
    """Somebody edited it since the caller saw it (412)."""

    code = "summary_changed"
    status = 412


class SummaryReleased(DomainError):
    """What was given out stays as it was."""

    code = "summary_released"


class VersionMissing(DomainError):
    code = "precondition_required"
    status = 428


def make(
    period: Period, department: Department | None, *, now: datetime, past: PeriodRecord | None = None
) -> Summary:
    """The period's summary for the whole or a department. Raises InputInvalid as `check_period` does.

    The first one made stands: again, or two at once, all get that one. `past`: what the job has read of it.
    """
    if past is None:
        check_period(period, now)
    found = Summary.objects.filter(period=period.name, department=department).first()
    if found is None:
        made, _is_new = Summary.objects.get_or_create(
            period=period.name,
            department=department,
            defaults={
                "starts_on": period.starts_on,
                "ends_on": period.ends_on,
                "figures": figures_of(past or read(period, now), department),
                "made_at": now,
            },
        )
        found = Summary.objects.get(pk=made.pk)  # as kept, so that the first print is like every other
    return found


def check_period(period: Period, now: datetime) -> None:
    """Raises InputInvalid `period_not_finished`."""
    if period.ends_on >= timezone.localdate(now):
        after = period.ends_on + DAY
        raise InputInvalid(
            _("{period}尚未结束，不能汇总；请在{after:%Y-%m-%d}及以后生成。").format(
                period=period.name, after=after
            ),
            code="period_not_finished",
        )


def make_for(actor: User, period: Period, department: Department | None, *, now: datetime) -> Summary:
    """What somebody asks for. Without a department a supervisor below the whole means their own bureau.

    Raises InputInvalid, then NotAllowed: a department's people read what the job makes.
    """
    check_period(period, now)
    if department is None and not may_publish(actor, None):
        department = top_department(actor)
        if department is None:
            raise NotAllowed(_("汇总由督查员生成。"))
    if not may_publish(actor, department and department.pk):
        raise NotAllowed(_("只能生成所督查单位的汇总。"))
    return make(period, department, now=now)


@transaction.atomic
def edit(pk: int, narrative: str, *, actor: User, now: datetime, version: int | None) -> Summary:
    """Put people's words in the place of the draft. Raises NotAllowed, VersionMissing, SummaryChanged,
    SummaryReleased.
    """
    summary = lock(pk, actor)
    if version is None:
        raise VersionMissing(_("修改通报正文须带 If-Match，以免覆盖他人的修改。"))
    check(summary, version)
    if summary.released_at:
        raise SummaryReleased(_("通报已发布，正文不能再改。"))
    narrative = "\n".join(narrative.strip().splitlines())
    if narrative == text_of(summary):
        return summary
    summary.narrative, summary.edited_by, summary.edited_at = narrative, actor, now
    summary.version += 1
    summary.save(update_fields=["narrative", "edited_by", "edited_at", "version"])
    return summary


@transaction.atomic
def release(pk: int, *, actor: User, now: datetime, version: int | None = None) -> Summary:
    """发布: the text as it is now is kept for ever, as a new version: files name the day. Again: the same.

    Raises NotAllowed, SummaryChanged.
    """
    summary = lock(pk, actor)
    if summary.released_at:
        return summary
    check(summary, version)
    summary.narrative, summary.released_by, summary.released_at = text_of(summary), actor, now
    summary.version += 1
    summary.save(update_fields=["narrative", "released_by", "released_at", "version"])
    return summary


def lock(pk: int, actor: User) -> Summary:
    """For a change. Two at once: the second sees what the first made of it."""
    summary = Summary.objects.select_for_update(of=("self",)).get(pk=pk)
    if not may_publish(actor, summary.department_id):
        raise NotAllowed(_("通报由督查员修改和发布。"))
    return summary


def check(summary: Summary, version: int | None) -> None:
    if version is not None and version != summary.version:
        raise SummaryChanged(_("通报已被他人修改，请刷新后重试。"), version=summary.version)


def read(period: Period, now: datetime) -> PeriodRecord:
    """What is said of it, when it is known which reports were missing on its last day."""
    services.open_report_periods(now=now)
    return PeriodRecord(period)


def make_missing(now: datetime, *, most: int = MOST) -> int:
    """Make what finished periods lack, for the whole and each department concerned; how many were made.

    From the first period on the record, the oldest first, so that each finds the one before to compare
    with; at most so many periods in one run. One once seen through is not looked at again.
    """
    made = 0
    for period in islice(lacking(now), most):
        made += make_all(period, now)
        run = JobRun.objects.filter(job=job_of(period.kind))
        run.filter(Q(through=None) | Q(through__lt=period.ends_on)).update(through=period.ends_on)
    return made


def lacking(now: datetime) -> list[Period]:
    """The finished periods of each kind that no run has seen through, the oldest first."""
    first = record_begins()
    if first is None:
        return []
    last = timezone.localdate(now - GRACE) - DAY
    found = [p for kind in Kind for p in finished(kind, begin(kind, first, now), last)]
    return sorted(found, key=lambda period: period.ends_on)


def begin(kind: Kind, first: date, now: datetime) -> date:
    """The first day not seen through."""
    JobRun.objects.note(job_of(kind), now)
    through = JobRun.objects.get(job=job_of(kind)).through
    return through + DAY if through else first


def job_of(kind: Kind) -> str:
    """Where it is remembered how far the job has come with this kind."""
    return f"{JOB}:{kind}"


def make_all(period: Period, now: datetime) -> int:
    past = read(period, now)
    known = set(Summary.objects.filter(period=period.name).values_list("department", flat=True))
    wanted = [unit for unit in [None, *concerned(past)] if (unit and unit.pk) not in known]
    for department in wanted:
        make(period, department, now=now, past=past)
    return len(wanted)


def concerned(past: PeriodRecord) -> list[Department]:
    """Who led or helped with a task on the last day, and the departments above them."""
    named = {unit for row in past.rows for unit in (row.lead, *row.helpers)}
    return list(Department.objects.above(named).order_by("pk"))
