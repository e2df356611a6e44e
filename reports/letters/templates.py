"""Which template a letter is filled into: the sender's own or the nearest above it, else ours."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from config.errors import DomainError
from plans.org.models import User
from reports.letters.forms import sample_of
from reports.letters.language import TemplateFault
from reports.letters.rendering import check_template, render
from reports.letters.sender import Sender
from reports.models import LetterTemplate
from tasks.evidence import clean_name

OURS = Path(__file__).parent / "default"


class TemplateBroken(DomainError):
    """A stored template that no letter can be made from."""

    code = "template_broken"


def template_for(kind: str, sender: Sender) -> LetterTemplate | None:
    line = sender.ids
    found = LetterTemplate.objects.filter(kind=kind, department__in=line)
    return min(found, key=lambda template: (line.index(template.department_id), -template.pk), default=None)


def filled(kind: str, letter: Any, sender: Sender) -> bytes:
    """Raises TemplateBroken: a bureau that has a form of its own wants no other, so ours does not step in."""
    template = template_for(kind, sender)
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
