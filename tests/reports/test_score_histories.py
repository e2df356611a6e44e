"""Random histories: a past day's card is the one shown on it, and a plain walk gives the same points."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reports.scoring.card import Scorecard, scorecard
from reports.scoring.objections import answer_objection, object_to
from reports.scoring.rules import quarter_of
from tasks import services
from tasks.models import Task, TaskEvent
from tests.builders import a_user, at
from tests.cases import OfficeCase
from tests.reports.histories import play

Told = Counter[tuple[int, str, Decimal]]


class ScoreHistoryTest(OfficeCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.another = a_user("another", is_superuser=True)  # nobody answers what they object to themselves

    def card(self, day: date, today: date | None = None, period_of: date | None = None) -> Scorecard:
        period = quarter_of(period_of or day)
        return scorecard(self.admin, today or day, period=period, as_of=day)

    def object(self, card: Scorecard, day: date) -> None:
        """The first point that nobody objected to is objected to; the first open objection is answered."""
        points = [point for one in card.departments for point in one.points]
        now = at(day, 20)
        for point in [point for point in points if point.objection is None][:1]:
            (unit,) = [one for one in card.departments if one.department.id == point.department_id]
            department = type(self.gxc).objects.get(pk=unit.department.id)
            object_to(point.event.id, point.anchor, department, note="异议", actor=self.admin, now=now)
        for point in [p for p in points if p.objection and p.objection.upheld is None][:1]:
            given = {"upheld": day.day % 2 == 0, "note": "答复"}
            answer_objection(point.objection.id, **given, actor=self.another, now=now)

    def test_a_past_day_is_shown_as_it_was(self):
        self.replay(seed=1)

    def test_of_another_office_too(self):
        self.replay(seed=2)

    def replay(self, seed: int) -> None:
        kept: list[tuple[date, Scorecard]] = []
        for day in play(self, seed, 45):
            Task.objects.filter(status="in_progress", reporting_cycle="").update(reporting_cycle="weekly")
            services.open_report_periods(now=at(day, 21))
            self.object(self.card(day), day)
            kept.append((day, self.card(day)))
        last = kept[-1][0]
        self.assertGreater(sum(len(one.points) for one in kept[-1][1].departments), 3)
        for day, card in kept:
            self.assertEqual(self.card(day, today=last), card, day)
            self.assertEqual(told(card), walked(card), day)
        for day in {quarter_of(day).starts_on for day, _ in kept}:
            card = self.card(last, period_of=day)
            self.assertEqual(told(card), walked(card), day)


def told(card: Scorecard) -> Told:
    points = [point for one in card.departments for point in one.points]
    return Counter((p.department_id, p.anchor, p.rule.points) for p in points if p.void != "reopened")


def walked(card: Scorecard) -> Told:
    """Every task's record from its beginning, event by event."""
    found: Told = Counter()
    for task in Task.objects.select_related("parent__parent"):
        story = [e for e in task.events.order_by("seq") if timezone.localdate(e.at) <= card.as_of]
        for n, event in enumerate(story):
            day = timezone.localdate(event.at)
            if card.period.starts_on <= day <= card.period.ends_on and not led_above(task, event):
                found.update(earned(event, story[:n], story[n + 1 :]))
    return found


def earned(event: TaskEvent, before: list[TaskEvent], after: list[TaskEvent]) -> list[Any]:
    lead, found = event.lead_id, []
    if event.kind == "approve" and not event.was_late and not any(e.kind == "reopen" for e in after):
        found.append((lead, "on_time", Decimal(1)))
        found += [(helper["department"], "on_time", Decimal("0.5")) for helper in event.helpers]
    if event.was_late and before and not before[-1].was_late:
        found.append((lead, "late", Decimal(-1)))
    if event.kind == "return":
        found.append((lead, "returned", Decimal(-2)))
    if "report_missing" in event.data:
        found.append((event.data["department"], "report_missing", Decimal(-1)))
    return found


def led_above(task: Task, event: TaskEvent) -> bool:
    above, led = task.parent, False
    while above is not None:
        then = above.events.filter(at__lte=event.at).order_by("-seq").first()
        led = led or (then is not None and then.lead_id == event.lead_id)
        above = above.parent
    return led
