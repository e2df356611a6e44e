"""进行中的工作: what jobs do for one person, wherever it was begun: plans being read, files, bulk moves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from plans.models import Plan
from plans.org.models import User
from reports.models import Bulletin
from tasks.models import BulkRun
from tasks.states import MOVES

MOST = 10
# What is over is shown for so long.
RECENT = timedelta(days=7)


@dataclass
class Work:
    user: User
    now: datetime

    @cached_property
    def bulk_runs(self) -> list[BulkRun]:
        told = Count("rows", filter=Q(rows__done_at__isnull=False))
        recent = Q(asked_at__gte=self.now - RECENT) | Q(status__in=["waiting", "running"])
        runs = list(self.user.bulk_runs.filter(recent).annotate(total=Count("rows"), told=told)[:MOST])
        for run in runs:
            run.label = MOVES[run.move].label
        return runs

    @cached_property
    def plans(self) -> list[Plan]:
        recent = Q(created_at__gte=self.now - RECENT) | Q(status=Plan.Status.PARSING)
        mine = Plan.objects.visible_to(self.user).filter(recent, uploaded_by=self.user)
        return list(mine.only("title", "status", "created_at").order_by("-pk")[:MOST])

    @cached_property
    def bulletins(self) -> list[Bulletin]:
        mine = Bulletin.objects.filter(requested_by=self.user, requested_at__gte=self.now - RECENT)
        return list(mine.select_related("summary__department").order_by("-pk")[:MOST])

    @property
    def is_empty(self) -> bool:
        return not (self.bulk_runs or self.plans or self.bulletins)


def count_of(rows: QuerySet) -> Coalesce:
    """As a value in another query."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def running(user: User) -> Coalesce:
    """How much of it is not over."""
    return (
        count_of(BulkRun.objects.filter(user=user, status__in=["waiting", "running"]))
        + count_of(Plan.objects.filter(uploaded_by=user, status=Plan.Status.PARSING))
        + count_of(Bulletin.objects.filter(requested_by=user, status__in=["waiting", "making"]))
    )
