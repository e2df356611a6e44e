"""The steps of a task over REST."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import StrictInput
from config.days import KNOWN_DAY
from config.lengths import TITLE_LENGTH
from tasks import services
from tasks.api.preconditions import if_match
from tasks.api.serializers import ChecklistSerializer
from tasks.api.views import IF_MATCH, OfTask
from tasks.models import ChecklistItem


class StepInput(StrictInput):
    text = serializers.CharField(max_length=TITLE_LENGTH)


class StepEditInput(StrictInput):
    text = serializers.CharField(max_length=TITLE_LENGTH, required=False)
    done_on = serializers.DateField(
        required=False, allow_null=True, validators=KNOWN_DAY, help_text="Not in the future; null undoes it."
    )


@extend_schema_view(list=extend_schema(responses=ChecklistSerializer))
class ChecklistViewSet(OfTask):
    """The steps of one task, first filled from the plan's measures, in their order."""

    queryset = ChecklistItem.objects.all()
    serializer_class = ChecklistSerializer
    orderings = ("ordinal",)

    @extend_schema(request=StepInput, responses={201: ChecklistSerializer}, parameters=[IF_MATCH])
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Adds a step at the end. At most 200."""
        task, given, version = self.task(), StepInput.read(request), if_match(request)
        step = services.add_step(task.pk, actor=request.user, now=timezone.now(), version=version, **given)
        return Response(ChecklistSerializer(step).data, status=201)

    @extend_schema(request=StepEditInput, responses=ChecklistSerializer, parameters=[IF_MATCH])
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Rewords a step, or says on which day it was done."""
        step = get_object_or_404(self.get_queryset(), pk=self.kwargs["item"])
        given, version = StepEditInput.read(request), if_match(request)
        step = services.edit_step(
            step.task_id, step.pk, given, actor=request.user, now=timezone.now(), version=version
        )
        return Response(ChecklistSerializer(step).data)


steps = ChecklistViewSet.as_view({"get": "list", "post": "create"})
step = ChecklistViewSet.as_view({"patch": "partial_update"})

urlpatterns = [
    path("tasks/<int:pk>/checklist/", steps, name="task-checklist"),
    path("tasks/<int:pk>/checklist/<int:item>/", step, name="task-checklist-item"),
]
