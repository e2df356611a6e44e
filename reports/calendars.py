"""日历订阅: deadlines and report dates in people's own calendars (RFC 5545)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from config.errors import DomainError, InputInvalid, NotAllowed
from config.language import in_office_language
from config.plain import one_line, plain
from plans.org import workdays
from plans.org.models import ApiToken, Department, User
from reports.models import CalendarFeed
from tasks.lights import Light
from tasks.models import ReportPeriod, Task
from tasks.models.report import OF_THE_CYCLE
from tasks.states import Status

# Of a supervisor's thousands, those that fall due next.
MOST = 2000
READ_NOTED_EVERY = timedelta(hours=1)
REFRESH_EVERY = timedelta(hours=4)
DAY = timedelta(days=1)


def make_calendar(
    user: User, name: str, department: Department | None, *, by: ApiToken | None, now: datetime
) -> tuple[CalendarFeed, str]:
    """A calendar and its address, which is shown once and never kept. `by` is the token that asks for it.

    The address stays good until it is taken back, so a token that ends makes none. Raises InputInvalid for a
    department that the person does not see, NotAllowed, and 409 for a name that another of theirs has.
    """
    if by and by.expires_at:
        raise NotAllowed(_("有期限的令牌不能生成日历订阅，请登录网页生成。"), code="token_outlives")
    if department and not Department.objects.visible_to(user).filter(pk=department.pk).exists():
        raise InputInvalid(_("没有这个单位，或您无权查看。"), code="department_unknown")
    secret = secrets.token_urlsafe(32)
    values = {"department": department, "secret_hash": ApiToken.hash(secret), "created_at": now}
    try:
        with transaction.atomic():
            feed = CalendarFeed.objects.create(user=user, name=name, **values)
    except IntegrityError:
        raise DomainError(
            _("已有名为“{name}”的日历订阅，请换一个名称，或先取消它。").format(name=name),
            code="calendar_name_taken",
        ) from None
    return feed, address_of(secret)


def address_of(secret: str) -> str:
    return page(reverse("api:calendar", kwargs={"version": "v1", "secret": secret}))


def page(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path


def find(secret: str, now: datetime) -> CalendarFeed | None:
    """The calendar behind this secret, as long as its owner is active; notes now and then that it is read."""
    feeds = CalendarFeed.objects.select_related("user", "department")
    feed = feeds.filter(secret_hash=ApiToken.hash(secret), user__is_active=True).first()
    if feed and (feed.read_at is None or feed.read_at <= now - READ_NOTED_EVERY):
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed


@dataclass(frozen=True)
class Answered:
    """Whose tasks a calendar is about: those of `units`, and all that `above` have to do with.

    Always among what its owner sees when it is read.
    """

    user: User
    units: list[int]
    above: list[int]

    @classmethod
    def of(cls, feed: CalendarFeed) -> "Answered":
        """A department with those below it; or what the owner's posts answer for (viewers look on)."""
        if feed.department:
            below = Department.objects.subtree([feed.department.pk]).order_by("pk")
            return cls(feed.user, list(below.values_list("pk", flat=True)), [])
        standing = feed.user.standing
        units, above = standing.departments("liaison", "head"), standing.departments("supervisor", "leader")
        return cls(feed.user, sorted(units), sorted(above))

    def tasks(self) -> QuerySet[Task]:
        tasks = Task.objects.visible_to(self.user).open()
        return tasks.filter(tasks.concerning(self.units) | Q(seen_by__overlap=self.above))

    def reports(self) -> QuerySet[ReportPeriod]:
        """Owed by the lead alone, while the task is worked on."""
        visible = Task.objects.visible_to(self.user).filter(status=Status.IN_PROGRESS)
        tasks = visible.filter(Q(lead__in=self.units) | Q(seen_by__overlap=self.above))
        owed = ReportPeriod.objects.filter(OF_THE_CYCLE, reported_on=None, task__in=tasks.values("pk"))
        return owed.select_related("task")


def as_ics(feed: CalendarFeed, today: date) -> bytes:
    """The calendar as it stands, in a constant number of statements."""
    answered = Answered.of(feed)
    calendar = Calendar()
    calendar.add("PRODID", "-//ducha//CN")
    calendar.add("VERSION", "2.0")
    calendar.add("X-WR-CALNAME", one_line(feed.name))
    calendar.add("NAME", one_line(feed.name))
    calendar.add("REFRESH-INTERVAL", REFRESH_EVERY, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH_EVERY))  # the same, as Outlook knows it
    tasks = answered.tasks().with_light(today, workdays.calendar()).select_related("lead")
    for task in next_ones(tasks, today):
        calendar.add_component(deadline(task))
    for period in next_ones(answered.reports(), today):
        calendar.add_component(report_date(period))
    return calendar.to_ical()


def next_ones(rows: QuerySet, today: date) -> Iterator:
    """Those that fall due next; then, as far as there is room, what is late, the latest first."""
    ahead = list(rows.filter(due_on__gte=today).order_by("due_on", "pk")[:MOST])
    yield from ahead
    yield from rows.filter(due_on__lt=today).order_by("-due_on", "-pk")[: MOST - len(ahead)]


def deadline(task: Task) -> Event:
    with in_office_language():
        said = [
            f"牵头单位：{task.lead.name}",
            f"状态：{task.get_status_display()}，进度{task.progress}%",
            f"{Light(task.light).label}" + (f"，已逾期{task.days_overdue}天" if task.days_overdue else ""),
        ]
    event = all_day(f"task-{task.pk}", task.due_on, f"到期：{task.code} {task.title}", "\n".join(said))
    return dated(event, task, changed=task.updated_at, sequence=task.version)


def report_date(period: ReportPeriod) -> Event:
    title = f"填报：{period.task.code} {period.task.title}"
    event = all_day(f"report-{period.pk}", period.due_on, title, f"填报期：{period.name}")
    return dated(event, period.task, changed=period.opened_at, sequence=0)


def all_day(uid: str, day: date, title: str, text: str) -> Event:
    event = Event()
    event.add("UID", f"{uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("SUMMARY", one_line(title))
    event.add("DTSTART", day)
    event.add("DTEND", day + DAY)
    event.add("DESCRIPTION", plain(text))
    event.add("TRANSP", "TRANSPARENT")  # a deadline does not make anybody busy
    return event


def dated(event: Event, task: Task, *, changed: datetime, sequence: int) -> Event:
    """When it changed is the record's word, so that an unchanged calendar reads the same twice."""
    event.add("URL", page(reverse("tasks:detail", args=[task.pk])))
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    event.add("SEQUENCE", sequence)
    return event
