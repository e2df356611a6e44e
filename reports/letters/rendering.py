"""A letter filled into a Word template."""

import io
from typing import Any

from docx.document import Document
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from reports.letters.language import Environment, TemplateFault
from reports.letters.package import check_package
from reports.letters.places import check_document
from reports.letters.tags import context

_BROKEN = "模板无法生成公文，请用Word打开后重新另存为.docx再上传"


def render(template: bytes, letter: Any) -> bytes:
    """The letter as a .docx. Raises TemplateFault."""
    document = opened(template)
    try:
        document.render(context(letter), Environment(type(letter)), autoescape=True)
        made = io.BytesIO()
        document.save(made)
    except TemplateFault:
        raise
    except TemplateError as error:
        raise TemplateFault(f"标签写法有误：{error.message}") from None
    # Whatever python-docx and docxtpl stumble over in a file that somebody made.
    except Exception:
        raise TemplateFault(_BROKEN) from None
    return made.getvalue()


def opened(template: bytes) -> DocxTemplate:
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.init_docx()
    except Exception:
        raise TemplateFault(_BROKEN) from None
    return document


def check_template(content: bytes, sample: Any) -> None:
    """Whether such letters can be made from it; tried with this made-up one. Raises TemplateFault."""
    check_package(content)
    document: Document = opened(content).docx
    check_document(document, type(sample))
    render(content, sample)
