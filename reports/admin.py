"""Rules to be edited; the ledger and the figures to be looked at."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from reports.models import Reminder, ReminderRule, Summary


class ReadOnlyAdmin(admin.ModelAdmin):
    """What jobs write and nobody corrects."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReminderRule)
class ReminderRuleAdmin(admin.ModelAdmin):
    """Switched off, never deleted: the ledger names its rules."""

    list_display = ("name", "anchor", "step", "repeat_every", "audiences", "is_active")
    list_filter = ("anchor", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("remind_on", "task", "rule", "step", "audience", "outcome", "number", "recipients")
    list_filter = ("outcome", "audience", "rule")
    list_select_related = ("task", "rule")
    search_fields = ("task__code",)
    show_full_result_count = False  # the ledger grows without end


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    list_display = ("period", "department", "starts_on", "ends_on", "made_at")
    list_select_related = ("department",)
    search_fields = ("period",)
