"""附件 over REST: listed, added, downloaded; never shown from our origin."""

from typing import Any

from django.http import FileResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.serializers import LARGEST_ID, StrictInput
from config.api.views import WhateverIsAsked
from tasks import services
from tasks.api.preconditions import if_match
from tasks.api.serializers import AttachmentSerializer
from tasks.api.views import IF_MATCH, OfTask
from tasks.downloads import as_download
from tasks.models import Attachment


class AttachmentInput(StrictInput):
    file = serializers.FileField(allow_empty_file=True, help_text="At most 20 MB, of an allowed type.")
    report = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="A report that it bears out: one's own."
    )


@extend_schema_view(
    list=extend_schema(responses=AttachmentSerializer),
    retrieve=extend_schema(
        description="One 附件: its name, size, type and hash.", responses=AttachmentSerializer
    ),
)
class AttachmentViewSet(RetrieveModelMixin, OfTask):
    """附件 of one task, in the order they came."""

    queryset = Attachment.objects.select_related("event")
    serializer_class = AttachmentSerializer
    orderings = ("id", "-id")
    lookup_url_kwarg = "attachment"

    def get_parsers(self) -> list[Any]:
        posts = self.request and self.request.method == "POST"
        return [MultiPartParser()] if posts else super().get_parsers()

    @extend_schema(
        request={"multipart/form-data": AttachmentInput},
        responses={
            201: AttachmentSerializer,
            200: OpenApiResponse(AttachmentSerializer, "The task has these bytes already."),
        },
        parameters=[IF_MATCH],
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Attach a file. Kept as it came, and given out as a download alone."""
        task, version = self.task(), if_match(request)
        body = AttachmentInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        upload = services.Upload.of(given["file"], given["file"].name)
        attachment, is_new = services.attach(
            task.pk,
            upload,
            actor=request.user,
            now=timezone.now(),
            report=given.get("report"),
            version=version,
        )
        return Response(AttachmentSerializer(attachment).data, status=201 if is_new else 200)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def file(self, request: Request, **kwargs: Any) -> FileResponse:
        """The bytes as they came. Whatever they are: a download, which no browser shows or runs."""
        return as_download(self.get_object())


attachments = AttachmentViewSet.as_view({"get": "list", "post": "create"})
file = AttachmentViewSet.as_view({"get": "file"}, content_negotiation_class=WhateverIsAsked)
one = "tasks/<int:pk>/attachments/<int:attachment>/"

urlpatterns = [
    path("tasks/<int:pk>/attachments/", attachments, name="task-attachments"),
    path(one, AttachmentViewSet.as_view({"get": "retrieve"}), name="task-attachment"),
    path(f"{one}file/", file, name="task-attachment-file"),
]
