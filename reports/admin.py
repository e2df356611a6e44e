"""Rules to be edited; the ledger and the figures to be looked at."""

from django.contrib import admin

from plans.org.admin import NoDelete, ReadOnly
from reports.models import Reminder, ReminderRule, Summary


@admin.register(ReminderRule)
class ReminderRuleAdmin(NoDelete, admin.ModelAdmin):
    """Switched off, never deleted: the ledger names its rules."""

    list_display = ("name", "anchor", "step", "repeat_every", "audiences", "is_active")
    list_filter = ("anchor", "is_active")


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("remind_on", "task", "rule", "step", "audience", "outcome", "number", "recipients")
    list_filter = ("outcome", "audience", "rule")
    list_select_related = ("task", "rule")
    search_fields = ("task__code",)
    show_full_result_count = False  # the ledger grows without end


@admin.register(Summary)
class SummaryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("period", "department", "starts_on", "ends_on", "made_at")
    list_select_related = ("department",)
    search_fields = ("period",)
