"""One's own webhooks: programs that are told of each event, in order, at an address of theirs."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import StrictInput
from plans.org.api.endpoint import Endpoint
from reports import jobs
from reports.models import Webhook, WebhookDelivery
from reports.webhooks import services
from tasks import feed
from tasks.api.feed import NOW, read_cursor
from tasks.feed import Position
from tasks.models import TaskEvent


class CursorField(serializers.CharField):
    """A place in the feed: a `cursor` of `events/` or of a webhook, or `now`."""

    def to_internal_value(self, data: Any) -> Position:
        text = super().to_internal_value(data)
        return feed.horizon() if text == NOW else read_cursor(text)


class WebhookSerializer(serializers.ModelSerializer):
    kinds = serializers.ListField(child=serializers.ChoiceField(TaskEvent.Kind.choices))
    cursor = serializers.CharField(
        source="place", help_text="How far it has been told: a place of the feed, as in `events/`."
    )

    class Meta:
        model = Webhook
        fields = [
            *("id", "name", "url", "kinds", "is_active", "created_at", "cursor", "failures"),
            *("failing_since", "paused_at", "next_attempt_at"),
        ]


class NewWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(
        allow_null=True, help_text="Shown here and never again: null when the answer is a replay."
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class WebhookChange(StrictInput):
    name = serializers.CharField(max_length=100, required=False)
    url = serializers.CharField(max_length=500, required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(TaskEvent.Kind.choices),
        max_length=len(TaskEvent.Kind.choices),
        required=False,
        help_text="Which events it is told of; empty: all.",
    )
    is_active = serializers.BooleanField(required=False)


class WebhookInput(WebhookChange):
    name = serializers.CharField(max_length=100)
    url = serializers.CharField(max_length=500)
    is_active = None
    after = CursorField(required=False, help_text="From where on it is told; `now` unless said otherwise.")


class RedeliverInput(StrictInput):
    after = CursorField(required=False, help_text="Without it, it goes on from where it stopped.")


class WebhookDeliverySerializer(serializers.ModelSerializer):
    event = serializers.IntegerField(source="event_id")

    class Meta:
        model = WebhookDelivery
        fields = ["id", "event", "message_id", "called_at", "ok", "status", "error", "milliseconds"]


class WebhookViewSet(Endpoint, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """One's own webhooks, never their secrets."""

    queryset = Webhook.objects.without_secret()
    serializer_class = WebhookSerializer
    orderings = ("id", "-id")
    shown_once = ("secret",)

    def get_queryset(self) -> QuerySet[Webhook]:
        return super().get_queryset().filter(user=self.request.user.pk)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How one webhook stands: how far it has been told, since when it fails, when it is tried again."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=WebhookInput, responses={201: NewWebhookSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new webhook, told of what its person sees. The answer holds the secret that signs its calls."""
        given = WebhookInput.read(request)
        webhook = services.make(request.user, by=request.auth, now=timezone.now(), **given)
        return Response(NewWebhookSerializer(webhook).data, status=201)

    @extend_schema(request=WebhookChange, responses=WebhookSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Changes what is given. Switched off it is told of nothing, and switched on again of all since."""
        webhook = self.get_object()
        services.change(webhook, by=request.auth, **WebhookChange.read(request))
        return Response(self.get_serializer(webhook).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Deleted with the list of its calls: told of nothing more."""
        services.remove(self.get_object())
        return Response(status=204)

    @extend_schema(request=RedeliverInput, responses=WebhookSerializer)
    def redeliver(self, request: Request, **kwargs: Any) -> Response:
        """Set to another place of the feed, back or forth; a pause ends and it is called at once."""
        webhook = self.get_object()
        given = {"after": None} | RedeliverInput.read(request)
        services.redeliver(webhook, **given, now=timezone.now())

        def kick() -> None:
            jobs.deliver_webhook.apply_async((webhook.pk,), expires=jobs.EXPIRES_SECONDS)

        transaction.on_commit(kick, robust=True)
        return Response(self.get_serializer(webhook).data)

    @extend_schema(request=None, responses=NewWebhookSerializer)
    def secret(self, request: Request, **kwargs: Any) -> Response:
        """A new secret, which signs from the next call on. The former one is over."""
        webhook = self.get_object()
        services.renew_secret(webhook, by=request.auth)
        return Response(NewWebhookSerializer(webhook).data)


class WebhookDeliveryViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """What became of a webhook's calls, the latest first, for thirty days."""

    queryset = WebhookDelivery.objects.all()
    serializer_class = WebhookDeliverySerializer
    orderings = ("-id", "id")

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        mine = Webhook.objects.filter(user=self.request.user.pk).only("pk")
        return super().get_queryset().filter(webhook=get_object_or_404(mine, pk=self.kwargs["pk"]))


ONE = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
urlpatterns = [
    path("webhooks/", WebhookViewSet.as_view({"get": "list", "post": "create"}), name="webhook-list"),
    path("webhooks/<int:pk>/", WebhookViewSet.as_view(ONE), name="webhook-detail"),
    path(
        "webhooks/<int:pk>/deliveries/",
        WebhookDeliveryViewSet.as_view({"get": "list"}),
        name="webhook-delivery-list",
    ),
    path(
        "webhooks/<int:pk>/redeliver/",
        WebhookViewSet.as_view({"post": "redeliver"}),
        name="webhook-redeliver",
    ),
    path("webhooks/<int:pk>/secret/", WebhookViewSet.as_view({"post": "secret"}), name="webhook-secret"),
]
