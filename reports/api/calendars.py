"""日历订阅: one's own, made and taken back by oneself; each read by whoever knows its address."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import StrictInput
from config.api.views import StrictQuery, WhateverIsAsked
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentRefField, DepartmentShort
from reports import calendars
from reports.models import CalendarFeed


class CalendarSerializer(serializers.ModelSerializer):
    department = DepartmentShort(allow_null=True)

    class Meta:
        model = CalendarFeed
        fields = ["id", "name", "department", "created_at", "read_at"]


class NewCalendarSerializer(CalendarSerializer):
    url = serializers.CharField(
        allow_null=True, help_text="Shown here and never again: null when the answer is a replay."
    )

    class Meta(CalendarSerializer.Meta):
        fields = [*CalendarSerializer.Meta.fields, "url"]


class CalendarInput(StrictInput):
    name = serializers.CharField(max_length=100)
    department = DepartmentRefField(
        required=False, allow_null=True, any_state=True, help_text="Without one: all that one answers for."
    )


@extend_schema_view(list=extend_schema(responses=CalendarSerializer))
class CalendarViewSet(Endpoint, ListModelMixin, DestroyModelMixin, GenericViewSet):
    """One's own 日历订阅, never their addresses."""

    queryset = CalendarFeed.objects.select_related("department")
    serializer_class = CalendarSerializer
    orderings = ("id", "-id")
    shown_once = ("url",)

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        return super().get_queryset().filter(user=self.request.user.pk)

    @extend_schema(request=CalendarInput, responses={201: NewCalendarSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A calendar of deadlines and report dates, with the address that a calendar program reads."""
        given = CalendarInput.read(request)
        feed, feed.url = calendars.make_calendar(
            request.user, given["name"], given.get("department"), by=request.auth, now=timezone.now()
        )
        return Response(NewCalendarSerializer(feed).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Taken back: its address leads nowhere from the next request on."""
        return super().destroy(request, *args, **kwargs)


class CalendarFileView(StrictQuery, APIView):
    """The calendar itself. Calendar programs can't sign in: the address is the key."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = WhateverIsAsked

    @extend_schema(
        operation_id="calendar_file",
        responses={(200, "text/calendar"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("secret", str, OpenApiParameter.PATH, description="As in its address.")],
    )
    def get(self, request: Request, secret: str, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        feed = calendars.find(secret, now)
        if feed is None:
            raise Http404
        content = calendars.as_ics(feed, timezone.localdate(now))
        headers = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
        return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


urlpatterns = [
    path("calendars/", CalendarViewSet.as_view({"get": "list", "post": "create"}), name="calendar-list"),
    path("calendars/<int:pk>/", CalendarViewSet.as_view({"delete": "destroy"}), name="calendar-detail"),
    path("calendar/<str:secret>.ics", CalendarFileView.as_view(), name="calendar"),
]
