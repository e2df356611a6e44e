"""Tasks and their record in the admin: to look at. Nothing there is changed or deleted, by anybody."""

from django.contrib import admin

from plans.org.admin import ReadOnly
from tasks.models import Report, Task, TaskEvent


@admin.register(Task)
class TaskAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("code", "title", "lead", "status", "progress", "due_on")
    list_filter = ("status",)
    list_select_related = ("lead",)
    search_fields = ("code", "title", "lead__name")
    date_hierarchy = "due_on"


@admin.register(TaskEvent)
class TaskEventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "task", "kind", "actor_name", "status", "progress")
    list_filter = ("kind",)
    list_select_related = ("task",)
    search_fields = ("task__code", "actor_name", "note")
    date_hierarchy = "at"


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("reported_at", "task", "department", "period", "progress", "reported_by")
    list_filter = ("period",)
    list_select_related = ("task", "department", "reported_by")
    search_fields = ("task__code", "done", "department__name")
