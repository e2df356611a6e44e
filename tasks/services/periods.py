"""填报期: of which weeks, months or quarters a task's lead owes a report, and which of these were missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import InputInvalid
from plans.org import workdays
from plans.org.workdays import DAY, Calendar
from tasks import record
from tasks.models import Report, ReportPeriod, Task
from tasks.models.report import OF_THE_CYCLE
from tasks.services.batches import batched

CYCLES = (Task.Cycle.WEEKLY, Task.Cycle.MONTHLY, Task.Cycle.QUARTERLY)
# From so many working days before its date on a period is the one that a report is asked for.
ASKED_WORKING_DAYS = 2
# Who signs, or whose cycle is set, later than so many working days before the date begins with the next.
SIGNED_WORKING_DAYS = 5
# What was missed in a longer outage is not asked for any more.
FURTHEST_BACK = timedelta(days=92)
# Marked as missing per transaction: on the morning after the 25th there may be thousands.
BATCH = 200
# How a task stood at the end of a period's date, by the record: so far, while that date is ahead.
STOOD = """(
    SELECT event.status = 'in_progress' AND event.accepted_on < span.signed_before
    FROM tasks_taskevent event WHERE event.task_id = task.id AND event.at < span.until
    ORDER BY event.seq DESC LIMIT 1
)"""
SPANS = """unnest(
    %(cycle)s::text[], %(period)s::text[], %(starts_on)s::date[], %(due_on)s::date[],
    %(signed_before)s::date[], %(until)s::timestamptz[]
) AS span (cycle, period, starts_on, due_on, signed_before, until)"""
OPEN = f"""
    INSERT INTO tasks_reportperiod (task_id, period, starts_on, due_on, opened_at, was_missing)
    SELECT task.id, span.period, span.starts_on, span.due_on, %(now)s, false
    FROM {SPANS} JOIN tasks_task task ON task.reporting_cycle = span.cycle
        AND (task.status IN ('in_progress') OR task.updated_at >= span.until)
    WHERE NOT EXISTS (
        SELECT FROM tasks_reportperiod known WHERE known.task_id = task.id AND known.period = span.period
    ) AND {STOOD} AND NOT EXISTS (
        SELECT FROM tasks_taskevent event WHERE event.task_id = task.id
            AND event.at >= span.signed_before::timestamp AT TIME ZONE %(zone)s
            AND event.data ? 'reporting_cycle'
    )
    ORDER BY task.id, span.due_on
    ON CONFLICT DO NOTHING
"""
# Ended without a report of its lead, who was working on it by the record.
MISSED = f"""
    missed.period = span.period AND missed.due_on = span.due_on AND NOT missed.was_missing
    AND (missed.reported_on IS NULL OR missed.reported_on > missed.due_on)
    AND task.id = missed.task_id AND task.reporting_cycle = span.cycle AND {STOOD}
"""
FIND_MISSED = f"""
    SELECT missed.task_id, missed.id FROM tasks_reportperiod missed, {SPANS}, tasks_task task
    WHERE {MISSED} ORDER BY missed.task_id
"""
# With the department whose report it was.
MISS = f"""
    UPDATE tasks_reportperiod missed SET was_missing = true FROM {SPANS}, tasks_task task
    WHERE missed.id = ANY(%(chosen)s) AND {MISSED}
    RETURNING missed.task_id, missed.due_on, missed.period, (
        SELECT event.lead_id FROM tasks_taskevent event
        WHERE event.task_id = task.id AND event.at < span.until ORDER BY event.seq DESC LIMIT 1
    )
"""
REPORT = """
    UPDATE tasks_reportperiod
    SET reported_on = CASE WHEN %s THEN coalesce(reported_on, %s) ELSE reported_on END
    WHERE id IN ({chosen}) RETURNING period
"""


@dataclass(frozen=True)
class Span:
    """A period of a cycle with the date by which its report is due."""

    cycle: str
    period: str
    starts_on: date
    due_on: date
    signed_before: date

    @classmethod
    def of(cls, cycle: str, period: str, starts_on: date, due_on: date, calendar: Calendar) -> Self:
        late = calendar.add(due_on, -SIGNED_WORKING_DAYS)
        return cls(cycle, period, starts_on, due_on, max(starts_on, late))

    @property
    def until(self) -> datetime:
        return record.end_of(self.due_on)


def period_of(day: date, cycle: str) -> str:
    """The period a report tells of, as the office names it; without a cycle, the month."""
    if cycle == Task.Cycle.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if cycle == Task.Cycle.QUARTERLY:
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return f"{day:%Y-%m}"


def cycle_of(period: str) -> str:
    found = {"W": Task.Cycle.WEEKLY, "Q": Task.Cycle.QUARTERLY}
    return found.get(period[5], Task.Cycle.MONTHLY)


def days_of(cycle: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period that a day lies in."""
    if cycle == Task.Cycle.WEEKLY:
        monday = day - day.weekday() * DAY
        return monday, monday + 6 * DAY
    months = 3 if cycle == Task.Cycle.QUARTERLY else 1
    first = (day.month - 1) // months * months + 1
    after = first + months
    following = date(day.year + (after > 12), (after - 1) % 12 + 1, 1)
    return date(day.year, first, 1), following - DAY


def due_of(cycle: str, starts_on: date, ends_on: date, calendar: Calendar) -> date:
    """The week's Friday, or the REPORT_DAY of the last month; on a day off the last working day before it."""
    last_day = ends_on.replace(day=min(settings.REPORT_DAY, ends_on.day))
    return calendar.on_or_before(starts_on + 4 * DAY if cycle == Task.Cycle.WEEKLY else last_day)


def spans(first: date, last: date, calendar: Calendar) -> Iterator[Span]:
    """Every cycle's periods begun by `last` whose reports are due on `first` or later.

    A period without a working day up to its date (a week of holidays) is none.
    """
    for cycle in CYCLES:
        day = first
        while day <= last:
            starts_on, ends_on = days_of(cycle, day)
            due_on = due_of(cycle, starts_on, ends_on, calendar)
            if due_on >= max(starts_on, first):
                yield Span.of(cycle, period_of(starts_on, cycle), starts_on, due_on, calendar)
            day = ends_on + DAY


def as_arrays(found: list[Span]) -> dict[str, list[Any]]:
    names = ("cycle", "period", "starts_on", "due_on", "signed_before", "until")
    return {name: [getattr(span, name) for span in found] for name in names}


def open_report_periods(*, now: datetime) -> int:
    """Open the periods that have begun, and tell which ended without their report; how many were opened.

    Harmless to repeat. What an outage left out is made up for by the record: a period is opened for tasks
    that were being worked on at the end of its date. Two at once: the second waits and finds nothing new.
    """
    opened = open_begun(now=now)
    mark_missing(now=now)
    return opened


@transaction.atomic
def open_begun(*, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE tasks_reportperiod IN SHARE UPDATE EXCLUSIVE MODE")
    today, calendar = timezone.localdate(now), workdays.calendar()
    # Who opened the last one went through all that were due until then.
    last = ReportPeriod.objects.order_by("-pk").values_list("opened_at", flat=True).first()
    first = today if last is None else min(today, max(timezone.localdate(last), today - FURTHEST_BACK))
    begun = as_arrays(list(spans(first, today, calendar)))
    with connection.cursor() as cursor:
        cursor.execute(OPEN, begun | {"now": now, "zone": settings.TIME_ZONE})
        opened = cursor.rowcount
    take_in_reports(today - FURTHEST_BACK)
    return opened


def take_in_reports(since: date) -> int:
    """Date the periods whose report was in before they were opened; how many."""
    told = Report.objects.filter(
        task=OuterRef("task"), period=OuterRef("period"), department=F("event__lead")
    ).order_by("reported_at", "id")
    waiting = ReportPeriod.objects.filter(Exists(told), reported_on=None, due_on__gte=since)
    return waiting.update(reported_on=Subquery(told.values(day=TruncDate("reported_at"))[:1]))


def mark_missing(*, now: datetime) -> int:
    """Set was_missing, never to be unset, where a report was not in when its date ended; how many.

    By the record: on a task that was suspended or applied to close by then nothing was missing. Each is put
    on its task's record, with whose report it was.
    """
    today, calendar = timezone.localdate(now), workdays.calendar()
    ended = ReportPeriod.objects.filter(due_on__gte=today - FURTHEST_BACK, due_on__lt=today).order_by()
    known = ended.values_list("period", "starts_on", "due_on").distinct()
    found = as_arrays([Span.of(cycle_of(name), name, *days, calendar) for name, *days in known])
    with connection.cursor() as cursor:
        cursor.execute(FIND_MISSED, found)
        rows = cursor.fetchall()
    return sum(miss_batch(batch, found, now) for batch in batched(rows, BATCH))


@transaction.atomic
def miss_batch(rows: list[tuple[int, int]], found: dict[str, list[Any]], now: datetime) -> int:
    """Some periods, each by its task and id. Tasks by id, so that two at once, or a report that comes in
    meanwhile, wait for one another: who is second finds nothing missing any more.
    """
    tasks = Task.objects.filter(pk__in={task for task, _ in rows}).order_by("pk")
    list(tasks.select_for_update(no_key=True).values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(MISS, found | {"chosen": [pk for _, pk in rows]})
        missed = sorted(cursor.fetchall())
    for task, _due_on, period, lead in missed:
        data = {"report_missing": period, "department": lead}
        record.write(record.lock(task), "edited", actor=None, at=now, data=data)
    return len(missed)


def asked_until(today: date, calendar: Calendar) -> date:
    """Reports that are due by then are asked for today."""
    return calendar.add(today, ASKED_WORKING_DAYS)


def to_choose(task: Task, today: date, calendar: Calendar) -> QuerySet[ReportPeriod]:
    """What a report may tell of: what is asked for, the present period, what is missing, latest first."""
    rows = ReportPeriod.objects.filter(OF_THE_CYCLE, task=task.pk)
    is_asked = rows.is_asked(today, asked_until(today, calendar))
    is_present = Q(period=period_of(today, task.reporting_cycle))
    missing = Q(was_missing=True, reported_on=None)
    found = rows.annotate(is_asked=is_asked, is_present=is_present).order_by(
        "-is_asked", "-is_present", "-due_on"
    )
    return found.filter(Q(is_asked=True) | is_present | missing)


def report_on(task: Task, given: str, *, today: date, by_lead: bool) -> str:
    """The period that a report tells of; on its row the lead's first report is dated.

    Raises InputInvalid `period_unknown` for one that is neither this task's nor the present.
    """
    present = period_of(today, task.reporting_cycle)
    if not (given or task.reporting_cycle):
        return present
    if given:
        chosen = ReportPeriod.objects.filter(task=task.pk, period=given)
    else:
        likely = Q(is_asked=True) | Q(is_present=True)
        chosen = to_choose(task, today, workdays.calendar()).filter(likely)[:1]
    sql, parameters = chosen.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(REPORT.format(chosen=sql), [by_lead, today, *parameters])
        found = cursor.fetchone()
    if not found and given not in ("", present):
        message = _("这项任务没有“{given}”这一填报期。").format(given=given)
        error = {"field": "period", "code": "period_unknown", "message": message}
        raise InputInvalid(message, code="period_unknown", errors=[error])
    return found[0] if found else present
