"""The rules of the score: those an office begins with, which count in a quarter, and how a new one is made.

The figures follow the 督办考核细则 of city governments (佳木斯市政府系统督办检查工作考核细则): a base of
100, each matter done in time +1, each late one −1, each sent back −2, and no score for a unit without one.
The lead answers for the whole (牵头单位负总责): a helper has half of what is earned, none of what is lost.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps as installed_apps
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.days import FIRST_DAY
from config.errors import InputInvalid
from plans.org.models import User
from reports.models import ScoreRule
from reports.periods import Period, PeriodUnknown
from tasks.models import Task
from tasks.services.moves import wrong
from tasks.services.periods import period_of

Anchor = ScoreRule.Anchor
PRACTICE = "参照各地政府系统督办检查工作考核细则"
# anchor, name, the lead's points, a helper's points, basis
DEFAULT_RULES = (
    (Anchor.BASE, "基础分", "100", "0", PRACTICE),
    (Anchor.ON_TIME, "按期办结", "1", "0.5", f"{PRACTICE}；配合单位按一半计"),
    (Anchor.LATE, "逾期", "-1", "0", f"{PRACTICE}；牵头单位负总责"),
    (Anchor.RETURNED, "退回重办", "-2", "0", f"{PRACTICE}；牵头单位负总责"),
    (Anchor.REPORT_MISSING, "逾期未填报", "-1", "0", "进展由牵头单位填报"),
)


def create_missing_rules(**signal: Any) -> None:
    """After `migrate`, and after a test's flush: the first version of each, which counts from ever."""
    apps = signal.get("apps") or installed_apps
    try:
        rules = apps.get_model("reports", "ScoreRule")
    except LookupError:  # migrated back to before it existed
        return
    columns = ("anchor", "name", "points", "helper_points", "basis")
    first = {"version": 1, "counts_from": FIRST_DAY, "created_at": timezone.now()}
    rules.objects.bulk_create(
        [rules(**dict(zip(columns, values, strict=True)), **first) for values in DEFAULT_RULES],
        ignore_conflicts=True,
    )


def quarter(name: str) -> Period:
    """Raises InputInvalid `period_not_quarter`."""
    try:
        found = Period.read(name)
    except PeriodUnknown:
        found = None
    if found is None or "Q" not in found.name:
        raise InputInvalid(
            _("不是季度：{name}。例如：2026-Q3。").format(name=name[:50]), code="period_not_quarter"
        )
    return found


def quarter_of(day: date) -> Period:
    return quarter(period_of(day, Task.Cycle.QUARTERLY))


def in_force(period: Period, until: datetime) -> dict[str, ScoreRule]:
    """By anchor: of those that had been made by then and count from the quarter or before, the latest.

    A rule made in the middle of a quarter may count from its beginning: the days before it keep their cards.
    """
    made = ScoreRule.objects.filter(Q(created_by=None) | Q(created_at__lt=until))
    found = made.filter(counts_from__lte=period.starts_on)
    found = found.order_by("anchor", "-counts_from", "-version").distinct("anchor")
    return {rule.anchor: rule for rule in found}


def check_rule(counts_from: date, points: Decimal, anchor: str, *, today: date) -> None:
    """Raises InputInvalid: `quarter_finished` where a card that was given out would change."""
    period = quarter_of(counts_from)
    if counts_from != period.starts_on:
        raise wrong("counts_from", _("请填写季度的第一天，如2026-10-01。"), code="not_a_quarters_first_day")
    if period.ends_on < today:
        raise wrong(
            "counts_from", _("该季度已结束，评分规则不能改变已结束季度的评分。"), code="quarter_finished"
        )
    if anchor == Anchor.BASE and points < 0:
        raise wrong("points", _("基础分不能为负。"), code="invalid")


@transaction.atomic
def add_rule(
    anchor: str,
    *,
    name: str,
    points: Decimal,
    helper_points: Decimal,
    counts_from: date,
    basis: str = "",
    actor: User,
    now: datetime,
) -> ScoreRule:
    """The next version of a rule; two at once take turns. Raises as `check_rule` does."""
    check_rule(counts_from, points, anchor, today=timezone.localdate(now))
    list(ScoreRule.objects.filter(anchor=Anchor.BASE).select_for_update(no_key=True))
    known = ScoreRule.objects.filter(anchor=anchor).aggregate(last=Max("version"))["last"] or 0
    return ScoreRule.objects.create(
        anchor=anchor,
        version=known + 1,
        name=name,
        points=points,
        helper_points=helper_points,
        counts_from=counts_from,
        basis=basis,
        created_by=actor,
        created_at=now,
    )
