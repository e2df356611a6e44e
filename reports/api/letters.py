"""督查通知单 and 催办函 over REST: Word files about tasks as they stand."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from config.api.views import StrictQuery, WhateverIsAsked
from plans.org.models import Department
from reports.api.serializers import ReportQuery
from reports.downloads import DOCX, letter_download
from reports.letters.contents import LETTERS, letter_of_department, letter_of_task
from reports.models import LetterTemplate
from tasks.models import Task

KIND = OpenApiParameter(
    "kind",
    str,
    enum=[kind.value for kind in LETTERS],
    required=True,
    examples=[OpenApiExample("督查通知单", LetterTemplate.Kind.NOTICE.value)],
    description="`notice` 督查通知单: what is asked. `urge` 催办函: what is late.",
)
PLAN = OpenApiParameter("plan", int, description="Only this plan's tasks.")
FILE = {(200, DOCX): OpenApiTypes.BINARY}


class TaskLetterQuery(ReportQuery):
    plan = department = as_of = None
    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in LETTERS])


class DepartmentLetterQuery(ReportQuery):
    department = as_of = None
    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in LETTERS])


class LetterView(StrictQuery, APIView):
    """Fetching a letter leaves nothing on the record."""

    content_negotiation_class = WhateverIsAsked
    also_refused_with = (403, 409)
    query: type[ReportQuery]

    def asked(self, request: Request) -> dict[str, Any]:
        query = self.query(data=request.query_params.dict(), context={"user": request.user})
        query.is_valid(raise_exception=True)
        return query.validated_data


class TaskLetterView(LetterView):
    """The letter about one task, for those who oversee it and for its lead."""

    parameters = frozenset({"kind"})
    query = TaskLetterQuery

    @extend_schema(operation_id="task_letter", parameters=[KIND], responses=FILE)
    def get(self, request: Request, pk: int, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        get_object_or_404(Task.objects.visible_to(request.user).only("pk"), pk=pk)
        try:
            return letter_download(letter_of_task(pk, **self.asked(request), user=request.user, today=today))
        except Task.DoesNotExist:
            raise Http404 from None


class DepartmentLetterView(LetterView):
    """One letter about all the tasks that a department leads: those to do, or those that are late."""

    parameters = frozenset({"kind", "plan"})
    query = DepartmentLetterQuery

    @property
    def departments(self) -> QuerySet[Department]:
        return Department.objects.visible_to(self.request.user)

    @extend_schema(operation_id="department_letter", parameters=[KIND, PLAN], responses=FILE)
    def get(self, request: Request, pk: int, **kwargs: Any) -> HttpResponse:
        department = get_object_or_404(self.departments, pk=pk)
        asked = {"plan": None} | self.asked(request)
        made = letter_of_department(department, **asked, user=request.user, today=timezone.localdate())
        return letter_download(made)


urlpatterns = [
    path("tasks/<int:pk>/letter/", TaskLetterView.as_view(), name="task-letter"),
    path("departments/<int:pk>/letter/", DepartmentLetterView.as_view(), name="department-letter"),
]
