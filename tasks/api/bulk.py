"""批量办理 over REST."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import LARGEST_ID, StrictInput
from config.days import KNOWN_DAY
from config.lengths import NOTE_LENGTH
from plans.org.api.endpoint import Endpoint
from plans.org.api.fields import DepartmentRefField, DepartmentRefs
from tasks import services
from tasks.services.bulk import BULK_MOVES, Result
from tasks.services.moves import MoveInput
from tasks.states import Outcome, Status


class BulkInput(StrictInput):
    """One move and what it needs (docs/workflow.md), for all of these tasks."""

    move = serializers.ChoiceField(BULK_MOVES)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        allow_empty=False,
        help_text="At most 500; one that comes twice counts once.",
    )
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    dry_run = serializers.BooleanField(required=False, help_text="Tell what would happen, change nothing.")
    lead = DepartmentRefField(required=False)
    cooperating = DepartmentRefs(required=False)
    due_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    outcome = serializers.ChoiceField(Outcome.values, required=False)


class BulkResultSerializer(serializers.Serializer):
    """What came of one task; `code` and `message` where it was refused."""

    id = serializers.IntegerField()
    ok = serializers.BooleanField()
    status = serializers.ChoiceField(
        Status.choices, allow_null=True, help_text="The task's; null where the caller sees none."
    )
    code = serializers.CharField(required=False)
    message = serializers.CharField(required=False)

    def to_representation(self, result: Result) -> dict[str, Any]:
        refusal = result.refusal
        why = {"code": refusal.code, "message": refusal.message} if refusal else {}
        return {"id": result.id, "ok": refusal is None, "status": result.status, **why}


class BulkResultsSerializer(serializers.Serializer):
    results = BulkResultSerializer(many=True)


class BulkView(Endpoint, APIView):
    """批量办理: one move on up to 500 tasks, each on its own."""

    @extend_schema(operation_id="tasks_bulk", request=BulkInput, responses=BulkResultsSerializer)
    def post(self, request: Request, **kwargs: Any) -> Response:
        given = BulkInput.read(request)
        pks, name, dry_run = given.pop("ids"), given.pop("move"), given.pop("dry_run", False)
        results = services.move_many(
            pks, name, actor=request.user, now=timezone.now(), given=MoveInput(**given), dry_run=dry_run
        )
        return Response(BulkResultsSerializer({"results": results}).data)


urlpatterns = [path("tasks/bulk/", BulkView.as_view(), name="task-bulk")]
