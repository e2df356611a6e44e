"""Plans in the admin: to look at. They are changed on their pages, where it is put on the record."""

from django.contrib import admin

from plans.models import Goal, Plan, PlanChange, PlanItem, PlanRevision
from plans.org.admin import ReadOnly


@admin.register(Plan)
class PlanAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("code", "title", "issuer", "year", "status", "released_at")
    list_filter = ("status", "year")
    list_select_related = ("issuer",)
    search_fields = ("code", "title", "document_number")
    # The original is fetched on the plan's page, as a download.
    exclude = ("file", "text", "preamble", "furniture")


@admin.register(PlanItem)
class PlanItemAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("plan", "kind", "path", "heading", "due_on")
    list_filter = ("kind",)
    list_select_related = ("plan",)
    search_fields = ("heading", "plan__code")


@admin.register(PlanChange)
class PlanChangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("at", "plan", "kind", "actor_name")
    list_filter = ("kind",)
    list_select_related = ("plan",)
    search_fields = ("plan__code", "actor_name")
    date_hierarchy = "at"


@admin.register(PlanRevision)
class PlanRevisionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("plan", "number", "status", "file_name", "uploaded_by", "created_at", "decided_by")
    fields = (*list_display, "decided_at", "note")
    list_filter = ("status",)
    list_select_related = ("plan", "uploaded_by", "decided_by")
    search_fields = ("plan__code", "plan__title", "file_name")


@admin.register(Goal)
class GoalAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("item", "keeper")
    list_select_related = ("item", "keeper")
    search_fields = ("item__heading", "item__plan__code", "keeper__name")
