"""延期申请 over REST: asking, deciding, and what waits for a decision."""

from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.days import KNOWN_DAY
from tasks import services
from tasks.api.preconditions import if_match
from tasks.api.serializers import NoteInput
from tasks.api.views import IF_MATCH, OfTask
from tasks.models import Extension


class ExtensionSerializer(serializers.ModelSerializer):
    """People by their names as they stand on the record."""

    asked_by = serializers.CharField(source="event.actor_name")
    decided_by = serializers.CharField(source="decided_event.actor_name", allow_null=True)

    class Meta:
        model = Extension
        fields = [
            *("id", "task", "from_due_on", "due_on", "note", "status"),
            *("asked_by", "asked_at", "decision", "decided_by", "decided_at"),
        ]


class ExtensionInput(NoteInput):
    due_on = serializers.DateField(validators=KNOWN_DAY)


class ExtensionFilterSet(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(choices=Extension.Status.choices, label="状态")

    class Meta:
        model = Extension
        fields: list[str] = []


@extend_schema_view(list=extend_schema(responses=ExtensionSerializer))
class ExtensionViewSet(OfTask):
    """延期申请 of all tasks that the caller sees, latest first; those `asked` wait for a supervisor."""

    queryset = Extension.objects.select_related("event", "decided_event")
    serializer_class = ExtensionSerializer
    filterset_class = ExtensionFilterSet
    orderings = ("-id", "id")

    @extend_schema(request=NoteInput, responses=ExtensionSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def grant(self, request: Request, **kwargs: Any) -> Response:
        """同意延期: moves the task's due date, never the original one."""
        return self.decide(request, granted=True)

    @extend_schema(request=NoteInput, responses=ExtensionSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, **kwargs: Any) -> Response:
        """不同意延期: the due date stays."""
        return self.decide(request, granted=False)

    def decide(self, request: Request, *, granted: bool) -> Response:
        extension = get_object_or_404(self.get_queryset(), pk=self.kwargs["extension"])
        given, version = NoteInput.read(request), if_match(request)
        extension = services.decide_extension(
            extension.pk, granted=granted, actor=request.user, now=timezone.now(), version=version, **given
        )
        return Response(ExtensionSerializer(extension).data)


@extend_schema_view(
    grant=extend_schema(description="同意延期, addressed below its task."),
    deny=extend_schema(description="不同意延期, addressed below its task."),
)
class TaskExtensionViewSet(ExtensionViewSet):
    """延期申请 of one task, latest first."""

    @extend_schema(request=ExtensionInput, responses={201: ExtensionSerializer}, parameters=[IF_MATCH])
    def create(self, request: Request, **kwargs: Any) -> Response:
        """申请延期: the lead's head asks for a later due date, in time and as often as the limits allow."""
        task, given = self.task(), ExtensionInput.read(request)
        extension = services.ask_extension(
            task.pk, actor=request.user, now=timezone.now(), version=if_match(request), **given
        )
        return Response(ExtensionSerializer(extension).data, status=201)


every = ExtensionViewSet.as_view
of_task = TaskExtensionViewSet.as_view

urlpatterns = [
    path("extensions/", every({"get": "list"}), name="extension-list"),
    path("extensions/<int:extension>/grant/", every({"post": "grant"}), name="extension-grant"),
    path("extensions/<int:extension>/deny/", every({"post": "deny"}), name="extension-deny"),
    path("tasks/<int:pk>/extensions/", of_task({"get": "list", "post": "create"}), name="task-extensions"),
    path(
        "tasks/<int:pk>/extensions/<int:extension>/grant/",
        of_task({"post": "grant"}),
        name="task-extension-grant",
    ),
    path(
        "tasks/<int:pk>/extensions/<int:extension>/deny/",
        of_task({"post": "deny"}),
        name="task-extension-deny",
    ),
]
