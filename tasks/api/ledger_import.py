"""台账导入: an office's ledger in Excel or CSV; what each line did."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.serializers import StrictInput
from plans import services as plan_services
from plans.models import Plan
from plans.org.api.endpoint import Endpoint
from tasks import services
from tasks.services.ledger import Imported, RowResult

ACTIONS = ("created", "updated", "unchanged", "refused")


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string"}], "description": "A plan's id or code."}
)
class PlanRefField(serializers.Field):
    """A plan that the caller sees, by code or id."""

    def to_internal_value(self, data: Any) -> Plan:
        ref = str(data).replace("\0", "")
        plans = Plan.objects.visible_to(self.context["user"]).defer("text")
        is_id = ref.isascii() and ref.isdigit() and len(ref) < 19
        found = plans.filter(code=ref).first() or (is_id and plans.filter(pk=int(ref)).first())
        if not found:
            raise serializers.ValidationError(f"没有这个计划：{ref[:50]}。", code="plan_unknown")
        return found


class ImportInput(StrictInput):
    file = serializers.FileField(allow_empty_file=True, max_length=255, help_text="xlsx or csv")
    plan = PlanRefField(required=False, help_text="Where lines of no known code belong.")
    dry_run = serializers.BooleanField(default=False)


class RowSerializer(serializers.Serializer):
    """What one line did. What does not apply is left out."""

    row = serializers.IntegerField(help_text="As Excel counts.")
    sheet = serializers.CharField(required=False)
    code = serializers.CharField(help_text="The task's; empty where there is none.")
    action = serializers.ChoiceField(ACTIONS)
    changes = serializers.DictField(
        child=serializers.ListField(), required=False, help_text="Field: [old, new]; departments by name."
    )
    ignored = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Columns that differ from the task and that an import does not change.",
    )
    error = serializers.CharField(required=False, help_text="Why it was refused: a code.")
    message = serializers.CharField(required=False)


class ImportedSerializer(serializers.Serializer):
    results = RowSerializer(many=True)
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What was not read.")


def row_json(result: RowResult) -> dict[str, Any]:
    optional = {
        "sheet": result.sheet,
        "changes": result.changes,
        "ignored": result.ignored,
        "error": result.error,
        "message": result.message,
    }
    told = {name: value for name, value in optional.items() if value}
    return {"row": result.row, "code": result.code, "action": result.action, **told}


def imported_json(imported: Imported) -> dict[str, Any]:
    counts = {action: imported.count(action) for action in ACTIONS}
    return {
        "results": [row_json(result) for result in imported.results],
        **counts,
        "warnings": imported.warnings,
    }


class ImportView(Endpoint, APIView):
    """Tasks by their codes: what differs is updated, what is new begins where it stands; twice is once."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="tasks_import",
        request={"multipart/form-data": ImportInput},
        responses=ImportedSerializer,
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        body = ImportInput(data=request.data, context={"user": request.user})
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        file = given.pop("file")
        upload = plan_services.Upload.of(file, file.name)
        imported = services.import_ledger(upload, actor=request.user, now=timezone.now(), **given)
        return Response(imported_json(imported))
