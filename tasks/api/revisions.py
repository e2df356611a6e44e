"""修订 over REST: lives here because confirming changes tasks, which plans know nothing of."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.api.serializers import LARGEST_ID, QuantityField, StrictInput
from config.api.views import WhateverIsAsked
from config.lengths import NOTE_LENGTH
from plans import services as plan_services
from plans.api.serializers import ItemUnitSerializer
from plans.models import Plan, PlanItem, PlanRevision, Target
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentRefField
from plans.services.differences import KINDS
from plans.services.intake import MOST_ITEMS
from tasks import services
from tasks.services.revision_lines import digest_of, shown
from tasks.states import Status


class RevisedTargetSerializer(serializers.Serializer):
    """A target as a file states it."""

    name = serializers.CharField()
    comparator = serializers.ChoiceField(Target.Comparator.choices)
    value = QuantityField()
    value_max = QuantityField(allow_null=True)
    unit = serializers.CharField()


class RevisedLeadSerializer(ItemUnitSerializer):
    role = serializers.ChoiceField(["lead"])


class RevisedSideSerializer(serializers.Serializer):
    """What an item says before or after, as far as the line is about it."""

    heading = serializers.CharField(required=False)
    body = serializers.CharField(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    deadline = serializers.CharField(required=False, help_text="As printed.")
    lead = RevisedLeadSerializer(required=False, allow_null=True)
    cooperating = ItemUnitSerializer(required=False, many=True)
    targets = RevisedTargetSerializer(required=False, many=True)
    steps = serializers.ListField(
        required=False, child=serializers.CharField(), help_text="The measures that come or go with a task."
    )

    def to_representation(self, side: dict[str, Any]) -> dict[str, Any]:
        """A line about a date says nothing of who leads, not even that nobody does."""
        return {name: value for name, value in super().to_representation(side).items() if name in side}


class RevisedItemSerializer(serializers.Serializer):
    id = serializers.IntegerField(allow_null=True, help_text="Null: it would be added.")
    path = serializers.CharField()
    kind = serializers.ChoiceField(PlanItem.Kind.choices)
    heading = serializers.CharField()


class RevisedTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    due_on = serializers.DateField()


class RevisionLineSerializer(serializers.Serializer):
    """One difference; `why`: what forbids it, or what else it brings along."""

    no = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    item = RevisedItemSerializer()
    before = RevisedSideSerializer(allow_null=True)
    after = RevisedSideSerializer(allow_null=True)
    task = RevisedTaskSerializer(allow_null=True)
    possible = serializers.BooleanField()
    why = serializers.CharField()
    applied = serializers.BooleanField(required=False, help_text="Of a confirmed revision.")


class RevisionSerializer(serializers.ModelSerializer):
    uploaded_by = serializers.StringRelatedField()
    decided_by = serializers.StringRelatedField(allow_null=True)

    class Meta:
        model = PlanRevision
        fields = ["id", "number", "status", "file_name", "uploaded_by", "created_at"]
        fields += ["decided_by", "decided_at", "note"]


class RevisionDetailSerializer(RevisionSerializer):
    digest = serializers.CharField(allow_null=True, help_text="Of these differences; null once decided.")
    differences = RevisionLineSerializer(many=True)

    class Meta(RevisionSerializer.Meta):
        fields = [*RevisionSerializer.Meta.fields, "digest", "differences"]


class RevisionInput(StrictInput):
    file = serializers.FileField(allow_empty_file=True, max_length=255)


class ConfirmInput(StrictInput):
    digest = serializers.CharField(max_length=64, help_text="Of the differences that were looked at.")
    lines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        max_length=MOST_ITEMS,
        help_text="By `no`; left out: all that are possible.",
    )
    note = serializers.CharField(max_length=NOTE_LENGTH)
    default_lead = DepartmentRefField(required=False, help_text="Leads new tasks that the file gives nobody.")


class DiscardInput(StrictInput):
    """Nothing needs to be said."""


@extend_schema_view(list=extend_schema(responses=RevisionSerializer))
class RevisionViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """修订: corrected files of an issued plan, for those who see the issuer's drafts."""

    queryset = PlanRevision.objects.select_related("uploaded_by", "decided_by", "plan__issuer")
    serializer_class = RevisionSerializer
    orderings = ("-number",)
    lookup_url_kwarg = "revision"

    @property
    def plan(self) -> Plan:
        plans = Plan.objects.visible_to(self.request.user).select_related("issuer")
        return get_object_or_404(plans, pk=self.kwargs["plan"])

    def get_queryset(self) -> QuerySet[PlanRevision]:
        return super().get_queryset().visible_to(self.request.user).filter(plan=self.plan)

    def answer(self, pk: int, status: int = 200) -> Response:
        revision = PlanRevision.objects.select_related("uploaded_by", "decided_by", "plan__issuer").get(pk=pk)
        lines = shown(revision)
        waits = revision.status == PlanRevision.Status.PROPOSED
        revision.digest = digest_of(lines) if waits else None
        revision.differences = [line.as_json() for line in lines] if waits else revision.differences
        return Response(RevisionDetailSerializer(revision).data, status=status)

    @extend_schema(
        request={"multipart/form-data": RevisionInput},
        responses={
            201: RevisionDetailSerializer,
            200: OpenApiResponse(RevisionDetailSerializer, "These bytes wait already."),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """导入修订: what a corrected file would change. Nothing changes until it is confirmed."""
        plan = self.plan
        file = RevisionInput.read(request)["file"]
        upload = plan_services.Upload.of(file, file.name)
        revision, created = plan_services.propose(plan, upload, actor=request.user, now=timezone.now())
        return self.answer(revision.pk, 201 if created else 200)

    @extend_schema(responses=RevisionDetailSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """One revision with its differences: as they are now while it waits, else as they were confirmed."""
        return self.answer(self.get_object().pk)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def source(self, request: Request, **kwargs: Any) -> FileResponse:
        """The file as it came: always a download, never shown from our origin."""
        return as_came(self.get_object())

    @extend_schema(request=ConfirmInput, responses=RevisionDetailSerializer)
    def confirm(self, request: Request, **kwargs: Any) -> Response:
        """确认修订: changes items and tasks on the record. Confirmed before, nothing happens."""
        revision = self.get_object()
        given = ConfirmInput.read(request)
        given["expected"] = given.pop("digest")
        services.confirm_revision(revision, actor=request.user, now=timezone.now(), **given)
        return self.answer(revision.pk)

    @extend_schema(request=DiscardInput, responses=RevisionDetailSerializer)
    def discard(self, request: Request, **kwargs: Any) -> Response:
        """放弃: puts it aside; again, nothing happens."""
        revision = self.get_object()
        DiscardInput.read(request)
        plan_services.discard_revision(revision, actor=request.user, now=timezone.now())
        return self.answer(revision.pk)


def as_came(revision: PlanRevision) -> FileResponse:
    try:
        file = revision.file.open("rb")
    except (ValueError, FileNotFoundError):  # the file is lost
        raise Http404 from None
    kind = "application/octet-stream"
    return FileResponse(file, as_attachment=True, filename=revision.file_name, content_type=kind)


ONE = "plans/<int:plan>/revisions/<int:revision>/"
source = RevisionViewSet.as_view({"get": "source"}, content_negotiation_class=WhateverIsAsked)

urlpatterns = [
    path(
        "plans/<int:plan>/revisions/",
        RevisionViewSet.as_view({"get": "list", "post": "create"}, parser_classes=[MultiPartParser]),
        name="revision-list",
    ),
    path(ONE, RevisionViewSet.as_view({"get": "retrieve"}), name="revision-detail"),
    path(f"{ONE}source/", source, name="revision-source"),
    path(f"{ONE}confirm/", RevisionViewSet.as_view({"post": "confirm"}), name="revision-confirm"),
    path(f"{ONE}discard/", RevisionViewSet.as_view({"post": "discard"}), name="revision-discard"),
]
