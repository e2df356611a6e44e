"""The leaders' figures, and each person's messages."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.filters import refuse_unknown
from plans.org.api.endpoint import Endpoint
from reports import queries
from reports.api import serializers
from reports.models import Notification
from reports.scope import Scope

PARAMETERS = [
    OpenApiParameter("plan", int, description="Only this plan's."),
    OpenApiParameter("department", str, description="Id or code; its sub-departments are included."),
    OpenApiParameter(
        "as_of", {"type": "string", "format": "date"}, description="As it stood at the end of a day."
    ),
]


class FiguresView(APIView):
    """GET with `plan`, `department` and `as_of`."""

    query: Callable[[Scope], Any]
    serializer_class: type[serializers.serializers.Serializer]

    def get(self, request: Request, **kwargs: Any) -> Response:
        refuse_unknown(request, {parameter.name for parameter in PARAMETERS})
        given = serializers.read_query(request.user, request.query_params.dict())
        figures = type(self).query(Scope.asked(request.user, timezone.localdate(), **given))
        return Response(self.serializer_class(figures).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="reports_overview", parameters=PARAMETERS, responses=serializers.OverviewSerializer
    )
)
class OverviewView(FiguresView):
    """Where the tasks a person sees stand, and what their plans' goals have reached."""

    query = staticmethod(queries.overview)
    serializer_class = serializers.OverviewSerializer


@extend_schema_view(
    get=extend_schema(
        operation_id="reports_overdue", parameters=PARAMETERS, responses=serializers.OverdueBoardSerializer
    )
)
class OverdueView(FiguresView):
    """What is late, by department: since when, the last word on it, and how often it was reminded of."""

    query = staticmethod(queries.overdue_board)
    serializer_class = serializers.OverdueBoardSerializer


@extend_schema_view(
    get=extend_schema(
        operation_id="reports_departments",
        parameters=PARAMETERS,
        responses=serializers.DepartmentsStandingSerializer,
    )
)
class DepartmentsView(FiguresView):
    """Where the tasks stand that each department leads, side by side."""

    query = staticmethod(queries.departments)
    serializer_class = serializers.DepartmentsStandingSerializer


@extend_schema_view(list=extend_schema(responses=serializers.NotificationSerializer))
class NotificationViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """One's own messages, the latest first."""

    queryset = Notification.objects.for_display()
    serializer_class = serializers.NotificationSerializer
    orderings = ("-id",)

    def get_queryset(self) -> QuerySet[Notification]:
        return super().get_queryset().filter(user=self.request.user.pk)

    @extend_schema(request=None, responses=serializers.NotificationSerializer)
    def read(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """Marks one message as read."""
        message = get_object_or_404(self.get_queryset(), pk=pk)
        self.get_queryset().filter(pk=pk, read_at=None).update(read_at=timezone.now())
        message.refresh_from_db(fields=["read_at"])
        return Response(self.get_serializer(message).data)
