"""分解 over REST: the parts of a task, and the figures that they add up to."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import LARGEST_ID, QuantityField, StrictInput
from config.days import KNOWN_DAY
from config.errors import InputInvalid
from config.lengths import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from plans.org.api.fields import DepartmentRefField, DepartmentRefs
from tasks import services
from tasks.api.preconditions import etag, if_match
from tasks.api.serializers import TaskDetailSerializer, TaskSerializer
from tasks.api.views import IF_MATCH, TaskViewSet, details
from tasks.models import Task
from tasks.services.splitting import MOST_PARTS, Part, Share


class ShareInput(StrictInput):
    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="A target of the whole.")
    value = QuantityField()
    value_max = QuantityField(required=False, allow_null=True)


class PartInput(StrictInput):
    """One part; title, body and due_on are the whole's where they are left out."""

    lead = DepartmentRefField()
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False)
    body = serializers.CharField(max_length=BODY_LENGTH, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    cooperating = DepartmentRefs(required=False)
    targets = ShareInput(many=True, required=False, max_length=200)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


def read_parts(request: Request) -> list[Part]:
    """What the body says: one part, or a list of them. Else 400."""
    many = isinstance(request.data, list)
    if many and not 1 <= len(request.data) <= MOST_PARTS:
        raise InputInvalid(
            f"一次可分解为1至{MOST_PARTS}项。", code="too_many_parts" if request.data else None
        )
    body = PartInput(data=request.data, many=many)
    body.is_valid(raise_exception=True)
    found = body.validated_data if many else [body.validated_data]
    shares = [[Share(**share) for share in part.pop("targets", [])] for part in found]
    return [Part(**part, targets=own) for part, own in zip(found, shares, strict=True)]


def one_or_many(name: str, serializer: type[serializers.Serializer]) -> PolymorphicProxySerializer:
    return PolymorphicProxySerializer(
        component_name=name,
        serializers=[serializer, serializer(many=True)],
        resource_type_field_name=None,
        many=False,
    )


@extend_schema_view(list=extend_schema(responses=TaskSerializer))
class ChildViewSet(TaskViewSet):
    """分解任务: the parts of one task that the caller sees, as in lists of tasks."""

    filterset_class = None
    orderings = ("id",)

    def get_queryset(self) -> QuerySet[Task]:
        return super().get_queryset().filter(parent=self.visible())

    @extend_schema(
        request=one_or_many("PartsInput", PartInput),
        responses={201: one_or_many("Parts", TaskDetailSerializer)},
        parameters=[IF_MATCH],
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Makes one part, or with a JSON array several: all of them or none."""
        task, parts = self.visible(), read_parts(request)
        children = services.split_task(
            task.pk, parts, actor=request.user, now=timezone.now(), version=if_match(request)
        )
        made = details([child.pk for child in children], request.user)
        if isinstance(request.data, list):
            return Response(made, status=201)
        return Response(made[0], status=201, headers={"ETag": etag(children[0].version)})


children = ChildViewSet.as_view({"get": "list", "post": "create"})

urlpatterns = [path("tasks/<int:pk>/children/", children, name="task-children")]
