"""系统管理 of signing in: who came in, who is locked out, whose second factor is set up anew."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _


class Looked(admin.ModelAdmin):
    """To look at; what may be taken back is deleted."""

    show_full_result_count = False  # they grow
    actions = None

    def has_add_permission(self, *_: object) -> bool:
        return False

    def has_change_permission(self, *_: object) -> bool:
        return False


class Kept(Looked):
    """Logs: a job forgets them when they are old enough (config.jobs)."""

    def has_delete_permission(self, *_: object) -> bool:
        return False


class AttemptAdmin(Looked):
    """Deleting these rows unlocks: the name is free to try again at once."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "user_agent")
    fields = (*list_display, "path_info")
    search_fields = ("username", "ip_address")
    date_hierarchy = "attempt_time"
    actions = ("unlock",)

    @admin.action(description="解除锁定", permissions=["delete"])
    def unlock(self, request: HttpRequest, attempts: QuerySet[AccessAttempt]) -> None:
        names = sorted({attempt.username or "" for attempt in attempts})
        attempts.delete()
        messages.success(request, _("已解除锁定：{value}。").format(value="、".join(names)))


class VisitAdmin(Kept):
    list_display = ("attempt_time", "username", "ip_address", "logout_time", "user_agent")
    fields = list_display
    search_fields = ("username", "ip_address")
    date_hierarchy = "attempt_time"


class FailureAdmin(Kept):
    list_display = ("attempt_time", "username", "ip_address", "locked_out", "user_agent")
    fields = list_display
    list_filter = ("locked_out",)
    search_fields = ("username", "ip_address")
    date_hierarchy = "attempt_time"


class SecondFactorAdmin(Looked):
    """Deleting a person's rows lets them set it up anew, with a new telephone. Never shows the secret."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = list_display
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name")
    actions = ("delete_selected",)


class SingleSignOnAdmin(Looked):
    """Deleting unbinds: at the next sign-in the user is found anew (OIDC_MATCH)."""

    list_display = ("user", "uid", "date_joined", "last_login")
    fields = list_display
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "uid")
    actions = ("delete_selected",)


# The libraries have no Chinese names, or other words than ours.
NAMED: dict[type[Model], tuple[str, type[admin.ModelAdmin]]] = {
    AccessAttempt: ("登录失败计数", AttemptAdmin),
    AccessLog: ("登录日志", VisitAdmin),
    AccessFailureLog: ("登录失败日志", FailureAdmin),
    Authenticator: ("二次验证", SecondFactorAdmin),
    SocialAccount: ("单点登录绑定", SingleSignOnAdmin),
}
COLUMNS = {
    **{"attempt_time": "时间", "username": "用户名", "ip_address": "地址", "user_agent": "浏览器"},
    **{
        "failures_since_start": "失败次数",
        "path_info": "页面",
        "logout_time": "退出时间",
        "locked_out": "已锁定",
    },
    **{"user": "用户", "type": "方式", "created_at": "启用时间", "last_used_at": "最近使用"},
    **{"uid": "认证方编号", "date_joined": "绑定时间", "last_login": "最近登录"},
}
# Issuers come from the environment, addresses are the users' own: nothing to be done there.
for unused in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(unused)
for model, (name, entry) in NAMED.items():
    model._meta.verbose_name = model._meta.verbose_name_plural = name
    for column in entry.fields:
        model._meta.get_field(column).verbose_name = COLUMNS[column]
    admin.site.register(model, entry)
for label, name in (("axes", "登录安全"), ("mfa", "二次验证"), ("socialaccount", "单点登录")):
    apps.get_app_config(label).verbose_name = name
