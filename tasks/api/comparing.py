"""This year's plan beside last year's over REST: lives here because it tells what became of the tasks."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import QuantityField
from plans.models import Plan, PlanItem, Target
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentShort
from plans.targets import Direction
from tasks.comparing import SideBySide
from tasks.states import Status


class ComparedPlanSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    year = serializers.IntegerField()


class AskedSerializer(serializers.Serializer):
    """What a plan asks to be reached."""

    name = serializers.CharField()
    comparator = serializers.ChoiceField(Target.Comparator.choices)
    value = QuantityField()
    value_max = QuantityField(allow_null=True)
    unit = serializers.CharField()


class ComparedTaskSerializer(serializers.Serializer):
    """The item's task as it stands; null where there is none, or the caller does not see it."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    progress = serializers.IntegerField()
    due_on = serializers.DateField()
    lead = DepartmentShort()
    was_late = serializers.BooleanField()


class ComparedItemSerializer(serializers.Serializer):
    """An item as its plan prints it: who leads, by when, what is to be reached (its measures counted in)."""

    id = serializers.IntegerField(source="item.pk")
    kind = serializers.ChoiceField(PlanItem.Kind.choices, source="item.kind")
    path = serializers.CharField(source="item.path")
    heading = serializers.CharField(source="item.heading")
    lead = DepartmentShort(source="item.lead", allow_null=True)
    lead_text = serializers.CharField(help_text="The lead as the plan prints it.")
    due_on = serializers.DateField(source="item.due_on", allow_null=True)
    targets = AskedSerializer(many=True)
    task = ComparedTaskSerializer(allow_null=True)


class BesideSerializer(serializers.Serializer):
    """One figure of both years."""

    direction = serializers.ChoiceField([(one.value, one.value) for one in Direction])
    then = AskedSerializer(allow_null=True)
    now = AskedSerializer(allow_null=True)


class CarriedSerializer(serializers.Serializer):
    """The same work in both plans."""

    likeness = serializers.FloatField(help_text="Of the wording, 0 to 1; not a probability.")
    linked = serializers.BooleanField(help_text="People said so (结转).")
    then = ComparedItemSerializer()
    now = ComparedItemSerializer()
    targets = BesideSerializer(many=True)


class ComparisonSerializer(serializers.Serializer):
    plan = ComparedPlanSerializer()
    other = ComparedPlanSerializer()
    carried = CarriedSerializer(many=True)
    new = ComparedItemSerializer(many=True, source="new_items")
    dropped = ComparedItemSerializer(many=True, source="dropped_items")


class CompareView(Endpoint, APIView):
    """年度对比: the tasks and goals that two plans have in common, and those that only one has."""

    @extend_schema(operation_id="plans_compare", responses=ComparisonSerializer)
    def get(self, request: Request, pk: int, other: int, **kwargs: Any) -> Response:
        plans = Plan.objects.visible_to(request.user).defer("text")
        found = SideBySide(get_object_or_404(plans, pk=pk), get_object_or_404(plans, pk=other), request.user)
        return Response(ComparisonSerializer(found).data)


urlpatterns = [path("plans/<int:pk>/compare/<int:other>/", CompareView.as_view(), name="plan-compare")]
