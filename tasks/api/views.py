"""Tasks over REST: lists, one task with the moves its caller may make, the moves, the record."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from config.api.pagination import KeyPagination
from plans.models import Plan
from plans.org import workdays
from plans.org.api.endpoint import Endpoint
from plans.org.models import User
from tasks import access, rows, services
from tasks.api import serializers
from tasks.api.preconditions import etag, if_match
from tasks.filters import TaskFilterSet
from tasks.models import Attachment, Report, Task, TaskEvent
from tasks.services.moves import MoveInput, TargetActual
from tasks.states import MOVES

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the task as last seen."
)
IF_MATCH_REQUIRED = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the task as last seen."
)


# With the names of who sent them, in one query.
FILES = Prefetch("attachments", Attachment.objects.select_related("event"))


def details(pks: list[int], user: User, *, seen_by: User | None = None) -> list[dict[str, Any]]:
    """These tasks, each with the moves that this user may make now; with `seen_by` only what they see."""
    today, calendar, found = timezone.localdate(), workdays.calendar(), []
    for detail in rows.details(pks, today, calendar, seen_by=seen_by):
        moves = access.allowed_moves(user, detail.task, today=today, calendar=calendar)
        said = ("name", "label", "note_required")
        told = [{name: getattr(move, name) for name in said} for move in moves]
        found.append({**detail.members, "moves": told})
    return found


@extend_schema_view(list=extend_schema(responses=serializers.TaskSerializer))
class TaskViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """重点任务: those the caller sees, and the moves they may make."""

    queryset = Task.objects.all()
    serializer_class = serializers.TaskSerializer
    filterset_class = TaskFilterSet
    pagination_class = KeyPagination
    orderings = ("due_on", "-due_on", "progress", "-updated_at", "id")

    def get_queryset(self) -> QuerySet[Task]:
        return super().get_queryset().visible_to(self.request.user)

    def visible(self) -> Task:
        """The task of this address, or 404: what is not visible does not exist."""
        found = rows.facts(self.kwargs["pk"], self.request.user)
        if found is None:
            raise Http404
        return found

    def answer(self, pk: int, *, seen_by: User | None = None) -> Response:
        """One task; what is not seen by `seen_by` does not exist (404)."""
        found = details([pk], self.request.user, seen_by=seen_by)
        if not found:
            raise Http404
        return Response(found[0], headers={"ETag": etag(found[0]["version"])})

    @extend_schema(responses=serializers.TaskDetailSerializer)
    def retrieve(self, request: Request, pk: int, **kwargs: Any) -> Response:
        """One task, with the moves that the caller may make now."""
        return self.answer(pk, seen_by=request.user)

    @extend_schema(
        request=serializers.TaskEditInput,
        responses=serializers.TaskDetailSerializer,
        parameters=[IF_MATCH_REQUIRED],
    )
    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edits a task: its title, its deadline (then with a note), its reporting cycle or who cooperates."""
        task = self.visible()
        body = serializers.TaskEditInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        services.edit_task(
            task.pk, actor=request.user, now=timezone.now(), version=if_match(request), **given
        )
        return self.answer(task.pk)

    @extend_schema(
        request=serializers.MoveInputSerializer,
        responses=serializers.TaskDetailSerializer,
        parameters=[IF_MATCH, OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(MOVES))],
    )
    def move(self, request: Request, move: str, **kwargs: Any) -> Response:
        """办理: one move of the workflow. What each needs is in docs/workflow.md."""
        task = self.visible()
        body = serializers.MoveInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        targets = [TargetActual(**target) for target in given.pop("targets", [])]
        given = MoveInput(targets=targets, **given)
        version = if_match(request)
        services.make_move(
            task.pk, move, actor=request.user, now=timezone.now(), given=given, version=version
        )
        # Not through visible_to: who has just handed a task on may still see what became of it.
        return self.answer(task.pk)

    def list(self, request: Request, **kwargs: Any) -> Response:
        request.calendar = workdays.calendar()  # the filter of lights needs it too
        pks = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(rows.page(pks, timezone.localdate(), request.calendar))


class OfTask(Endpoint, ListModelMixin, GenericViewSet):
    """What belongs to one task that the caller sees; to any of them, where the address names none."""

    def task(self) -> Task:
        tasks = Task.objects.visible_to(self.request.user)
        return get_object_or_404(tasks.only("pk"), pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset()
        if "pk" in self.kwargs:
            return rows.filter(task=self.task())
        return rows.filter(task__in=Task.objects.visible_to(self.request.user))


class TaskEventViewSet(OfTask):
    """办理记录: everything that happened, oldest first."""

    queryset = TaskEvent.objects.all()
    serializer_class = serializers.EventSerializer
    orderings = ("seq", "-seq")


class TaskReportViewSet(OfTask):
    """进展填报 of the lead and of helpers, side by side, latest first."""

    queryset = Report.objects.select_related("department", "event").prefetch_related(FILES)
    serializer_class = serializers.ReportSerializer
    orderings = ("-id", "id")


class IssueView(Endpoint, APIView):
    """下达: makes a task of every task item that has none yet."""

    @extend_schema(
        operation_id="plans_issue",
        request=serializers.IssueInput,
        responses={
            201: serializers.IssuedSerializer,
            200: OpenApiResponse(
                serializers.IssuedSerializer, "It was issued before: only new items became tasks."
            ),
        },
    )
    def post(self, request: Request, pk: int, **kwargs: Any) -> Response:
        plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
        body = serializers.IssueInput(data=request.data)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        tasks = services.issue_plan(plan, actor=request.user, now=now, **body.validated_data)
        plan.refresh_from_db(fields=["released_at"])
        return Response({"tasks": len(tasks)}, status=201 if plan.released_at == now else 200)
