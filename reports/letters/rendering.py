"""A letter filled into a Word template."""

import io

from docx.document import Document
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from reports.letters.fields import Letter, context, sample
from reports.letters.language import Environment, TemplateFault
from reports.letters.package import check_package
from reports.letters.places import check_document

_BROKEN = "模板无法生成公文，请用Word打开后重新另存为.docx再上传"


def render(template: bytes, letter: Letter) -> bytes:
    """The letter as a .docx. Raises TemplateFault."""
    document = opened(template)
    try:
        document.render(context(letter), Environment(), autoescape=True)
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


def check_template(content: bytes, kind: str) -> None:
    """Whether letters can be made from it; tried with made-up tasks. Raises TemplateFault."""
    check_package(content)
    document: Document = opened(content).docx
    check_document(document)
    render(content, sample(kind))
