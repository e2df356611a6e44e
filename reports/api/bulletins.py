"""通报 as files over REST: Word and Excel, once the job has made them."""

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from config.api.views import StrictQuery, WhateverIsAsked
from reports.bulletins.files import file_of
from reports.downloads import TYPES, bulletin_download
from reports.models import Bulletin, Summary

FORMAT = OpenApiParameter(
    "format",
    str,
    enum=Bulletin.Format.values,
    required=True,
    examples=[OpenApiExample(kind.label, kind.value) for kind in Bulletin.Format],
    description="`docx` the 通报 on paper. `xlsx` the ledger with the figures.",
)
FILES = {(200, kind): OpenApiTypes.BINARY for kind in TYPES.values()}


class FileQuery(serializers.Serializer):
    format = serializers.ChoiceField(Bulletin.Format.choices)


class SummaryFileView(StrictQuery, APIView):
    """The file of the present text; of a released summary, the one that was given out."""

    content_negotiation_class = WhateverIsAsked
    also_refused_with = (409,)
    parameters = frozenset({"format"})

    @extend_schema(operation_id="summary_file", parameters=[FORMAT], responses=FILES)
    def get(self, request: Request, pk: int, **kwargs: Any) -> FileResponse:
        """409 `bulletin_being_made` while the job is at it: ask again after `Retry-After`."""
        summary = get_object_or_404(Summary.objects.visible_to(request.user).only("pk", "version"), pk=pk)
        query = FileQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return bulletin_download(file_of(summary, query.validated_data["format"]))


urlpatterns = [path("summaries/<int:pk>/file/", SummaryFileView.as_view(), name="summary-file")]
