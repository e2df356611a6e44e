"""留言 over REST."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tasks import services
from tasks.api.preconditions import if_match
from tasks.api.serializers import NoteInput
from tasks.api.views import IF_MATCH, OfTask
from tasks.models import TaskEvent


class CommentSerializer(serializers.ModelSerializer):
    actor = serializers.IntegerField(source="actor_id")

    class Meta:
        model = TaskEvent
        fields = ["id", "note", "actor", "actor_name", "at"]


@extend_schema_view(list=extend_schema(responses=CommentSerializer))
class CommentViewSet(OfTask):
    """留言 on one task, oldest first: the events of kind `comment`."""

    queryset = TaskEvent.objects.filter(kind="comment")
    serializer_class = CommentSerializer
    orderings = ("seq", "-seq")

    @extend_schema(request=NoteInput, responses={201: CommentSerializer}, parameters=[IF_MATCH])
    def create(self, request: Request, **kwargs: Any) -> Response:
        """留言: says something about the task, on its record."""
        task, given, version = self.task(), NoteInput.read(request), if_match(request)
        event = services.comment(task.pk, actor=request.user, now=timezone.now(), version=version, **given)
        return Response(CommentSerializer(event).data, status=201)


comments = CommentViewSet.as_view({"get": "list", "post": "create"})

urlpatterns = [path("tasks/<int:pk>/comments/", comments, name="task-comments")]
