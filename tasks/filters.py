"""The filters of task lists: one set for the API and the pages."""

import time
from functools import lru_cache

import django_filters
from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.api.serializers import LARGEST_ID
from plans.org import workdays
from plans.org.api.fields import DepartmentFilter
from plans.org.models import Department
from tasks import lights
from tasks.lights import Light
from tasks.models import Helper, Task
from tasks.states import DONE, Status

ISO = ["%Y-%m-%d"]
HOUR = 3600


class Holds(Func):
    """The task's text holds every two characters in a row of the word: what the index can say about it."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, word: str) -> None:
        pairs = Func(Value(word), function="tasks_bigrams_of", output_field=SearchQueryField())
        super().__init__(F("text__bigrams"), pairs)


def telling(word: str) -> str:
    """What of a word to ask the index for: all of it, or where all its pairs are common, the rarest pair.

    PostgreSQL takes pairs for independent and would expect next to nothing of a word like 科技企业, then
    gather and sort a hundred thousand tasks where walking along the list finds fifty at once.
    """
    if len(word) < 2 or word.isascii():
        return word  # a code's digits are common, together they are not
    pairs = [word[at : at + 2].upper() for at in range(len(word) - 1)]
    shares = common_pairs(int(time.time() // HOUR))
    is_common = all(pair in shares for pair in pairs)
    return min(pairs, key=lambda pair: shares[pair]) if is_common else word


@lru_cache(maxsize=1)
def common_pairs(hour: int) -> dict[str, float]:
    """The pairs that many texts hold, each with their share, by PostgreSQL's statistics."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unnest(most_common_elems::text::text[]), unnest(most_common_elem_freqs) FROM pg_stats "
            "WHERE tablename = 'tasks_tasktext' AND attname = 'bigrams' AND schemaname = current_schema()"
        )
        return {pair: share for pair, share in cursor.fetchall() if pair is not None}


class TaskFilterSet(django_filters.FilterSet):
    """Bounds are inclusive."""

    plan = django_filters.NumberFilter(
        "plan_id", label=_("计划"), min_value=1, max_value=LARGEST_ID, decimal_places=0
    )
    status = django_filters.MultipleChoiceFilter(method="in_status", choices=Status.choices, label=_("状态"))
    lead = DepartmentFilter(label=_("牵头单位"))
    department = DepartmentFilter(method="of_department", label=_("责任单位"))
    cooperating = DepartmentFilter(method="helped_by", label=_("配合单位"))
    light = django_filters.MultipleChoiceFilter(method="by_light", choices=Light.choices, label=_("亮灯"))
    # Not a BooleanFilter: that one reads a word it does not know as "no filter".
    overdue = django_filters.ChoiceFilter(
        method="by_overdue",
        choices=[("true", _("是")), ("false", _("否"))],
        label=_("逾期"),
        empty_label=_("不限"),
    )
    due_before = django_filters.DateFilter("due_on", "lte", input_formats=ISO, label=_("期限不晚于"))
    due_after = django_filters.DateFilter("due_on", "gte", input_formats=ISO, label=_("期限不早于"))
    updated_since = django_filters.IsoDateTimeFilter("updated_at", "gte", label=_("更新不早于"))
    q = django_filters.CharFilter(method="containing", max_length=100, label=_("关键词"))

    class Meta:
        model = Task
        fields: list[str] = []

    def of_department(self, queryset: QuerySet[Task], name: str, value: Department) -> QuerySet[Task]:
        return queryset.of_department(value)

    def helped_by(self, queryset: QuerySet[Task], name: str, value: Department) -> QuerySet[Task]:
        helped = Helper.objects.filter(task=OuterRef("pk"), department=value)
        # By the index first; `seen_by` also holds leads and issuers.
        return queryset.filter(Exists(helped), seen_by__contains=[value.pk])

    def in_status(self, queryset: QuerySet[Task], name: str, value: list[str]) -> QuerySet[Task]:
        if not value:
            return queryset
        # What is done is at 100, by a constraint: said aloud, the index on progress knows where it begins.
        done = Q(progress=100) if set(value) <= set(DONE) else Q()
        return queryset.filter(done, status__in=value)

    def by_overdue(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        overdue = lights.overdue(timezone.localdate())
        return queryset.filter(overdue if value == "true" else ~overdue)

    def by_light(self, queryset: QuerySet[Task], name: str, value: list[str]) -> QuerySet[Task]:
        if not value:
            return queryset
        calendar = getattr(self.request, "calendar", None) or workdays.calendar()
        return queryset.filter(lights.shows(value, timezone.localdate(), calendar))

    def containing(self, queryset: QuerySet[Task], name: str, value: str) -> QuerySet[Task]:
        """Every word must occur in title, body or code: first by index, then exactly."""
        for word in value.split():
            exactly = Q(title__icontains=word) | Q(body__icontains=word) | Q(code__icontains=word)
            # In a CASE, so that PostgreSQL does not guess how many rows LIKE leaves: it guesses none.
            queryset = queryset.filter(Holds(telling(word)), Case(When(exactly, then=True), default=False))
        return queryset
