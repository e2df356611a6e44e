"""归档 over REST: lives here because it asks after tasks, which plans know nothing of."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import StrictInput
from plans.models import Plan
from plans.org.api.endpoint import Endpoint
from tasks import services


class ArchiveInput(StrictInput):
    """Nothing needs to be said."""


class ArchivedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Plan
        fields = ["id", "code", "title", "status"]


class ArchiveView(Endpoint, APIView):
    """归档: puts an issued plan away whose tasks are all done or ended."""

    @extend_schema(operation_id="plans_archive", request=ArchiveInput, responses=ArchivedSerializer)
    def post(self, request: Request, pk: int, **kwargs: Any) -> Response:
        plan = get_object_or_404(Plan.objects.visible_to(request.user).only("pk"), pk=pk)
        ArchiveInput.read(request)
        plan = services.archive_plan(plan, actor=request.user, now=timezone.now())
        return Response(ArchivedSerializer(plan).data)


urlpatterns = [path("plans/<int:pk>/archive/", ArchiveView.as_view(), name="plan-archive")]
