"""填报提示 over REST: what about a report a supervisor may want to look at again."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import LARGEST_ID
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentFilter, DepartmentShort
from plans.org.models import Department
from reports.api.serializers import NotificationTaskSerializer
from reports.hints.services import mark_seen
from reports.models import ReportHint
from tasks.models import Report


class HintFilterSet(django_filters.FilterSet):
    reason = django_filters.ChoiceFilter(choices=ReportHint.Reason.choices, label="提示")
    # Not a BooleanFilter: that one reads a word it does not know as "no filter".
    seen = django_filters.ChoiceFilter(
        method="by_seen", choices=[("true", "已核实"), ("false", "待核实")], label="核实"
    )
    plan = django_filters.NumberFilter(
        "report__task__plan_id", min_value=1, max_value=LARGEST_ID, decimal_places=0, label="计划"
    )
    department = DepartmentFilter(method="of_department", label="填报单位")

    class Meta:
        model = ReportHint
        fields: list[str] = []

    def by_seen(self, hints: QuerySet[ReportHint], name: str, value: str) -> QuerySet[ReportHint]:
        return hints.open() if value == "false" else hints.exclude(seen_at=None)

    def of_department(
        self, hints: QuerySet[ReportHint], name: str, value: Department
    ) -> QuerySet[ReportHint]:
        below = Department.objects.subtree([value.pk]).order_by().values("pk")
        return hints.filter(report__department__in=below)


class HintReportSerializer(serializers.ModelSerializer):
    task = NotificationTaskSerializer()
    department = DepartmentShort()

    class Meta:
        model = Report
        fields = ["id", "task", "department", "reported_at", "progress", "done"]


class HintSerializer(serializers.ModelSerializer):
    report = HintReportSerializer()
    text = serializers.CharField(help_text="What was noticed, in a sentence. Never a verdict.")
    seen_by = serializers.CharField(allow_null=True, help_text="Who looked into it.")

    class Meta:
        model = ReportHint
        fields = ["id", "report", "reason", "text", "made_at", "seen_by", "seen_at"]


@extend_schema_view(list=extend_schema(responses=HintSerializer))
class HintViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """填报提示, the latest first: of tasks that a person supervises (and may mark) or leads the issuer of.

    Departments do not see what is noticed about their reports.
    """

    queryset = ReportHint.objects.for_display()
    serializer_class = HintSerializer
    filterset_class = HintFilterSet
    orderings = ("-id", "id")

    def get_queryset(self) -> QuerySet[ReportHint]:
        return super().get_queryset().visible_to(self.request.user)

    @extend_schema(request=None, responses=HintSerializer)
    def seen(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """已核实: looked into, and off the list of what waits. Who was first stays named."""
        mark_seen(self.get_object(), actor=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


urlpatterns = [
    path("hints/", HintViewSet.as_view({"get": "list"}), name="hint-list"),
    path("hints/<int:pk>/seen/", HintViewSet.as_view({"post": "seen"}), name="hint-seen"),
]
