"""填报期 over REST."""

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from tasks.api.views import OfTask
from tasks.models import ReportPeriod


class ReportPeriodSerializer(serializers.ModelSerializer):
    class Meta:
        model = ReportPeriod
        fields = ["period", "starts_on", "due_on", "reported_on", "was_missing"]


@extend_schema_view(list=extend_schema(responses=ReportPeriodSerializer))
class ReportPeriodViewSet(OfTask):
    """填报期: for which the lead owed or owes a report, by the task's cycle, latest first.

    `reported_on` is the day of the lead's first report of it; `was_missing` stays once it was late.
    """

    queryset = ReportPeriod.objects.all()
    serializer_class = ReportPeriodSerializer
    orderings = ("-due_on", "due_on")


report_periods = ReportPeriodViewSet.as_view({"get": "list"})

urlpatterns = [path("tasks/<int:pk>/report-periods/", report_periods, name="task-report-periods")]
