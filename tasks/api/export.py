"""The ledger as a file for Excel, with the filters and orderings of the list."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from config.api.pagination import KeysetPagination
from config.api.views import StrictQuery, WhateverIsAsked
from plans.org import workdays
from tasks import export
from tasks.api.serializers import TaskSerializer
from tasks.api.views import TaskViewSet
from tasks.filters import TaskFilterSet
from tasks.models import Task

FILE = {(200, kind.partition(";")[0]): OpenApiTypes.BINARY for kind in export.TYPES.values()}
PARAMETERS = [
    OpenApiParameter("format", str, enum=export.FORMATS, default="xlsx"),
    OpenApiParameter(
        "group", str, enum=["department"], description="A sheet for each lead department; in csv, ordered so."
    ),
    OpenApiParameter(
        "ordering",
        str,
        enum=TaskViewSet.orderings,
        default=TaskViewSet.orderings[0],
        description="Ties are ordered by id in the same direction.",
    ),
]


class ExportViewSet(StrictQuery, GenericViewSet):
    """台账导出: the rows of the list, all of them, as a workbook or as text with commas."""

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilterSet
    orderings = TaskViewSet.orderings
    pagination_class = None
    content_negotiation_class = WhateverIsAsked
    more_parameters = ("format", "group", "ordering")

    def get_queryset(self) -> QuerySet[Task]:
        return super().get_queryset().visible_to(self.request.user)

    @extend_schema(operation_id="tasks_export", parameters=PARAMETERS, responses=FILE)
    def list(self, request: Request, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        tasks = self.filter_queryset(self.get_queryset()).for_display(today, workdays.calendar())
        ordering = KeysetPagination().read_ordering(request, self)
        kind = self.chosen("format", export.FORMATS) or "xlsx"
        grouped = bool(self.chosen("group", ("department",)))
        return export.download(tasks, ordering, kind=kind, grouped=grouped, today=today)

    def chosen(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.request.query_params.get(name)
        if value is not None and value not in choices:
            raise ValidationError({name: [f"可用的值：{'、'.join(choices)}。"]})
        return value
