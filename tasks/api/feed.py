"""The change feed over REST: everything that happens to the tasks one sees, in order, from any place on."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.filters import refuse_unknown
from config.api.pagination import PAGE_SIZE, KeysetPagination
from tasks import feed
from tasks.api.serializers import EventSerializer
from tasks.feed import Position

NOW = "now"
PARAMETERS = [
    OpenApiParameter(
        "after",
        str,
        description="The `cursor` of the answer before. Without it: from the beginning. `now`: no events, "
        "only the cursor from which what comes next can be read.",
    ),
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "default": PAGE_SIZE}, description="At most 200."
    ),
]


class FeedEventSerializer(EventSerializer):
    """A line of the record, with its task's code."""

    task_code = serializers.CharField(source="task.code")

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "task_code"]


class FeedSerializer(serializers.Serializer):
    results = FeedEventSerializer(many=True)
    cursor = serializers.CharField(help_text="Keep it, and send it as `after`. It does not expire.")
    more = serializers.BooleanField(
        help_text="Whether there is more to read at once, also where `results` is empty."
    )


class FeedView(APIView):
    """变更流水: what happened to the tasks that the caller sees now."""

    @extend_schema(operation_id="events_list", parameters=PARAMETERS, responses=FeedSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """变更流水: the events after a cursor, each once and in one order, also when changes overlap.

        An event is shown when no earlier one can appear any more: at once, or when a slow change has ended.
        """
        refuse_unknown(request, {parameter.name for parameter in PARAMETERS})
        size = KeysetPagination().read_size(request)
        text = request.query_params.get("after", "")
        if text == NOW:
            return Response({"results": [], "cursor": str(feed.horizon()), "more": False})
        after = read_cursor(text)
        page = feed.page(request.user, after, size)
        answer = {"results": page.events, "cursor": str(page.end), "more": page.more}
        return Response(FeedSerializer(answer).data)


def read_cursor(text: str) -> Position:
    try:
        return Position.read(text) if text else Position()
    except ValueError:
        message = "流水游标无效，请使用上次返回的 cursor，或从头读取。"
        raise ValidationError(message, code="bad_cursor") from None


urlpatterns = [path("events/", FeedView.as_view(), name="event-feed")]
