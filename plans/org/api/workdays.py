"""工作日: when so many working days have passed, and why each day counts or does not."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import StrictInput
from config.days import KNOWN_DAY
from plans.org.api.endpoint import Endpoint
from plans.org.workdays import Calendar, calendar

MOST_DAYS = 366
REASONS = ("工作日", "调休上班", "本单位调整", "周末", "节假日")


class WorkdaysQuery(StrictInput):
    def get_fields(self) -> dict[str, serializers.Field]:
        return {  # `from` can't be a class's member
            "from": serializers.DateField(validators=KNOWN_DAY),
            "days": serializers.IntegerField(min_value=-MOST_DAYS, max_value=MOST_DAYS),
        }


class DaySerializer(serializers.Serializer):
    date = serializers.DateField()
    is_workday = serializers.BooleanField()
    why = serializers.ChoiceField(REASONS)
    provisional = serializers.BooleanField(help_text="Its year's holidays are not published yet.")


class WorkdaysSerializer(serializers.Serializer):
    """`date` is `days` working days after `from`; `counted` are the days on the way, `date` included."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            "from": serializers.DateField(),
            "days": serializers.IntegerField(),
            "date": serializers.DateField(),
            "provisional": serializers.BooleanField(help_text="Some of these days may still change."),
            "counted": DaySerializer(many=True),
        }


class WorkdaysView(Endpoint, APIView):
    """Count off working days, 调休 and the office's own days included; backwards too."""

    parameters = frozenset({"from", "days"})

    @extend_schema(
        operation_id="workdays",
        parameters=[
            OpenApiParameter("from", date, required=True, description="Counting starts on the day after."),
            OpenApiParameter(
                "days",
                {"type": "integer", "minimum": -MOST_DAYS, "maximum": MOST_DAYS},
                required=True,
                description="Working days; negative ones lie before it, 0 is the day itself.",
            ),
        ],
        responses=WorkdaysSerializer,
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        query = WorkdaysQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        start, count, days = query.validated_data["from"], query.validated_data["days"], calendar()
        counted = [day_json(day, days) for day in days.walk(start, count)]
        return Response(
            {
                "from": start,
                "days": count,
                "date": days.add(start, count),
                "provisional": any(day["provisional"] for day in counted),
                "counted": counted,
            }
        )


def day_json(day: date, days: Calendar) -> dict[str, Any]:
    return {
        "date": day,
        "is_workday": days.is_workday(day),
        "why": days.why(day),
        "provisional": days.is_provisional(day),
    }
