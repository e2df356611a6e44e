"""Rules to be edited; the ledger and the figures to be looked at."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.org.admin import NoDelete, ReadOnly
from reports.letters.admin import LetterTemplateAdmin
from reports.models import (
    Bot,
    Bulletin,
    CalendarFeed,
    Delivery,
    JobRun,
    LetterTemplate,
    Notification,
    Reminder,
    ReminderRule,
    ReportHint,
    ScoreObjection,
    ScoreRule,
    Summary,
    Webhook,
    WebhookDelivery,
)
from reports.scoring.admin import ScoreObjectionAdmin, ScoreRuleAdmin

admin.site.register(LetterTemplate, LetterTemplateAdmin)
admin.site.register(ScoreRule, ScoreRuleAdmin)
admin.site.register(ScoreObjection, ScoreObjectionAdmin)


@admin.register(ReminderRule)
class ReminderRuleAdmin(NoDelete, admin.ModelAdmin):
    """Switched off, never deleted: the ledger names its rules."""

    list_display = ("name", "anchor", "step", "repeat_every", "audiences", "is_active")
    list_filter = ("anchor", "is_active")
    search_fields = ("name",)


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


@admin.register(ReportHint)
class ReportHintAdmin(ReadOnly, admin.ModelAdmin):
    """Whoever supervises the task marks what was looked into, on the page."""

    list_display = ("made_at", "report", "reason", "text", "seen_by", "seen_at")
    list_filter = ("reason", ("seen_at", admin.EmptyFieldListFilter))
    list_select_related = ("report", "seen_by")
    search_fields = ("report__task__code",)
    show_full_result_count = False  # they grow without end


@admin.register(Webhook)
class WebhookAdmin(ReadOnly, admin.ModelAdmin):
    """Whose, to which host, and why one is paused. Neither secret nor address: that may hold a key too."""

    list_display = (
        "user",
        "name",
        "host",
        "is_active",
        "failures",
        "failing_since",
        "paused_at",
        "last_error",
    )
    list_filter = ("is_active", ("paused_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "name")
    fields = (*list_display, "kinds", "created_at", "next_attempt_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Webhook]:
        refused = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), ok=False).order_by("-id")
        webhooks = super().get_queryset(request).without_secret()
        return webhooks.annotate(error=Subquery(refused.values("error")[:1]))

    @admin.display(description="主机")
    def host(self, webhook: Webhook) -> str:
        return urlsplit(webhook.url).hostname or ""

    @admin.display(description="最近失败原因")
    def last_error(self, webhook: Webhook) -> str:
        return webhook.error or ""


class OutcomeFilter(admin.SimpleListFilter):
    """Opens with what somebody must look at."""

    title, parameter_name = "结果", "outcome"
    NAMES = {"": "发送失败", "waiting": "待发送", "sent": "已发送", "dropped": "不再发送"}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(self.NAMES.items())

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        for value, name in self.NAMES.items():
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, ["outcome"])
            yield {"selected": (self.value() or "") == value, "query_string": query, "display": name}

    def queryset(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
        value = self.value() or "dead"
        return deliveries.waiting() if value == "waiting" else deliveries.filter(outcome=value)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        *("to", "notification", "channel", "bot", "outcome", "error"),
        *("attempts", "failures", "twice", "attempted_at", "next_attempt_at"),
    )
    fields = (*list_display, "finished_at")
    list_filter = (OutcomeFilter, "channel")
    search_fields = ("notification__user__username", "notification__user__display_name")
    show_full_result_count = False  # they grow without end
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        found = super().get_queryset(request).select_related("notification__user", "bot")
        return found.defer("bot__url", "notification__text")

    @admin.display(description="收件人")
    def to(self, delivery: Delivery) -> str:
        return str(delivery.notification.user)

    @admin.display(description="可能重复", boolean=True)
    def twice(self, delivery: Delivery) -> bool:
        return delivery.maybe_twice

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reports.change_delivery")

    @admin.action(description="重新发送", permissions=["send_again"])
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        count = Delivery.objects.filter(pk__in=deliveries.values("pk")).send_again(timezone.now())
        messages.success(request, _("{count}条消息将在一分钟内重新发送。").format(count=count))


@admin.register(Bot)
class BotAdmin(ReadOnly, admin.ModelAdmin):
    """Whose, and whether it works. Never its address: that is its key."""

    list_display = ("user", "name", "scheme", "ending", "is_active", "created_at", "removed_at")
    fields = list_display
    list_filter = ("scheme", "is_active")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bot]:
        return super().get_queryset(request).without_url()


@admin.register(Notification)
class NotificationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("created_at", "user", "title", "task", "read_at")
    list_filter = (("read_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "task")
    search_fields = ("user__username", "user__display_name", "task__code")
    date_hierarchy = "created_at"
    show_full_result_count = False  # they grow without end


@admin.register(Bulletin)
class BulletinAdmin(ReadOnly, admin.ModelAdmin):
    """The file itself is fetched on its summary's page."""

    list_display = ("requested_at", "summary", "format", "version", "status", "requested_by", "failure")
    exclude = ("file", "attempt", "claimed_at")
    list_filter = ("status", "format")
    list_select_related = ("summary__department", "requested_by")
    search_fields = ("summary__period", "seal", "sha256")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("called_at", "webhook", "event", "ok", "status", "error", "milliseconds")
    fields = (*list_display, "message_id")
    list_filter = ("ok",)
    search_fields = ("webhook__name", "webhook__user__username", "message_id")
    show_full_result_count = False  # thirty days of calls

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        found = super().get_queryset(request).select_related("webhook__user", "event__task")
        return found.defer("webhook__secret")


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("user", "name", "department", "created_at", "read_at")
    list_select_related = ("user", "department")
    search_fields = ("user__username", "user__display_name", "name")


@admin.register(JobRun)
class JobRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("job", "ran_at", "through")
    search_fields = ("job",)
