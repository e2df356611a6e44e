"""Tasks and their record in the admin: to look at. Nothing there is changed or deleted, by anybody."""

from django.contrib import admin

from plans.org.admin import ReadOnly
from tasks.models import (
    Attachment,
    ChecklistItem,
    Extension,
    Instruction,
    Report,
    ReportPeriod,
    Seal,
    Task,
    TaskEvent,
    TaskTarget,
)


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("code", "title", "lead", "status", "progress", "due_on")
    list_filter = ("status",)
    list_select_related = ("lead",)
    search_fields = ("code", "title", "lead__name")
    date_hierarchy = "due_on"
    show_full_result_count = False


@admin.register(TaskEvent)
class TaskEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "task", "kind", "actor_name", "status", "progress")
    list_filter = ("kind",)
    list_select_related = ("task",)
    search_fields = ("task__code", "actor_name", "note")
    date_hierarchy = "at"
    show_full_result_count = False  # the record grows without end


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("reported_at", "task", "department", "period", "progress", "reported_by")
    date_hierarchy = "reported_at"
    list_select_related = ("task", "department", "reported_by")
    search_fields = ("task__code", "done", "department__name", "period")
    show_full_result_count = False


@admin.register(Extension)
class ExtensionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("asked_at", "task", "from_due_on", "due_on", "status", "asked_by", "decided_by")
    list_filter = ("status",)
    list_select_related = ("task", "asked_by", "decided_by")
    search_fields = ("task__code", "note")
    date_hierarchy = "asked_at"


@admin.register(Instruction)
class InstructionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("given_at", "task", "given_by", "answer_by", "answered_by", "answered_at")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    list_select_related = ("task", "given_by", "answered_by")
    search_fields = ("task__code", "note", "answer")
    date_hierarchy = "given_at"


@admin.register(Attachment)
class AttachmentAdmin(ReadOnly, admin.ModelAdmin):
    """The file itself is fetched on its task's page."""

    list_display = ("uploaded_at", "task", "name", "media_type", "size", "uploaded_by")
    exclude = ("file",)
    list_select_related = ("task", "uploaded_by")
    search_fields = ("task__code", "name", "sha256")
    date_hierarchy = "uploaded_at"
    show_full_result_count = False


@admin.register(ReportPeriod)
class ReportPeriodAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("task", "period", "due_on", "reported_on", "was_missing")
    list_filter = ("was_missing", ("reported_on", admin.EmptyFieldListFilter))
    list_select_related = ("task",)
    search_fields = ("task__code", "period")
    show_full_result_count = False


@admin.register(TaskTarget)
class TaskTargetAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("task", "name", "comparator", "value", "unit", "actual")
    list_select_related = ("task",)
    search_fields = ("task__code", "name")
    show_full_result_count = False


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("task", "ordinal", "text", "done_on")
    list_filter = (("done_on", admin.EmptyFieldListFilter),)
    list_select_related = ("task",)
    search_fields = ("task__code", "text")
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("day", "events", "hash", "sealed_at")
    search_fields = ("hash",)
    date_hierarchy = "day"
