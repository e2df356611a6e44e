"""Tasks, their record and their moves as JSON."""

from rest_framework import serializers

from config.api.serializers import LARGEST_ID, QuantityField, StrictInput
from config.days import KNOWN_DAY
from config.lengths import NOTE_LENGTH, TITLE_LENGTH
from plans.api.serializers import PlanShort
from plans.models import PlanItem, Target
from plans.org.api.fields import DepartmentRefField, DepartmentRefs, DepartmentShort
from tasks.lights import Light
from tasks.models import Attachment, ChecklistItem, Helper, Report, Task, TaskEvent
from tasks.states import Outcome, Status


class HelperSerializer(DepartmentShort):
    role = serializers.ChoiceField(Helper.Role.choices)


class TaskTargetSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    comparator = serializers.ChoiceField(Target.Comparator.choices)
    value = serializers.FloatField()
    value_max = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    actual = serializers.FloatField(allow_null=True)


class TaskSerializer(serializers.Serializer):
    """What a row is: for the schema. PostgreSQL writes it (tasks.rows)."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    plan = PlanShort()
    item_path = serializers.CharField()
    lead = DepartmentShort()
    cooperating = HelperSerializer(many=True)
    due_on = serializers.DateField()
    original_due_on = serializers.DateField()
    deadline_kind = serializers.ChoiceField(PlanItem.DeadlineKind.choices)
    reporting_cycle = serializers.ChoiceField(Task.Cycle.choices)
    status = serializers.ChoiceField(Status.choices)
    progress = serializers.IntegerField()
    light = serializers.ChoiceField(Light.choices)
    red_on = serializers.DateField(allow_null=True, help_text="The day on which it turns, or turned, red.")
    is_overdue = serializers.BooleanField()
    days_overdue = serializers.IntegerField()
    completed_on = serializers.DateField(allow_null=True)
    was_late = serializers.BooleanField()
    targets = TaskTargetSerializer(many=True)
    version = serializers.IntegerField()
    assigned_on = serializers.DateField()
    updated_at = serializers.DateTimeField()


class MoveSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    note_required = serializers.BooleanField()


class ChildSerializer(serializers.Serializer):
    """A part of a split task."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    lead = DepartmentShort()
    status = serializers.ChoiceField(Status.choices)
    progress = serializers.IntegerField()
    due_on = serializers.DateField()


class ChecklistSerializer(serializers.ModelSerializer):
    class Meta:
        model = ChecklistItem
        fields = ["id", "text", "done_on"]


class TaskDetailSerializer(TaskSerializer):
    """Besides: `moves`, those this caller may make now."""

    etag = True
    moves = MoveSerializer(many=True)
    children = ChildSerializer(many=True)
    checklist = ChecklistSerializer(many=True)


class HelperStateSerializer(serializers.Serializer):
    department = serializers.IntegerField()
    role = serializers.CharField()


class EventSerializer(serializers.ModelSerializer):
    """A line of the record; the fields from `status` on are the task's state after it."""

    actor = serializers.IntegerField(source="actor_id", allow_null=True)
    lead = serializers.IntegerField(source="lead_id")
    task = serializers.IntegerField(source="task_id")
    helpers = HelperStateSerializer(many=True)
    label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = TaskEvent
        fields = [
            *(
                "id",
                "task",
                "seq",
                "kind",
                "label",
                "actor",
                "actor_name",
                "note",
                "data",
                "at",
                "status",
                "progress",
            ),
            *("due_on", "lead", "helpers", "deadline_kind", "assigned_on", "accepted_on", "submitted_on"),
            *("completed_on", "was_late", "previous_hash", "hash"),
        ]


class AttachmentSerializer(serializers.ModelSerializer):
    """A file's description; its bytes are at `file/` below its address."""

    report = serializers.IntegerField(source="report_id", allow_null=True)
    uploaded_by = serializers.CharField(source="event.actor_name")

    class Meta:
        model = Attachment
        fields = ["id", "name", "sha256", "size", "media_type", "report", "uploaded_by", "uploaded_at"]


class ReportSerializer(serializers.ModelSerializer):
    department = DepartmentShort()
    reported_by = serializers.CharField(source="event.actor_name")
    attachments = AttachmentSerializer(many=True)

    class Meta:
        model = Report
        fields = [
            *(
                "id",
                "department",
                "period",
                "progress",
                "done",
                "problems",
                "next_steps",
                "reported_by",
                "reported_at",
                "attachments",
            ),
        ]


class NoteInput(StrictInput):
    """A note; which acts need one is in the table (docs/workflow.md)."""

    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")


class TargetActualInput(StrictInput):
    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    actual = QuantityField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class MoveInputSerializer(StrictInput):
    """What a move may bring along; what each needs is in the table of moves (docs/workflow.md)."""

    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    progress = serializers.IntegerField(min_value=0, max_value=100, required=False)
    problems = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    next_steps = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
    targets = TargetActualInput(many=True, required=False)
    lead = DepartmentRefField(required=False)
    cooperating = DepartmentRefs(required=False)
    due_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    outcome = serializers.ChoiceField(Outcome.values, required=False)
    period = serializers.CharField(
        max_length=10,
        required=False,
        allow_blank=True,
        help_text="Of which period a report tells: the one that is asked for, unless it is named.",
    )


class TaskEditInput(StrictInput):
    title = serializers.CharField(max_length=TITLE_LENGTH, required=False)
    due_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    cooperating = DepartmentRefs(required=False)
    reporting_cycle = serializers.ChoiceField(Task.Cycle.choices, required=False)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class IssueInput(StrictInput):
    default_lead = DepartmentRefField(required=False)
    default_due_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    reporting_cycle = serializers.ChoiceField(
        Task.Cycle.choices, required=False, help_text="Of tasks whose plan text states none."
    )


class IssuedSerializer(serializers.Serializer):
    tasks = serializers.IntegerField(help_text="How many tasks this call made.")
