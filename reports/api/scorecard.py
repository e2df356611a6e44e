"""考核评分 over REST: the departments' cards point by point, and what is objected to them."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import LARGEST_ID, QuantityField
from config.api.views import StrictQuery
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentRefField, DepartmentShort
from reports.api.serializers import NotificationTaskSerializer, ReportQuery
from reports.api.views import PARAMETERS
from reports.models import ScoreObjection, ScoreRule
from reports.scoring.card import scorecard
from reports.scoring.objections import answer_objection, object_to
from reports.scoring.points import HELPER, LEAD
from reports.scoring.rules import quarter, quarter_of
from tasks.api.serializers import NoteInput
from tasks.models import TaskEvent

PERIOD = OpenApiParameter("period", str, description="A quarter, as 2026-Q3; the present one unless said.")


class ScoreRuleSerializer(serializers.ModelSerializer):
    points = QuantityField()
    helper_points = QuantityField()

    class Meta:
        model = ScoreRule
        fields = ["anchor", "name", "version", "points", "helper_points", "counts_from", "basis"]


class WeightSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.IntegerField()
    points = QuantityField(help_text="What it gives to this role.")


class PointEventSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(TaskEvent.Kind.choices)
    at = serializers.DateTimeField()
    period = serializers.CharField(allow_null=True, help_text="Of a missing report, which.")


class PointObjectionSerializer(serializers.Serializer):
    """As it stood at the end of `as_of`."""

    id = serializers.IntegerField()
    note = serializers.CharField()
    raised_by = serializers.CharField()
    raised_at = serializers.DateTimeField()
    upheld = serializers.BooleanField(allow_null=True, help_text="Null until it is answered.")
    answer = serializers.CharField()
    answered_by = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)


class PointSerializer(serializers.Serializer):
    anchor = serializers.ChoiceField(ScoreRule.Anchor.choices)
    rule = WeightSerializer()
    role = serializers.ChoiceField([LEAD, HELPER])
    points = QuantityField(help_text="What counts: the rule's, or 0 where `void` says why.")
    void = serializers.ChoiceField(
        ["", "reopened", "upheld"],
        help_text="`reopened`: the approval did not stand; `upheld`: an objection was.",
    )
    task = NotificationTaskSerializer()
    event = PointEventSerializer()
    objection = PointObjectionSerializer(allow_null=True)


class DepartmentCardSerializer(serializers.Serializer):
    department = DepartmentShort()
    base = QuantityField()
    score = QuantityField(allow_null=True, help_text="Null where the department had nothing to do.")
    note = serializers.CharField(help_text="Why there is no score.")
    tasks = serializers.IntegerField(help_text="Led or helped with, and open at any time in the quarter.")
    points = PointSerializer(many=True)


class ScorecardSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    period = serializers.CharField(source="period.name")
    final = serializers.BooleanField(help_text="The quarter was over; else the figures are to date.")
    rules = ScoreRuleSerializer(many=True)
    departments = DepartmentCardSerializer(many=True)


class ScorecardQuery(ReportQuery):
    period = serializers.CharField(max_length=10, required=False)


class ScorecardView(StrictQuery, APIView):
    """The cards of the departments that the caller sees, by code, each point with its rule and its event."""

    parameters = frozenset({"period", *(parameter.name for parameter in PARAMETERS)})
    also_refused_with = (403,)

    @extend_schema(
        operation_id="reports_scorecard", parameters=[PERIOD, *PARAMETERS], responses=ScorecardSerializer
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        query = ScorecardQuery(data=request.query_params.dict(), context={"user": request.user})
        query.is_valid(raise_exception=True)
        given, today = dict(query.validated_data), timezone.localdate()
        name = given.pop("period", None)
        period = quarter(name) if name else quarter_of(today)
        return Response(ScorecardSerializer(scorecard(request.user, today, period=period, **given)).data)


class ObjectionSerializer(serializers.ModelSerializer):
    department = DepartmentShort()
    task = NotificationTaskSerializer()
    raised_by = serializers.CharField()
    answered_by = serializers.CharField(allow_null=True)

    class Meta:
        model = ScoreObjection
        fields = [
            *("id", "department", "period", "anchor", "event", "task", "note", "raised_by", "raised_at"),
            *("upheld", "answer", "answered_by", "answered_at"),
        ]


class ObjectionInput(NoteInput):
    event = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    anchor = serializers.ChoiceField(ScoreRule.Anchor.choices)
    department = DepartmentRefField(any_state=True, help_text="Whose point it is.")


class ObjectionAnswerInput(NoteInput):
    upheld = serializers.BooleanField(help_text="true: the point does not count.")


class ObjectionFilterSet(django_filters.FilterSet):
    period = django_filters.CharFilter("period", max_length=10)
    answered = django_filters.ChoiceFilter(
        method="by_answered", choices=[("true", "是"), ("false", "否")], label="已答复", empty_label="不限"
    )

    class Meta:
        model = ScoreObjection
        fields: list[str] = []

    def by_answered(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(upheld__isnull=value == "false")


class ObjectionViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """考核异议 to the cards that the caller sees, latest first."""

    queryset = ScoreObjection.objects.select_related("department", "task", "raised_by", "answered_by")
    serializer_class = ObjectionSerializer
    filterset_class = ObjectionFilterSet
    orderings = ("-id", "id")

    def get_queryset(self) -> QuerySet[ScoreObjection]:
        return super().get_queryset().visible_to(self.request.user)

    @extend_schema(request=ObjectionInput, responses={201: ObjectionSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A department objects to one of its points, once."""
        made = object_to(**ObjectionInput.read(request), actor=request.user, now=timezone.now())
        return Response(self.get_serializer(made).data, status=201)

    @extend_schema(request=ObjectionAnswerInput, responses=ObjectionSerializer)
    def answer(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """A supervisor of the task answers, once."""
        found = get_object_or_404(self.get_queryset(), pk=pk)
        given = ObjectionAnswerInput.read(request)
        answered = answer_objection(found.pk, **given, actor=request.user, now=timezone.now())
        return Response(self.get_serializer(answered).data)


urlpatterns = [
    path("reports/scorecard/", ScorecardView.as_view(), name="report-scorecard"),
    path(
        "reports/objections/",
        ObjectionViewSet.as_view({"get": "list", "post": "create"}),
        name="objection-list",
    ),
    path(
        "reports/objections/<int:pk>/answer/",
        ObjectionViewSet.as_view({"post": "answer"}),
        name="objection-answer",
    ),
]
