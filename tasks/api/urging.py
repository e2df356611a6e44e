"""催办 over REST."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tasks import services
from tasks.api.preconditions import if_match
from tasks.api.serializers import NoteInput, TaskDetailSerializer
from tasks.api.views import IF_MATCH, TaskViewSet


class UrgeViewSet(TaskViewSet):
    """催办."""

    @extend_schema(request=NoteInput, responses=TaskDetailSerializer, parameters=[IF_MATCH])
    def urge(self, request: Request, **kwargs: Any) -> Response:
        """催办: urges the task on. The record counts how often (`data.number` of the event `urge`)."""
        task, given, version = self.visible(), NoteInput.read(request), if_match(request)
        services.urge(task.pk, actor=request.user, now=timezone.now(), version=version, **given)
        return self.answer(task.pk)


urlpatterns = [path("tasks/<int:pk>/urge/", UrgeViewSet.as_view({"post": "urge"}), name="task-urge")]
