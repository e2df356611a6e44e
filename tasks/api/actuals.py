"""完成值 over REST: what a task's targets had reached, each time that somebody said so."""

from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers

from config.api.serializers import QuantityField
from tasks.api.views import OfTask
from tasks.models import TaskActual


class TaskActualSerializer(serializers.ModelSerializer):
    """`event` is the line of the record that says so: a report, a submit, a sum of what parts reached."""

    actual = QuantityField(allow_null=True)
    stated_by = serializers.CharField(source="event.actor_name")

    class Meta:
        model = TaskActual
        fields = ["id", "target", "actual", "reason", "stated_at", "stated_by", "event"]


class TaskActualViewSet(OfTask):
    """完成值 of one task over time, oldest first."""

    queryset = TaskActual.objects.select_related("event")
    serializer_class = TaskActualSerializer
    orderings = ("id", "-id")

    def get_queryset(self) -> QuerySet[TaskActual]:
        return self.queryset.filter(target__task=self.task())


urlpatterns = [
    path("tasks/<int:pk>/actuals/", TaskActualViewSet.as_view({"get": "list"}), name="task-actuals")
]
