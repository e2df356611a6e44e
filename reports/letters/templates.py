"""Which template a letter is filled into: the sender's own or the nearest above it, else ours."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from config.errors import DomainError
from plans.org.models import Department, User
from reports.letters.forms import sample_of
from reports.letters.language import TemplateFault
from reports.letters.rendering import check_template, render
from reports.models import LetterTemplate
from tasks.evidence import clean_name

OURS = Path(__file__).parent / "default"


class TemplateBroken(DomainError):
    """A stored template that no letter can be made from."""

    code = "template_broken"


def line_above(pk: int) -> list[int]:
    """A department and those above it, the nearest first."""
    parents = dict(Department.objects.above([pk]).order_by().values_list("pk", "parent_id"))
    line = [pk]
    while parents.get(line[-1]) is not None:
        line.append(parents[line[-1]])
    return line


def template_for(kind: str, line: list[int]) -> LetterTemplate | None:
    found = LetterTemplate.objects.filter(kind=kind, department__in=line)
    return min(found, key=lambda template: (line.index(template.department_id), -template.pk), default=None)


def filled(kind: str, letter: Any, line: list[int]) -> bytes:
    """Raises TemplateBroken: a bureau that has a form of its own wants no other, so ours does not step in."""
    template = template_for(kind, line)
    if template is None:
        return render((OURS / f"{kind}.docx").read_bytes(), letter)
    try:
        with template.file.open("rb") as file:
            return render(file.read(), letter)
    except (TemplateFault, OSError) as fault:
        said = fault if isinstance(fault, TemplateFault) else "文件不在了"
        message = (
            f"公文模板“{template.name}”（{template.get_kind_display()}）有误：{said}。请联系系统管理员更换。"
        )
        raise TemplateBroken(message, template=template.pk) from None


def keep_template(template: LetterTemplate, content: bytes, name: str, *, actor: User, now: datetime) -> None:
    """Saved with its file once letters can be made from it. Raises TemplateFault; nothing is stored then."""
    check_template(content, sample_of(template.kind))
    template.name, template.sha256 = clean_name(name) or "模板.docx", hashlib.sha256(content).hexdigest()
    template.uploaded_by, template.uploaded_at = actor, now
    template.file = ContentFile(content, "template.docx")
    template.save()
