"""Plans, items and goals as JSON."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from config.api.serializers import LARGEST_ID, QuantityField, StrictInput, number
from config.days import FIRST_YEAR, KNOWN_DAY, LAST_YEAR
from config.lengths import BODY_LENGTH, NOTE_LENGTH, TITLE_LENGTH
from plans.models import Goal, GoalActual, ItemOwner, Plan, PlanItem, Target
from plans.org.api.fields import DepartmentRefField, DepartmentRefs, DepartmentShort, department_json

HELPER_ROLES = [choice for choice in ItemOwner.Role.choices if choice[0] != ItemOwner.Role.LEAD]


class WarningSerializer(serializers.Serializer):
    """What the reader was unsure about, and where in the text."""

    code = serializers.CharField()
    message = serializers.CharField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)


class PlanShort(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()


class ProgressSerializer(serializers.Serializer):
    """Which step of how many a job is at that reads a large file."""

    step = serializers.ChoiceField(Plan.Step.choices)
    label = serializers.CharField()
    number = serializers.IntegerField()
    steps = serializers.IntegerField()


class PlanSerializer(serializers.ModelSerializer):
    issuer = DepartmentShort()
    progress = ProgressSerializer(allow_null=True, help_text="Null unless the status is `parsing`.")
    warnings = WarningSerializer(many=True)

    class Meta:
        model = Plan
        fields = [
            *(
                "id",
                "code",
                "title",
                "issuer",
                "issuer_text",
                "document_number",
                "year",
                "issued_on",
                "status",
            ),
            *("progress", "failure", "file_name", "sha256", "warnings", "created_at", "released_at"),
        ]


class TargetSerializer(serializers.ModelSerializer):
    value = QuantityField()
    value_max = QuantityField(allow_null=True)

    class Meta:
        model = Target
        fields = ["id", "name", "comparator", "value", "value_max", "unit", "start", "end"]


class ItemUnitSerializer(serializers.Serializer):
    """A unit beside the lead: resolved to a department, or as printed with the rest null."""

    id = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(HELPER_ROLES)
    printed = serializers.CharField()


class DeadlineSerializer(serializers.Serializer):
    text = serializers.CharField()
    kind = serializers.ChoiceField(["by", "recurring", "ongoing"])
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)


class PlanItemSerializer(serializers.ModelSerializer):
    lead = DepartmentShort(allow_null=True)
    lead_text = serializers.CharField(help_text="The lead as the plan prints it.")
    cooperating = ItemUnitSerializer(many=True)
    deadline = DeadlineSerializer(allow_null=True)
    targets = TargetSerializer(many=True)
    confirmed = serializers.BooleanField(help_text="已确认: a person looked at what was read.")

    class Meta:
        model = PlanItem
        fields = [
            *("id", "parent", "kind", "number", "path", "heading", "body", "start", "end"),
            *("lead", "lead_text", "cooperating", "due_on", "deadline", "targets"),
            *("continues", "confirmed", "withdrawn_at"),
        ]

    def to_representation(self, item: PlanItem) -> dict[str, Any]:
        owners = list(item.owners.all())
        lead = next((owner for owner in owners if owner.role == "lead"), None)
        units = [
            {
                **(department_json(owner.department) or {"id": None, "code": None, "name": None}),
                "role": owner.role,
                "printed": owner.printed,
            }
            for owner in owners
            if owner.role != "lead"
        ]
        span = {"start": item.deadline_start, "end": item.deadline_end}
        deadline = (
            {"text": item.deadline_text, "kind": item.deadline_kind, **span} if item.deadline_kind else None
        )
        plain = ("id", "kind", "number", "path", "heading", "body", "start", "end")
        return {
            **{name: getattr(item, name) for name in plain},
            "parent": item.parent_id,
            "lead": department_json(lead and lead.department),
            "lead_text": lead.printed if lead else "",
            "cooperating": units,
            "due_on": item.due_on and item.due_on.isoformat(),
            "deadline": deadline,
            "targets": TargetSerializer(item.targets.all(), many=True).data,
            "continues": item.continues_id,
            "confirmed": item.confirmed_at is not None,
            "withdrawn_at": item.withdrawn_at and timezone.localtime(item.withdrawn_at).isoformat(),
        }


class PlanDetailSerializer(PlanSerializer):
    items = PlanItemSerializer(many=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "items"]


class UploadInput(StrictInput):
    file = serializers.FileField(allow_empty_file=True, max_length=255)
    title = serializers.CharField(max_length=300, required=False)
    issuer = DepartmentRefField(required=False)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)


class UnresolvedNameSerializer(serializers.Serializer):
    """A printed unit that means no department yet: how many items name it, and where it stands first."""

    name = serializers.CharField()
    items = serializers.IntegerField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    suggestions = DepartmentShort(many=True)


class UnresolvedListSerializer(serializers.Serializer):
    """All of them on one page."""

    next = serializers.URLField(allow_null=True, default=None)
    previous = serializers.URLField(allow_null=True, default=None)
    results = UnresolvedNameSerializer(many=True)


class ResolveNameInput(StrictInput):
    name = serializers.CharField(max_length=100)
    department = DepartmentRefField()


class ResolvedSerializer(serializers.Serializer):
    """How many items changed, in how many drafts."""

    items = serializers.IntegerField()
    plans = serializers.IntegerField()


class ItemChangeInput(StrictInput):
    kind = serializers.ChoiceField(PlanItem.Kind.choices, required=False)
    heading = serializers.CharField(max_length=TITLE_LENGTH, required=False)
    lead = DepartmentRefField(required=False, allow_null=True)
    cooperating = DepartmentRefs(required=False)
    due_on = serializers.DateField(required=False, allow_null=True, validators=KNOWN_DAY)
    continues = serializers.IntegerField(
        required=False, allow_null=True, help_text="Null: it takes nothing over from an older plan."
    )

    confirmed = serializers.BooleanField(
        required=False, help_text="A correction confirms by itself; false: it is to be looked at again."
    )

    def validate_continues(self, value: int | None) -> None:
        if value is not None:
            raise serializers.ValidationError("这里只能取消结转（null），结转请用 carry/。")


class NewItemInput(ItemChangeInput):
    continues = confirmed = None
    kind = serializers.ChoiceField(PlanItem.Kind.choices, default="task")
    heading = serializers.CharField(max_length=TITLE_LENGTH)
    body = serializers.CharField(max_length=BODY_LENGTH, required=False)
    number = serializers.CharField(max_length=50, required=False)


class GoalTargetSerializer(TargetSerializer):
    actual = serializers.SerializerMethodField()
    measured_on = serializers.SerializerMethodField()

    class Meta(TargetSerializer.Meta):
        fields = [*TargetSerializer.Meta.fields, "actual", "measured_on"]

    def latest(self, target: Target) -> GoalActual | None:
        return max(target.actuals.all(), key=lambda actual: (actual.measured_on, actual.pk), default=None)

    def get_actual(self, target: Target) -> float | None:
        latest = self.latest(target)
        return number(latest.value) if latest else None

    def get_measured_on(self, target: Target) -> str | None:
        latest = self.latest(target)
        return latest.measured_on.isoformat() if latest else None


class GoalSerializer(serializers.ModelSerializer):
    item = serializers.IntegerField(source="item_id")
    heading = serializers.CharField(source="item.heading")
    path = serializers.CharField(source="item.path")
    keeper = DepartmentShort(allow_null=True)
    targets = GoalTargetSerializer(many=True, source="item.targets.all")

    class Meta:
        model = Goal
        fields = ["id", "item", "path", "heading", "keeper", "targets"]


class GoalKeeperInput(StrictInput):
    keeper = DepartmentRefField(allow_null=True)


class GoalActualSerializer(serializers.ModelSerializer):
    value = QuantityField()
    stated_by = serializers.StringRelatedField()

    class Meta:
        model = GoalActual
        fields = ["id", "target", "value", "measured_on", "note", "stated_by", "stated_at"]


class GoalActualInput(StrictInput):
    target = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    value = QuantityField()
    measured_on = serializers.DateField(required=False, validators=KNOWN_DAY)
    note = serializers.CharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
