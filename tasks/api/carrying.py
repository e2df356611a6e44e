"""结转 over REST: unfinished tasks of an older plan go on in the newer one."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import LARGEST_ID, StrictInput
from config.errors import InputInvalid
from plans.models import Plan
from plans.org.api.endpoint import Endpoint
from tasks import services
from tasks.services import carrying

MOST_TASKS = 500


class CarryInput(StrictInput):
    """`tasks`: their ids; all that are open where it is left out."""

    tasks = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        min_length=1,
        max_length=MOST_TASKS,
    )
    dry_run = serializers.BooleanField(default=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python's own."""
        older = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="The older plan.")
        return {"from": older, **super().get_fields()}


class CarriedTaskSerializer(serializers.Serializer):
    task = serializers.IntegerField(source="task.pk")
    code = serializers.CharField(source="task.code")
    item = serializers.IntegerField(
        source="item.pk", default=None, allow_null=True, help_text="Null where a dry run would make one."
    )
    result = serializers.ChoiceField([carrying.CREATED, carrying.LINKED, carrying.KNOWN])


class CarryingSerializer(serializers.Serializer):
    results = CarriedTaskSerializer(many=True)


class CarryView(Endpoint, APIView):
    """结转: an item for each unfinished task, or the one that is there already takes it over."""

    @extend_schema(operation_id="plans_carry", request=CarryInput, responses=CarryingSerializer)
    def post(self, request: Request, pk: int, **kwargs: Any) -> Response:
        plans = Plan.objects.visible_to(request.user).defer("text")
        plan = get_object_or_404(plans, pk=pk)
        given = CarryInput.read(request)
        other = plans.filter(pk=given.pop("from")).first()
        if other is None:
            raise InputInvalid("没有这份计划。", code="plan_unknown")
        found = services.carry(plan, other, **given, actor=request.user, now=timezone.now())
        return Response(CarryingSerializer({"results": found}).data)


urlpatterns = [path("plans/<int:pk>/carry/", CarryView.as_view(), name="plan-carry")]
