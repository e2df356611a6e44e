"""The office's own templates: tried before they are kept."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from reports.letters.forms import sample_of
from reports.letters.language import TemplateFault
from reports.letters.package import MOST_BYTES
from reports.letters.rendering import check_template
from reports.letters.templates import keep_template
from reports.models import LetterTemplate


class LetterTemplateForm(forms.ModelForm):
    class Meta:
        model = LetterTemplate
        fields = ("kind", "department", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = format_html(
                'Word文档（.docx），不超过5 MB，可用标签见<a href="{}">公文模板标签</a>。',
                reverse("letter-tags"),
            )

    def clean(self) -> dict[str, Any]:
        """What is wrong is said while whoever wrote it is there."""
        given = super().clean()
        if "file" in given and "kind" in given:
            self.content = given["file"].read(MOST_BYTES + 1)
            try:
                check_template(self.content, sample_of(given["kind"]))
            except TemplateFault as fault:
                self.add_error("file", f"{fault}。")
        return given


class LetterTemplateAdmin(admin.ModelAdmin):
    """Never changed: a new one takes the place of the one before, which comes back when that is deleted."""

    form = LetterTemplateForm
    list_display = ("name", "kind", "department", "uploaded_by", "uploaded_at")
    list_filter = ("kind",)
    search_fields = ("name", "department__name")
    list_select_related = ("department", "uploaded_by")
    autocomplete_fields = ("department",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: LetterTemplate, form: Any, change: bool) -> None:
        name = form.cleaned_data["file"].name
        keep_template(obj, form.content, name, actor=request.user, now=timezone.now())
