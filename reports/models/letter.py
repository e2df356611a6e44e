"""The office's own Word templates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.org.models import Department, User


def stored_template_name(template: "LetterTemplate", _uploaded_name: str) -> str:
    """Named by content, never by the uploader."""
    return f"templates/{template.sha256}.docx"


class LetterTemplate(models.Model):
    """A bureau's own form of a letter (红头); without one, ours is used. The latest counts."""

    class Kind(models.TextChoices):
        NOTICE = "notice", _("督查通知单")
        URGE = "urge", _("催办函")
        BULLETIN = "bulletin", _("通报")

    kind = models.CharField("文种", max_length=16, choices=Kind.choices)
    # For letters of this department and those below it that have none of their own.
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="letter_templates", verbose_name="发文单位"
    )
    file = models.FileField("文件", upload_to=stored_template_name, max_length=100)
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("校验值", max_length=64, editable=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "公文模板"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["notice", "urge", "bulletin"]),
                name="reports_template_known_kind",
            )
        ]
        indexes = [models.Index("department", "kind", name="reports_template_of_department")]

    def __str__(self) -> str:
        return self.name
