"""接口令牌: one's own, made and taken back by oneself. A secret is shown once, in the answer that made it."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import DestroyModelMixin, ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import StrictInput
from plans.org.api.endpoint import Endpoint
from plans.org.models import ApiToken
from plans.org.tokens import make_token


class TokenSerializer(serializers.ModelSerializer):
    scopes = serializers.ListField(child=serializers.ChoiceField(ApiToken.Scope.choices))

    class Meta:
        model = ApiToken
        fields = ["id", "name", "scopes", "expires_at", "created_at"]


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(
        allow_null=True, help_text="Shown here and never again: null when the answer is a replay."
    )

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]


class TokenInput(StrictInput):
    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(ApiToken.Scope.choices), allow_empty=False, max_length=2
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class TokenViewSet(Endpoint, ListModelMixin, DestroyModelMixin, GenericViewSet):
    """One's own tokens, never their secrets."""

    queryset = ApiToken.objects.all()
    serializer_class = TokenSerializer
    orderings = ("id", "-id")
    shown_once = ("token",)

    def get_queryset(self) -> QuerySet[ApiToken]:
        return super().get_queryset().filter(user=self.request.user.pk)

    @extend_schema(request=TokenInput, responses={201: NewTokenSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """A new token. One that a token makes does not outlive it."""
        body = TokenInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = {"expires_at": None} | body.validated_data
        row, row.token = make_token(request.user, **given, by=request.auth, now=timezone.now())
        return Response(NewTokenSerializer(row).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Taken back: refused from the next request on."""
        return super().destroy(request, *args, **kwargs)
