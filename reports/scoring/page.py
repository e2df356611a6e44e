"""考核: the cards side by side, each department's points, and what may be said about them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.errors import DomainError
from config.lengths import NOTE_LENGTH
from config.pages import date_input, text_area
from plans.org.forms import department_field
from plans.org.models import User
from reports.past import record_begins
from reports.periods import Period
from reports.scoring.card import DepartmentCard, Scorecard, scorecard, shown_to
from reports.scoring.objections import may_answer, may_object
from reports.scoring.points import LEAD, Point
from reports.scoring.rules import quarter, quarter_of
from tasks.models import Task, TaskEvent
from tasks.models.report import named

MOST_QUARTERS = 20  # to choose from: five years
VOID = {"reopened": _("办结后重启，不计"), "upheld": _("异议采纳，不计")}


def quarters(today: date) -> list[Period]:
    """From the first on the record to the present one, the latest first."""
    oldest = record_begins() or today
    found = [quarter_of(today)]
    while found[-1].starts_on > oldest and len(found) < MOST_QUARTERS:
        before = found[-1].starts_on
        year, number = (before.year, before.month // 3) if before.month > 3 else (before.year - 1, 4)
        found.append(quarter(f"{year}-Q{number}"))
    return found


class CardForm(forms.Form):
    as_of = forms.DateField(label=_("截至"), required=False, widget=date_input())

    def __init__(self, user: User, today: date, data: Any) -> None:
        super().__init__(data)
        choices = [(period.name, named(period.name)) for period in quarters(today)]
        units = [unit for unit in shown_to(user, None).values() if unit.is_active]
        self.fields["period"] = forms.ChoiceField(label=_("季度"), choices=choices, required=False)
        self.fields["department"] = department_field(
            units, label=_("单位"), required=False, empty=_("全部单位")
        )
        self.order_fields(["period", "department", "as_of"])

    def clean_period(self) -> str:
        return self.cleaned_data["period"] or self.fields["period"].choices[0][0]


class NoteForm(forms.Form):
    note = forms.CharField(label=_("异议理由"), max_length=NOTE_LENGTH, widget=text_area(3))


class AnswerForm(forms.Form):
    """Two buttons: `upheld` says which was pressed."""

    note = forms.CharField(label=_("答复"), max_length=NOTE_LENGTH, widget=text_area(3))
    upheld = forms.TypedChoiceField(
        choices=[("true", _("采纳")), ("false", _("不采纳"))], coerce=lambda value: value == "true"
    )


@dataclass(frozen=True)
class Line:
    """A point as the page shows it, and what this person may say about it."""

    point: Point
    may_object: bool
    may_answer: bool

    @property
    def role(self) -> str:
        return _("牵头") if self.point.role == LEAD else _("配合")

    @property
    def rule(self) -> str:
        return gettext(self.point.rule.name)

    @property
    def void(self) -> str:
        return VOID.get(self.point.void, "")

    @property
    def period(self) -> str:
        """Which report was missing."""
        return named(self.point.event.period) if self.point.event.period else ""

    @property
    def happened(self) -> str:
        """What was done; that a day has passed is a mark of the system's, and the rule's name says it."""
        kind = TaskEvent.Kind(self.point.event.kind)
        return "" if kind == TaskEvent.Kind.EDITED else kind.label


@dataclass(frozen=True)
class Row:
    """One department: its points by rule, and what waits for an answer."""

    card: DepartmentCard
    sums: list[tuple[str, int, Decimal]]
    lines: list[Line]

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if is_open(line.point)]


def is_open(point: Point) -> bool:
    return point.objection is not None and point.objection.upheld is None


class ScorecardPage:
    def __init__(self, user: User, today: date, data: Any) -> None:
        self.user, self.today = user, today
        self.form = CardForm(user, today, data)

    @cached_property
    def card(self) -> Scorecard | None:
        """None when what is asked can't be read; the form then says why."""
        if not self.form.is_valid():
            return None
        asked = dict(self.form.cleaned_data)
        period = quarter(asked.pop("period"))
        try:
            return scorecard(self.user, self.today, period=period, **asked)
        except DomainError as error:
            self.form.add_error("as_of", error.message)
            return None

    @property
    def status(self) -> int:
        return 400 if self.card is None else 200

    @property
    def period(self) -> str:
        return named(self.card.period.name)

    @property
    def is_today(self) -> bool:
        """An earlier day's card is to look at."""
        return self.card.as_of == self.today

    @cached_property
    def rows(self) -> list[Row]:
        if self.card is None:
            return []
        answerable = self.answerable() if self.is_today else set()
        return [
            Row(
                card,
                [self.sum(card, rule.anchor, rule.label) for rule in self.card.anchors],
                [self.line(point, answerable) for point in card.points],
            )
            for card in self.card.departments
        ]

    def sum(self, card: DepartmentCard, anchor: str, name: str) -> tuple[str, int, Decimal]:
        points = [point.points for point in card.points if point.anchor == anchor and not point.void]
        return name, len(points), sum(points, Decimal(0))

    def line(self, point: Point, answerable: set[int]) -> Line:
        return Line(
            point,
            may_object=self.is_today and point.objection is None and point.department_id in self.own,
            may_answer=self.is_others(point) and point.task.id in answerable,
        )

    def is_others(self, point: Point) -> bool:
        return is_open(point) and point.objection.raised_by_id != self.user.pk

    @cached_property
    def own(self) -> set[int]:
        cards = self.card.departments
        return {card.department.id for card in cards if may_object(self.user, card.department.id)}

    def answerable(self) -> set[int]:
        """Of the tasks with an open objection of others, those whose departments this person judges."""
        points = [point for card in self.card.departments for point in card.points if self.is_others(point)]
        tasks = Task.objects.select_related("plan").filter(pk__in={point.task.id for point in points})
        return {task.pk for task in tasks if may_answer(self.user, task)}

    @property
    def waiting(self) -> list[tuple[Row, Line]]:
        """What asks for an answer of this person's, before everything else."""
        return [(row, line) for row in self.rows for line in row.waiting if line.may_answer]

    @property
    def detailed(self) -> list[Row]:
        """Whose points are listed: of the unit asked for, or one's only one."""
        asked = self.form.cleaned_data["department"] or len(self.rows) == 1
        return [row for row in self.rows if row.lines] if asked else []

    @property
    def judged(self) -> int:
        return sum(row.card.score is not None for row in self.rows)
