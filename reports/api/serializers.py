"""Figures and messages as JSON."""

from typing import Any

from rest_framework import serializers

from config.api.serializers import LARGEST_ID, QuantityField, StrictInput
from plans.api.serializers import PlanShort
from plans.models import Plan, Target
from plans.org.api.fields import DepartmentRefField, DepartmentShort
from plans.org.models import User
from reports.models import Notification
from tasks.lights import Light
from tasks.states import Status


class ReportQuery(StrictInput):
    """What both boards are asked with. Only a plan that the caller sees is known."""

    plan = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    department = DepartmentRefField(required=False, any_state=True)
    as_of = serializers.DateField(required=False)

    def validate_plan(self, pk: int) -> Plan:
        user: User = self.context["user"]
        plan = Plan.objects.visible_to(user).only("pk", "issuer").filter(pk=pk).first()
        if plan is None:
            raise serializers.ValidationError(f"没有这个计划：{pk}。", code="plan_unknown")
        return plan


class GoalFigureSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    comparator = serializers.ChoiceField(Target.Comparator.choices)
    value = QuantityField()
    value_max = QuantityField(allow_null=True)
    unit = serializers.CharField()
    actual = QuantityField(allow_null=True)
    measured_on = serializers.DateField(allow_null=True)


class GoalFiguresSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    heading = serializers.CharField()
    plan = PlanShort()
    targets = GoalFigureSerializer(many=True)


class StatusCountsSerializer(serializers.Serializer):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField() for name in Status.values}


class LightCountsSerializer(serializers.Serializer):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField() for name in Light.values}


class StandingSerializer(serializers.Serializer):
    """Where some tasks stand."""

    tasks = serializers.IntegerField()
    by_status = StatusCountsSerializer()
    by_light = LightCountsSerializer()
    on_time_rate = serializers.FloatField(
        allow_null=True, help_text="Of the completed and closed, the share that was never late: 0 to 1."
    )
    average_progress = serializers.FloatField(
        allow_null=True, help_text="0 to 100, over all tasks but the cancelled."
    )
    time_share = serializers.FloatField(
        allow_null=True, help_text="How much of the same tasks' time has passed, on average: 0 to 1."
    )


class OverviewSerializer(StandingSerializer):
    as_of = serializers.DateField()
    goals = GoalFiguresSerializer(many=True)


class DepartmentStandingSerializer(StandingSerializer):
    department = DepartmentShort()


class DepartmentsStandingSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    departments = DepartmentStandingSerializer(many=True)


class LastReportSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    note = serializers.CharField()


class OverdueTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    days_overdue = serializers.IntegerField()
    last_report = LastReportSerializer(allow_null=True)
    reminded = serializers.IntegerField(help_text="Reminders that reached somebody.")


class OverdueDepartmentSerializer(serializers.Serializer):
    department = DepartmentShort()
    tasks = OverdueTaskSerializer(many=True)


class OverdueBoardSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    departments = OverdueDepartmentSerializer(many=True)


class NotificationTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()


class NotificationSerializer(serializers.ModelSerializer):
    task = NotificationTaskSerializer(allow_null=True)
    tasks = NotificationTaskSerializer(many=True, help_text="Of a digest the most urgent, at most 30.")

    class Meta:
        model = Notification
        fields = ["id", "title", "text", "task", "tasks", "digest_on", "created_at", "read_at"]


def read_query(user: User, given: dict[str, Any]) -> dict[str, Any]:
    query = ReportQuery(data=given, context={"user": user})
    query.is_valid(raise_exception=True)
    return query.validated_data
