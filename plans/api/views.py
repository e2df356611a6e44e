"""Plans over REST: upload, review, correct; goals and their figures."""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from config.errors import InputInvalid
from plans import jobs, services
from plans.api import serializers
from plans.filters import PlanFilterSet
from plans.models import Goal, GoalActual, ItemOwner, Plan, PlanItem
from plans.org.api.endpoint import Endpoint
from plans.unresolved import unresolved_names

# With their departments in one query.
OWNERS = Prefetch("owners", ItemOwner.objects.select_related("department"))


def validated(serializer_class: type, request: Request) -> dict[str, Any]:
    body = serializer_class(data=request.data)
    body.is_valid(raise_exception=True)
    return body.validated_data


@extend_schema_view(
    list=extend_schema(responses=serializers.PlanSerializer, description="工作计划 that the caller sees.")
)
class PlanViewSet(Endpoint, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """工作计划: upload a file, see what was read, take it back while it is a draft."""

    queryset = Plan.objects.select_related("issuer").defer("text")
    serializer_class = serializers.PlanDetailSerializer
    filterset_class = PlanFilterSet
    orderings = ("-id", "id")

    def get_queryset(self) -> QuerySet[Plan]:
        return super().get_queryset().visible_to(self.request.user)

    def get_serializer_class(self) -> type:
        return serializers.PlanSerializer if self.action == "list" else serializers.PlanDetailSerializer

    def get_parsers(self) -> list[Any]:
        return (
            [MultiPartParser()] if self.request and self.request.method == "POST" else super().get_parsers()
        )

    def answer(self, plan: Plan, status: int) -> Response:
        items = plan.items.prefetch_related(OWNERS, "targets")
        data = {
            **serializers.PlanSerializer(plan).data,
            "items": serializers.PlanItemSerializer(items, many=True).data,
        }
        return Response(data, status=status)

    @extend_schema(
        request={"multipart/form-data": serializers.UploadInput},
        responses={
            201: serializers.PlanDetailSerializer,
            200: OpenApiResponse(serializers.PlanDetailSerializer, "These bytes were there already."),
            202: OpenApiResponse(serializers.PlanDetailSerializer, "Large: it is read in the background."),
        },
    )
    def create(self, request: Request, **kwargs: Any) -> Response:
        """上传: makes a draft of a plan's file. The same bytes again are the same plan."""
        given = validated(serializers.UploadInput, request)
        file = given.pop("file")
        upload = services.Upload.of(file, file.name, **given)
        plan, created = services.import_plan(upload, actor=request.user, now=timezone.now())
        if plan.status == Plan.Status.PARSING:
            kick_reading(plan.pk)
            return self.answer(plan, 202)
        return self.answer(plan, 201 if created else 200)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One plan with its items."""
        return self.answer(self.get_object(), 200)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Takes a plan back while it is a draft."""
        services.delete_draft(self.get_object(), actor=request.user)
        return Response(status=204)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def source(self, request: Request, **kwargs: Any) -> FileResponse:
        """The file as it came: always a download, never shown from our origin."""
        plan = self.get_object()
        try:
            file = plan.file.open("rb")
        except (ValueError, FileNotFoundError):  # it came without one, or the file is lost
            raise Http404 from None
        response = FileResponse(file, as_attachment=True, filename=plan.file_name)
        response["Content-Type"] = "application/octet-stream"
        return response


def kick_reading(pk: int) -> None:
    """Ask a worker to read it now. With the broker down the sweeper finds the row within a minute."""

    def kick() -> None:
        jobs.read_plan.delay(pk)

    transaction.on_commit(kick, robust=True)


class InPlan(Endpoint, GenericViewSet):
    """What lives inside one plan that the caller sees."""

    @property
    def plan(self) -> Plan:
        return get_object_or_404(Plan.objects.visible_to(self.request.user), pk=self.kwargs["plan"])


class UnresolvedViewSet(InPlan):
    """未对应的单位: printed names that mean no department yet; answered once, each is known from then on."""

    @extend_schema(responses=serializers.UnresolvedListSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        found = {"next": None, "previous": None, "results": unresolved_names(self.plan)}
        return Response(serializers.UnresolvedListSerializer(found).data)

    @extend_schema(request=serializers.ResolveNameInput, responses=serializers.ResolvedSerializer)
    def resolve(self, request: Request, **kwargs: Any) -> Response:
        """Says which department a printed name means: here, in the other drafts, and from now on."""
        plan = self.plan
        given = validated(serializers.ResolveNameInput, request)
        resolved = services.resolve_name(plan, **given, actor=request.user, now=timezone.now())
        return Response(serializers.ResolvedSerializer(resolved).data)


@extend_schema_view(retrieve=extend_schema(description="One item of a plan."))
class PlanItemViewSet(ListModelMixin, RetrieveModelMixin, InPlan):
    """条目, in reading order; corrected until the plan is issued."""

    queryset = PlanItem.objects.prefetch_related(OWNERS, "targets")
    serializer_class = serializers.PlanItemSerializer
    orderings = ("ordinal",)
    lookup_url_kwarg = "item"

    def get_queryset(self) -> QuerySet[PlanItem]:
        return super().get_queryset().filter(plan=self.plan)

    @extend_schema(request=serializers.NewItemInput, responses={201: serializers.PlanItemSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """动态调整: adds an item at the end, to an issued plan too."""
        plan = self.plan
        given = validated(serializers.NewItemInput, request)
        item = services.add_item(plan, actor=request.user, now=timezone.now(), **given)
        return Response(self.get_serializer(self.get_queryset().get(pk=item.pk)).data, status=201)

    @extend_schema(request=serializers.ItemChangeInput, responses=serializers.PlanItemSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Corrects what was recognised, until the plan is issued."""
        item = self.get_object()
        given = validated(serializers.ItemChangeInput, request)
        item = services.change_item(item, actor=request.user, now=timezone.now(), **given)
        return Response(self.get_serializer(item).data)


@extend_schema_view(retrieve=extend_schema(description="One goal of a plan."))
class GoalViewSet(ListModelMixin, RetrieveModelMixin, InPlan):
    """主要目标, each with its figures' latest actual and the department that keeps them."""

    queryset = Goal.objects.select_related("item__plan", "keeper").prefetch_related("item__targets__actuals")
    serializer_class = serializers.GoalSerializer
    orderings = ("id",)
    lookup_url_kwarg = "goal"

    def get_queryset(self) -> QuerySet[Goal]:
        return super().get_queryset().filter(item__plan=self.plan, item__withdrawn_at=None)

    @extend_schema(request=serializers.GoalKeeperInput, responses=serializers.GoalSerializer)
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Says which department keeps a goal's figures."""
        goal = self.get_object()
        given = validated(serializers.GoalKeeperInput, request)
        services.set_goal_keeper(goal, given["keeper"], actor=request.user, now=timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


class GoalActualViewSet(ListModelMixin, InPlan):
    """What a goal's figures had reached when. A correction is a later one."""

    queryset = GoalActual.objects.select_related("stated_by")
    serializer_class = serializers.GoalActualSerializer
    orderings = ("measured_on",)

    @property
    def goal(self) -> Goal:
        goals = Goal.objects.select_related("item__plan").filter(item__plan=self.plan)
        return get_object_or_404(goals, pk=self.kwargs["goal"])

    def get_queryset(self) -> QuerySet[GoalActual]:
        return super().get_queryset().filter(target__item__goal=self.goal)

    @extend_schema(request=serializers.GoalActualInput, responses={201: serializers.GoalActualSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """States what a goal's figure had reached on a day."""
        goal, now = self.goal, timezone.now()
        given = validated(serializers.GoalActualInput, request)
        target = goal.item.targets.filter(pk=given["target"]).first()
        if target is None:
            raise InputInvalid("该指标不属于这个目标。", code="target_unknown")
        given |= {"target": target, "measured_on": given.get("measured_on") or timezone.localdate(now)}
        actual = services.state_goal_actual(goal, actor=request.user, now=now, **given)
        return Response(self.get_serializer(actual).data, status=201)
