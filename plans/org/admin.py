"""系统管理: people, departments, posts, days, tokens. Nothing that the record names can be deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from plans.org import sign_in_admin  # noqa: F401
from plans.org.models import ApiToken, Department, DepartmentAlias, Membership, User, Workday

admin.site.site_header = admin.site.site_title = "督查督办系统管理"
admin.site.index_title = "系统管理"
admin.site.unregister(Group)  # roles belong to memberships


class NoDelete:
    """Deactivated, never deleted: the record names it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(NoDelete):
    """To look at. Changes go through the pages and the API, where they are put on the record."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("department",)


class AliasInline(admin.TabularInline):
    model = DepartmentAlias
    extra = 0


@admin.register(User)
class PersonAdmin(NoDelete, UserAdmin):
    list_display = ("username", "display_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("username", "display_name", "email")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email")}),
        ("权限", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("时间", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "display_name", "email", "usable_password", "password1", "password2")},
        ),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("user_permissions",)
    inlines = (MembershipInline,)


@admin.register(Department)
class DepartmentAdmin(NoDelete, admin.ModelAdmin):
    list_display = ("code", "name", "short_name", "parent", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("parent",)
    search_fields = ("code", "name", "short_name", "aliases__name")
    autocomplete_fields = ("parent",)
    inlines = (AliasInline,)


@admin.register(DepartmentAlias)
class AliasAdmin(admin.ModelAdmin):
    list_display = ("name", "department")
    list_select_related = ("department",)
    search_fields = ("name", "department__name", "department__code")
    autocomplete_fields = ("department",)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "department", "role")
    list_filter = ("role",)
    list_select_related = ("user", "department")
    search_fields = ("user__username", "user__display_name", "department__name", "department__code")
    autocomplete_fields = ("user", "department")


@admin.register(Workday)
class WorkdayAdmin(admin.ModelAdmin):
    list_display = ("day", "is_workday", "note")
    list_filter = ("is_workday",)
    date_hierarchy = "day"
    search_fields = ("note",)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Made by `create_token`, which shows the secret once; here they are looked over and withdrawn."""

    list_display = ("user", "name", "scopes", "expires_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__display_name", "name")
    fields = readonly_fields = ("user", "name", "scopes", "expires_at", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
