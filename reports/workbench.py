"""工作台: what waits for one person, each task once and under the most urgent thing to do with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from plans.models import Plan
from plans.org.models import User
from plans.org.workdays import Calendar
from reports.asked import (
    UNANSWERED,
    UNDECIDED,
    asked_periods,
    asked_to_decide,
    asked_to_report,
    told_to_answer,
    with_asked,
)
from reports.hints.page import Waiting
from reports.models import Delivery
from tasks import access
from tasks.lights import YELLOW_WORKING_DAYS, DaysBetween, Light
from tasks.models import Task, TaskEvent
from tasks.pages.task import next_move
from tasks.states import ACTS, DONE, Move, Status

ROWS = 8
RECENT_DAYS = 30
# What waits here is no move of the workflow but an answer to somebody.
ASKED = {"answer": "answer", "extension": "decide_extension"}
# Nobody waits for these.
UNHURRIED = ("rest", "to_close", "recent")
WAITS = {"answer": told_to_answer, "extension": asked_to_decide, "report": asked_to_report}


@dataclass
class Section:
    """One list: its tasks, each with the step that waits for this person, and where the rest is.

    Without `nothing` it is not missed when it is empty; without `more` the rest comes up as these are done.
    """

    key: str
    title: str
    nothing: str
    condition: Q
    more: str
    rows: list[tuple[Task, Move | None]] = field(default_factory=list)
    total: int = 0


def sections_for(user: User, today: date, calendar: Calendar) -> Iterator[Section]:
    """In the order in which a task looks for its place."""
    standing = user.standing
    boss = standing.is_superuser
    supervised, units = standing.departments("supervisor"), standing.departments("liaison", "head")
    oversees = boss or bool(standing.departments("supervisor", "leader", "viewer"))
    # Who split a task supervises its parts.
    parted = standing.departments("head")
    issued = Q() if boss else Q(issuer__in=supervised) | Q(parent__isnull=False, issuer__in=parted)
    led = Q(lead__in=units)
    soon = calendar.add(today, YELLOW_WORKING_DAYS).isoformat()
    working = Q(status__in=[Status.PENDING, Status.IN_PROGRESS])
    if units:
        told = Q(pk__in=UNANSWERED.order_by().values("task")) & led
        yield Section("answer", _("批示待答复"), _("没有待答复的批示"), told, "")
    if boss or supervised or parted:
        yield from waiting_to_decide(issued, missed=boss or bool(supervised))
    if units:
        new = Q(status=Status.PENDING) & led
        again = Q(status=Status.IN_PROGRESS, last_turn="return") & led
        yield Section("sign", _("待签收"), _("没有待签收的任务"), new, "status=pending")
        yield Section("returned", _("退回重办"), _("没有被退回的办结申请"), again, "status=in_progress")
        asked = Q(status=Status.IN_PROGRESS) & led & Q(Exists(asked_periods(today, calendar)))
        yield Section("report", _("待填报"), _("没有待填报的任务"), asked, "")
    red, due = Q(light=Light.RED) & working, Q(due_on__lte=soon) & working
    yield Section("red", _("红灯"), _("没有其他红灯任务"), red, "light=red")
    until = f"due_before={soon}&overdue=false"
    yield Section(
        "due",
        _("{days}个工作日内到期").format(days=YELLOW_WORKING_DAYS),
        _("没有其他近期到期的任务"),
        due,
        until,
    )
    if boss or supervised or parted:
        unsigned = Q(status=Status.PENDING) & issued
        nothing = _("交办的任务都已签收") if boss or supervised else ""
        yield Section("unsigned", _("尚未签收"), nothing, unsigned, "status=pending")
    if units:
        rest = Q(status=Status.IN_PROGRESS)
        yield Section("rest", _("其他在办"), _("没有其他在办任务"), rest, "status=in_progress")
    if oversees:
        yield from finished(today)


def finished(today: date) -> Iterator[Section]:
    done = Q(status=Status.COMPLETED)
    lately = Q(status=Status.CLOSED, completed_on__gte=today - timedelta(days=RECENT_DAYS))
    yield Section("to_close", _("已办结待销号"), _("没有待销号的任务"), done, "status=completed")
    closed = "status=closed&ordering=-updated_at"
    yield Section(
        "recent", _("近{days}天办结销号").format(days=RECENT_DAYS), _("近期没有办结的任务"), lately, closed
    )


def waiting_to_decide(issued: Q, *, missed: bool) -> Iterator[Section]:
    """What departments put to whoever supervises the task."""
    asked, back = Q(status=Status.SUBMITTED) & issued, Q(status=Status.DECLINED) & issued
    later = Q(pk__in=UNDECIDED.order_by().values("task")) & issued
    for key, title, nothing, condition, more in (
        ("review", _("待审核"), _("没有待审核的办结申请"), asked, "status=submitted"),
        ("extension", _("延期待审批"), _("没有待审批的延期申请"), later, ""),
        ("declined", _("退回待改派"), _("没有退回改派的任务"), back, "status=declined"),
    ):
        yield Section(key, title, nothing if missed else "", condition, more)


class Workbench:
    """Three queries, however many tasks and sections there are."""

    def __init__(self, user: User, today: date, calendar: Calendar) -> None:
        self.user, self.today, self.calendar = user, today, calendar
        self.visible = Task.objects.visible_to(user).with_light(today, calendar).order_by()
        self.sections = list(sections_for(user, today, calendar)) if self.belongs else []
        self.fill()

    @property
    def belongs(self) -> bool:
        """A person without a post sees nothing, and is told why."""
        return self.user.standing.is_superuser or bool(self.user.standing.seen)

    def fill(self) -> None:
        if not self.sections:
            return
        picked = self.pick()
        shown = Task.objects.for_display(self.today, self.calendar)
        tasks = with_asked(shown, self.today, self.calendar).in_bulk([pk for pk, _, _ in picked])
        by_key = {section.key: section for section in self.sections}
        for pk, key, total in picked:
            by_key[key].total = total
            tasks[pk].waits = WAITS[key](tasks[pk]) if key in WAITS else ""
            by_key[key].rows.append((tasks[pk], self.step(tasks[pk], key)))

    def pick(self) -> list[tuple[int, str, int]]:
        """The first tasks of each section: id, section, and how many the section has."""
        turns = TaskEvent.objects.filter(task=OuterRef("pk"), kind__in=["submit", "withdraw", "return"])
        places = [When(section.condition, then=Value(section.key)) for section in self.sections]
        answer_by = Subquery(UNANSWERED.filter(task=OuterRef("pk")).values("answer_by")[:1])
        days_left = Case(
            When(section="answer", then=DaysBetween(Value(self.today), Coalesce(answer_by, F("due_on")))),
            When(status__in=DONE, then=DaysBetween(F("completed_on"), Value(self.today))),
            default=DaysBetween(Value(self.today), F("due_on")),
        )
        within = {"partition_by": F("section")}
        placed = (
            self.visible.annotate(last_turn=Subquery(turns.order_by("-seq").values("kind")[:1]))
            .annotate(section=Case(*places, default=None, output_field=CharField()))
            .annotate(days_left=days_left)
            .filter(section__isnull=False)
            .annotate(
                place=Window(RowNumber(), order_by=[F("days_left"), F("id")], **within),
                total=Window(Count("id"), **within),
            )
            .filter(place__lte=ROWS)
        )
        return list(placed.order_by("section", "place").values_list("id", "section", "total"))

    def step(self, task: Task, key: str) -> Move | None:
        if key in ASKED:
            return ACTS[ASKED[key]]
        moves = access.allowed_moves(self.user, task, today=self.today, calendar=self.calendar)
        return next_move(moves, task)

    def lights(self) -> list[dict[str, object]]:
        counts = dict(self.visible.values_list("light").annotate(count=Count("id")))
        return [{"name": name, "label": label, "count": counts.get(name, 0)} for name, label in Light.choices]

    def drafts(self) -> list[Plan]:
        """Plans that wait for this person to check and issue them."""
        supervised = self.user.standing.departments("supervisor")
        waiting = Plan.objects.filter(status__in=[Plan.Status.DRAFT, Plan.Status.PARSING, Plan.Status.FAILED])
        if not self.user.standing.is_superuser:
            waiting = waiting.filter(issuer__in=supervised)
        return list(waiting.only("id", "title", "status").order_by("-id")[:ROWS])

    @cached_property
    def hints(self) -> Waiting:
        """填报提示 that wait to be looked into."""
        return Waiting.for_person(self.user)

    @cached_property
    def undelivered(self) -> int:
        """Messages that an administrator must look at."""
        return Delivery.objects.dead().count() if self.user.is_superuser and self.user.is_staff else 0

    @property
    def first(self) -> tuple[Section, Task, Move] | None:
        """What to do next: the first task that waits for a step of this person."""
        for section in self.full():
            for task, step in section.rows:
                if step and section.key not in UNHURRIED:
                    return section, task, step
        return None

    @property
    def counts(self) -> list[Section]:
        """How much of what waits; the day's work at a glance. What is red the lights tell."""
        return [section for section in self.full() if section.key not in (*UNHURRIED, "red")]

    def full(self) -> list[Section]:
        return [section for section in self.sections if section.rows]

    def empty(self) -> list[Section]:
        return [section for section in self.sections if section.nothing and not section.rows]
