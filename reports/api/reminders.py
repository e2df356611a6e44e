"""The ledger of reminders, and what a day would add to it."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.filters import PAGE_PARAMETERS, refuse_unknown
from config.api.serializers import LARGEST_ID
from config.days import KNOWN_DAY
from plans.org.api.endpoint import Endpoint
from reports.addressees import Posts
from reports.api.serializers import NotificationTaskSerializer
from reports.models import DigestLine, Reminder, ReminderRule
from reports.reminders import Preview
from tasks.models import ReportPeriod, Task

ISO = ["%Y-%m-%d"]


class ReminderFilterSet(django_filters.FilterSet):
    """Bounds are inclusive."""

    task = django_filters.NumberFilter("task_id", min_value=1, max_value=LARGEST_ID, decimal_places=0)
    rule = django_filters.CharFilter("rule__code", max_length=50)
    audience = django_filters.ChoiceFilter(choices=ReminderRule.Audience.choices)
    outcome = django_filters.ChoiceFilter(
        choices=[("owed", "待送达"), *Reminder.Outcome.choices[1:]], method="by_outcome"
    )
    since = django_filters.DateFilter("remind_on", "gte", input_formats=ISO)
    until = django_filters.DateFilter("remind_on", "lte", input_formats=ISO)

    class Meta:
        model = Reminder
        fields: list[str] = []

    def by_outcome(self, queryset: QuerySet[Reminder], name: str, value: str) -> QuerySet[Reminder]:
        return queryset.filter(outcome="" if value == "owed" else value)


class ReminderSerializer(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True, help_text="Null in a preview: nothing is owed yet.")
    task = NotificationTaskSerializer()
    rule = serializers.CharField(source="rule.code")
    rule_name = serializers.CharField(source="rule.name")
    step = serializers.IntegerField(help_text="Working days before or after `due_on`.")
    audience = serializers.ChoiceField(ReminderRule.Audience.choices)
    due_on = serializers.DateField(help_text="The date it counts from.")
    period = serializers.CharField(
        source="report_period.period", allow_null=True, default=None, help_text="Of the report it asks for."
    )
    instruction = serializers.IntegerField(
        source="instruction_id", allow_null=True, help_text="Which 批示 it wants answered."
    )
    remind_on = serializers.DateField()
    outcome = serializers.SerializerMethodField(
        help_text="`owed`, `sent`, `redirected` (nobody held the post) or `silenced` (overtaken)."
    )
    number = serializers.IntegerField(allow_null=True, help_text="第几次催办, of this task and audience.")
    delivered_at = serializers.DateTimeField(allow_null=True)
    recipients = serializers.ListField(
        source="told", child=serializers.CharField(), help_text="Names of who was told."
    )

    def get_outcome(self, reminder: Reminder) -> str:
        return reminder.outcome or "owed"


class PreviewQuery(serializers.Serializer):
    preview = serializers.DateField(validators=KNOWN_DAY)


def note_told(reminders: list[Reminder]) -> None:
    for reminder in reminders:
        reminder.told = [str(line.user) for line in reminder.lines.all()]


def note_who_would_be_told(reminders: list[Reminder]) -> None:
    """Of a preview's lines: their tasks, and who holds the posts today."""
    tasks = Task.objects.in_bulk({reminder.task_id for reminder in reminders})
    rules = ReminderRule.objects.in_bulk({reminder.rule_id for reminder in reminders})
    periods = ReportPeriod.objects.in_bulk({reminder.report_period_id for reminder in reminders} - {None})
    posts = Posts(tasks.values())
    for reminder in reminders:
        reminder.pk = None
        reminder.task, reminder.rule = tasks[reminder.task_id], rules[reminder.rule_id]
        reminder.report_period = periods.get(reminder.report_period_id)
        reminder.told = [str(user) for user in posts.told(reminder.task, reminder.audience)]


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter(
                "preview",
                {"type": "string", "format": "date"},
                description="What would go out on that day, by the tasks as they are now; nothing on a day "
                "off. Only with `cursor` and `page_size`.",
            )
        ],
        responses=ReminderSerializer,
    )
)
class ReminderViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """提醒台账: which reminders of the tasks a person sees were owed, what became of them, who was told."""

    queryset = Reminder.objects.select_related("task", "rule", "report_period")
    serializer_class = ReminderSerializer
    filterset_class = ReminderFilterSet
    orderings = ("-id", "id")

    def get_queryset(self) -> QuerySet[Reminder]:
        lines = DigestLine.objects.select_related("user").order_by("user__username")
        seen = Task.objects.visible_to(self.request.user).values("pk")
        return super().get_queryset().filter(task__in=seen).prefetch_related(Prefetch("lines", lines))

    def list(self, request: Request, **kwargs: Any) -> Response:
        """提醒台账, the latest first; with `preview` what a day would add to it."""
        previews = "preview" in request.query_params
        rows = self.preview() if previews else self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows)
        answer = self.get_paginated_response([])
        (note_who_would_be_told if previews else note_told)(page)
        answer.data["results"] = self.get_serializer(page, many=True).data
        return answer

    def preview(self) -> Preview:
        refuse_unknown(self.request, {"preview"} | PAGE_PARAMETERS)
        query = PreviewQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return Preview(query.validated_data["preview"], self.request.user, timezone.localdate())
