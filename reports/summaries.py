"""汇总: the figures of finished periods, made once and kept as data."""

from datetime import date, datetime, timedelta

from django.db.models import Min
from django.utils import timezone

from config.errors import InputInvalid
from plans.org.models import Department
from reports.figures import PeriodRecord, figures_of
from reports.models import JobRun, Summary
from reports.periods import Kind, Period, finished
from tasks import record, services
from tasks.models import TaskEvent

JOB = "reports.jobs.make_summaries"
# A change made in a period's last second is committed a little later; nothing may run for longer than that.
GRACE = timedelta(minutes=15)


def make(
    period: Period, department: Department | None, *, now: datetime, past: PeriodRecord | None = None
) -> Summary:
    """The period's summary for the whole or a department. Raises InputInvalid while the period lasts.

    The first one made stands: again, or two at once, all get that one. `past`: what has been read of it.
    """
    if period.ends_on >= timezone.localdate(now):
        raise InputInvalid(f"{period.name}尚未结束，不能汇总。", code="period_not_finished")
    found = Summary.objects.filter(period=period.name, department=department).first()
    if found is None:
        made, _ = Summary.objects.get_or_create(
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


def read(period: Period, now: datetime) -> PeriodRecord:
    """What is said of it, when it is known which reports were missing on its last day."""
    services.open_report_periods(now=now)
    return PeriodRecord(period)


def make_missing(now: datetime) -> int:
    """Make what finished months lack, for the whole and each department concerned; how many were made.

    From the first month on the record. A month once seen through is not looked at again.
    """
    first = TaskEvent.objects.aggregate(first=Min("at"))["first"]
    run, _ = JobRun.objects.get_or_create(job=JOB, defaults={"ran_at": now})
    if first is None:
        return 0
    since = run.through + timedelta(days=1) if run.through else timezone.localdate(first)
    made = 0
    for month in finished(Kind.MONTH, since, timezone.localdate(now - GRACE) - timedelta(days=1)):
        past = read(month, now)
        known = set(Summary.objects.filter(period=month.name).values_list("department", flat=True))
        for department in [None, *concerned(month.ends_on)]:
            if (department and department.pk) not in known:
                make(month, department, now=now, past=past)
                made += 1
        JobRun.objects.filter(job=JOB).update(through=month.ends_on)
    return made


def concerned(day: date) -> list[Department]:
    """Who led or helped with a task at the end of that day, and the departments above them."""
    rows = record.as_of(day).order_by()
    leads = set(rows.values_list("lead", flat=True).distinct())
    helpers = rows.exclude(helpers=[]).values_list("helpers", flat=True).distinct()
    named = {unit["department"] for units in helpers for unit in units}
    return list(Department.objects.above(leads | named).order_by("pk"))
