"""系统管理: the rules of the score, to which versions are added; objections, to be looked at."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from config.errors import InputInvalid
from plans.org.admin import NoDelete, ReadOnly
from reports.models import ScoreRule
from reports.scoring.rules import add_rule, check_rule


class ScoreRuleForm(forms.ModelForm):
    class Meta:
        model = ScoreRule
        fields = ("anchor", "name", "points", "helper_points", "counts_from", "basis")
        help_texts = {
            "points": "扣分填负数。",
            "helper_points": "共同牵头和配合单位的分值；基础分不用填写。",
            "counts_from": "季度的第一天，如2026-10-01；已结束的季度不能再改。",
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if {"anchor", "points", "counts_from"} <= given.keys():
            today = timezone.localdate()
            try:
                check_rule(given["counts_from"], given["points"], given["anchor"], today=today)
            except InputInvalid as error:
                (wrong,) = error.detail["errors"]
                self.add_error(wrong["field"], error.message)
        return given


class ScoreRuleAdmin(NoDelete, admin.ModelAdmin):
    """A version is never changed: a new one takes its place from a quarter on."""

    form = ScoreRuleForm
    list_display = (
        "name",
        "anchor",
        "version",
        "points",
        "helper_points",
        "counts_from",
        "created_by",
        "basis",
    )
    list_filter = ("anchor",)
    list_select_related = ("created_by",)
    search_fields = ("name", "basis")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ScoreRule, form: ScoreRuleForm, change: bool) -> None:
        made = add_rule(**form.cleaned_data, actor=request.user, now=timezone.now())
        obj.pk, obj.version = made.pk, made.version


class ScoreObjectionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "period",
        "department",
        "anchor",
        "task",
        "raised_by",
        "raised_at",
        "upheld",
        "answered_by",
    )
    list_filter = ("anchor", ("upheld", admin.EmptyFieldListFilter))
    list_select_related = ("department", "task", "raised_by", "answered_by")
    search_fields = ("period", "department__name", "task__code")
    show_full_result_count = False
