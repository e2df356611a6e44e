"""消息设置 over REST: how one is reached besides the system itself."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import StrictInput
from plans.org.api.endpoint import Endpoint
from reports import contacts, outbox
from reports.models import Bot, Contact


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class ClockTimeField(serializers.TimeField):
    """A time of day in the office, such as 22:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class ContactSerializer(serializers.ModelSerializer):
    quiet_from = ClockTimeField(allow_null=True)
    quiet_until = ClockTimeField(allow_null=True)

    class Meta:
        model = Contact
        fields = ["by_email", "quiet_from", "quiet_until"]


class ContactInput(StrictInput):
    by_email = serializers.BooleanField(
        required=False, help_text="Only while there is an active robot it may be false."
    )
    quiet_from = ClockTimeField(
        required=False, allow_null=True, help_text="What falls between waits until the end."
    )
    quiet_until = ClockTimeField(required=False, allow_null=True, help_text="May be on the next day.")


class BotSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField(help_text="The key but for its last four characters is hidden.")
    is_active = serializers.BooleanField(help_text="False once its vendor knew it no more.")

    class Meta:
        model = Bot
        fields = ["id", "name", "scheme", "url", "is_active", "created_at"]

    def get_url(self, bot: Bot) -> str:
        return f"{bot.scheme}://****{bot.ending}"


class BotInput(StrictInput):
    name = serializers.CharField(max_length=50)
    url = serializers.CharField(
        max_length=500, help_text="The address that the vendor shows, or apprise's (`feishu://KEY`)."
    )


class TrialSerializer(serializers.Serializer):
    sent = serializers.BooleanField()
    error = serializers.CharField(help_text="Why not, with the vendor's words.")


class ContactView(Endpoint, APIView):
    """By what ways one is reached, and when not."""

    @extend_schema(operation_id="contact", responses=ContactSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(ContactSerializer(contacts.contact_of(request.user)).data)

    @extend_schema(operation_id="contact_change", request=ContactInput, responses=ContactSerializer)
    def patch(self, request: Request, **kwargs: Any) -> Response:
        """What is not named stays. People choose the way, not whether: 409 `channel_needed`."""
        contact = contacts.change_contact(request.user, **ContactInput.read(request))
        return Response(ContactSerializer(contact).data)


@extend_schema_view(list=extend_schema(responses=BotSerializer))
class BotViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """One's own robots of 企业微信, 钉钉, 飞书, never their keys."""

    queryset = Bot.objects.present().without_url()
    serializer_class = BotSerializer
    orderings = ("id", "-id")

    def get_queryset(self) -> QuerySet[Bot]:
        return super().get_queryset().filter(user=self.request.user.pk)

    @extend_schema(request=BotInput, responses={201: BotSerializer, 200: BotSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A robot that gets all one's messages. The same one again is switched on again (200)."""
        bot, new = contacts.add_bot(request.user, **BotInput.read(request), now=timezone.now())
        return Response(BotSerializer(bot).data, status=201 if new else 200)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Gone with what still waited for it. Not the last one while e-mail is off: 409 `channel_needed`."""
        contacts.remove_bot(self.get_object(), timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=TrialSerializer)
    def test(self, request: Request, **kwargs: Any) -> Response:
        """Sends a trial message at once and tells what the vendor answered.

        Under an `Idempotency-Key` its transaction waits for the vendor, at most fifteen seconds.
        """
        trial = outbox.try_out(self.get_object(), timezone.now())
        return Response(
            TrialSerializer({"sent": trial.outcome == trial.Outcome.SENT, "error": trial.error}).data
        )


urlpatterns = [
    path("me/contact/", ContactView.as_view(), name="contact"),
    path("me/bots/", BotViewSet.as_view({"get": "list", "post": "create"}), name="bot-list"),
    path("me/bots/<int:pk>/", BotViewSet.as_view({"delete": "destroy"}), name="bot-detail"),
    path("me/bots/<int:pk>/test/", BotViewSet.as_view({"post": "test"}), name="bot-test"),
]
