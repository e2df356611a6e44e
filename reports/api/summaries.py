"""汇总与通报 over REST: figures of finished periods, their text, and the files made of them."""

from typing import Any

import django_filters
from django.db.models import F, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import StrictInput
from config.lengths import NARRATIVE_LENGTH
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentFilter, DepartmentRefField, DepartmentShort
from reports import summaries
from reports.models import Bulletin, Summary
from reports.narrative import text_of
from reports.periods import Kind, Period
from reports.publishing import have_files
from tasks.api.preconditions import etag, if_match

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the summary as last seen."
)
IF_MATCH_REQUIRED = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the summary as last seen.",
)
# The files of the text as it is now, read with the summary.
FILES = Prefetch(
    "bulletins", Bulletin.objects.filter(version=F("summary__version")).order_by("format"), to_attr="files"
)


class SummarySerializer(serializers.ModelSerializer):
    department = DepartmentShort(allow_null=True, help_text="Null: the whole.")
    released_by = serializers.CharField(allow_null=True)

    class Meta:
        model = Summary
        fields = [
            *("id", "period", "department", "starts_on", "ends_on", "made_at"),
            *("version", "released_at", "released_by"),
        ]


class BulletinSerializer(serializers.ModelSerializer):
    """A file of the present text, and how far the job is that makes it."""

    class Meta:
        model = Bulletin
        fields = ["format", "status", "done", "total", "failure", "made_at"]


@extend_schema_field(
    {"type": "object", "additionalProperties": True, "description": "As docs/api.md tells; never changed."}
)
class FiguresField(serializers.JSONField):
    pass


class SummaryDetailSerializer(SummarySerializer):
    figures = FiguresField()
    narrative = serializers.SerializerMethodField(help_text="The draft until somebody edits or releases it.")
    files = BulletinSerializer(many=True)

    class Meta(SummarySerializer.Meta):
        fields = [*SummarySerializer.Meta.fields, "figures", "narrative", "files"]

    def get_narrative(self, summary: Summary) -> str:
        return text_of(summary)


class SummaryInput(StrictInput):
    period = serializers.CharField(max_length=10, help_text="`2026-10`, `2026-W44`, `2026-Q3` or `2026`.")
    department = DepartmentRefField(
        required=False,
        allow_null=True,
        any_state=True,
        help_text="With the units below it. Without one: the whole, or the bureau that one supervises.",
    )


class NarrativeInput(StrictInput):
    narrative = serializers.CharField(max_length=NARRATIVE_LENGTH)


class SummaryFilterSet(django_filters.FilterSet):
    period = django_filters.CharFilter(method="in_period", max_length=10)
    kind = django_filters.ChoiceFilter(choices=Kind.choices, method="of_kind")
    department = DepartmentFilter()
    released = django_filters.ChoiceFilter(choices=[("true", "是"), ("false", "否")], method="by_release")

    class Meta:
        model = Summary
        fields: list[str] = []

    def in_period(self, queryset: QuerySet[Summary], name: str, value: str) -> QuerySet[Summary]:
        return queryset.filter(period=Period.read(value).name)

    def of_kind(self, queryset: QuerySet[Summary], name: str, value: str) -> QuerySet[Summary]:
        return queryset.of_kind(value)

    def by_release(self, queryset: QuerySet[Summary], name: str, value: str) -> QuerySet[Summary]:
        return queryset.filter(released_at__isnull=value == "false")


@extend_schema_view(list=extend_schema(responses=SummarySerializer))
class SummaryViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """汇总: what a finished period's figures are, and the 通报 written about them; the latest first."""

    queryset = Summary.objects.select_related("department", "released_by")
    serializer_class = SummarySerializer
    filterset_class = SummaryFilterSet
    orderings = ("-ends_on", "ends_on")

    def get_queryset(self) -> QuerySet[Summary]:
        rows = super().get_queryset().visible_to(self.request.user)
        return rows.defer("figures", "narrative") if self.action == "list" else rows

    def answer(self, pk: int, status: int = 200) -> Response:
        summary = (
            Summary.objects.select_related("department", "released_by").prefetch_related(FILES).get(pk=pk)
        )
        headers = {"ETag": etag(summary.version)}
        return Response(SummaryDetailSerializer(summary).data, status=status, headers=headers)

    def visible(self) -> int:
        """The id of what is asked for, or 404."""
        return get_object_or_404(self.get_queryset().values("pk"), pk=self.kwargs["pk"])["pk"]

    @extend_schema(request=SummaryInput, responses={202: SummaryDetailSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Makes the summary of a finished period, or finds it, and has its files made."""
        given, now = SummaryInput.read(request), timezone.now()
        summary = summaries.make_for(
            request.user, Period.read(given["period"]), given.get("department"), now=now
        )
        have_files(summary, actor=request.user, now=now)
        return self.answer(summary.pk, 202)

    @extend_schema(responses=SummaryDetailSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One summary with its figures, its text and the states of its files."""
        return self.answer(self.visible())

    @extend_schema(request=NarrativeInput, responses=SummaryDetailSerializer, parameters=[IF_MATCH_REQUIRED])
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edits the text, until it is released; its files are made anew."""
        pk, given, now = self.visible(), NarrativeInput.read(request), timezone.now()
        version = if_match(request)
        summary = summaries.edit(pk, **given, actor=request.user, now=now, version=version)
        have_files(summary, actor=request.user, now=now)
        return self.answer(pk)

    @extend_schema(request=None, responses=SummaryDetailSerializer, parameters=[IF_MATCH])
    def release(self, request: Request, **kwargs: Any) -> Response:
        """发布: everybody below the department may read it from now on, and its text stays as it is."""
        pk, now = self.visible(), timezone.now()
        summary = summaries.release(pk, actor=request.user, now=now, version=if_match(request))
        have_files(summary, actor=request.user, now=now)
        return self.answer(pk)


view = SummaryViewSet.as_view

urlpatterns = [
    path("summaries/", view({"get": "list", "post": "create"}), name="summary-list"),
    path("summaries/<int:pk>/", view({"get": "retrieve", "patch": "partial_update"}), name="summary-detail"),
    path("summaries/<int:pk>/release/", view({"post": "release"}), name="summary-release"),
]
