"""拟牵头单位 over REST: lives here because it asks who had the tasks of earlier plans."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from plans.api.serializers import PlanShort
from plans.models import Plan
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentShort
from tasks.suggesting import suggested_leads


class SuggestedLeadSerializer(serializers.Serializer):
    department = DepartmentShort()
    reason = serializers.CharField(help_text="For people: which work of which year it led.")
    plan = PlanShort(help_text="The earlier plan.")
    item = serializers.IntegerField(help_text="The earlier plan's item.")
    likeness = serializers.FloatField(help_text="Of the wording, 0 to 1; not a probability.")


class SuggestionSerializer(serializers.Serializer):
    """A task item that prints no lead; nothing is suggested where no earlier work is alike enough."""

    item = serializers.IntegerField(source="item.pk")
    path = serializers.CharField(source="item.path")
    heading = serializers.CharField(source="item.heading")
    suggestions = SuggestedLeadSerializer(many=True)


class SuggestionListSerializer(serializers.Serializer):
    """All of them on one page."""

    next = serializers.URLField(allow_null=True, default=None)
    previous = serializers.URLField(allow_null=True, default=None)
    results = SuggestionSerializer(many=True)


class SuggestionView(Endpoint, APIView):
    """拟牵头单位: for each task item that prints no lead who led the same work before, with the reason."""

    @extend_schema(operation_id="plans_suggestions", responses=SuggestionListSerializer)
    def get(self, request: Request, pk: int, **kwargs: Any) -> Response:
        plan = get_object_or_404(Plan.objects.visible_to(request.user).defer("text"), pk=pk)
        found = {"next": None, "previous": None, "results": suggested_leads(plan, request.user)}
        return Response(SuggestionListSerializer(found).data)


urlpatterns = [path("plans/<int:pk>/suggestions/", SuggestionView.as_view(), name="plan-suggestions")]
