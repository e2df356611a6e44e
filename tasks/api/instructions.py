"""批示 over REST: a leader's word on a task, and the lead's answer."""

from typing import Any

import django_filters
from django.db.models import QuerySet
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
from tasks.models import Instruction


class InstructionSerializer(serializers.ModelSerializer):
    """People by their names as they stand on the record."""

    given_by = serializers.CharField(source="event.actor_name")
    answered_by = serializers.CharField(source="answered_event.actor_name", allow_null=True)

    class Meta:
        model = Instruction
        fields = [
            *("id", "task", "note", "answer_by", "given_by", "given_at"),
            *("answer", "answered_by", "answered_at"),
        ]


class InstructionInput(NoteInput):
    answer_by = serializers.DateField(
        required=False, allow_null=True, validators=KNOWN_DAY, help_text="Today or later."
    )


class InstructionFilterSet(django_filters.FilterSet):
    answered = django_filters.ChoiceFilter(
        method="by_answered", choices=[("true", "是"), ("false", "否")], label="已答复", empty_label="不限"
    )

    class Meta:
        model = Instruction
        fields: list[str] = []

    def by_answered(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(answered_at__isnull=value == "false")


@extend_schema_view(list=extend_schema(responses=InstructionSerializer))
class InstructionViewSet(OfTask):
    """批示 on all tasks that the caller sees, latest first."""

    queryset = Instruction.objects.select_related("event", "answered_event")
    serializer_class = InstructionSerializer
    filterset_class = InstructionFilterSet
    orderings = ("-id", "id")

    @extend_schema(request=NoteInput, responses=InstructionSerializer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, **kwargs: Any) -> Response:
        """批示回复: the lead answers, once."""
        instruction = get_object_or_404(self.get_queryset(), pk=self.kwargs["instruction"])
        given, version = NoteInput.read(request), if_match(request)
        instruction = services.answer_instruction(
            instruction.pk, actor=request.user, now=timezone.now(), version=version, **given
        )
        return Response(InstructionSerializer(instruction).data)


@extend_schema_view(answer=extend_schema(description="批示回复, addressed below its task."))
class TaskInstructionViewSet(InstructionViewSet):
    """批示 on one task, latest first."""

    @extend_schema(request=InstructionInput, responses={201: InstructionSerializer}, parameters=[IF_MATCH])
    def create(self, request: Request, **kwargs: Any) -> Response:
        """批示: a leader's word on a task, to be answered by a day where one is given."""
        task, given = self.task(), InstructionInput.read(request)
        instruction = services.instruct(
            task.pk, actor=request.user, now=timezone.now(), version=if_match(request), **given
        )
        return Response(InstructionSerializer(instruction).data, status=201)


every = InstructionViewSet.as_view
of_task = TaskInstructionViewSet.as_view

urlpatterns = [
    path("instructions/", every({"get": "list"}), name="instruction-list"),
    path("instructions/<int:instruction>/answer/", every({"post": "answer"}), name="instruction-answer"),
    path(
        "tasks/<int:pk>/instructions/", of_task({"get": "list", "post": "create"}), name="task-instructions"
    ),
    path(
        "tasks/<int:pk>/instructions/<int:instruction>/answer/",
        of_task({"post": "answer"}),
        name="task-instruction-answer",
    ),
]
