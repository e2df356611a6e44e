"""Why a file can't be read, said so that the uploader knows what to do."""

from config.errors import DomainError


class PlanNotReadable(DomainError):
    """The file holds no text that could be a plan."""

    code = "plan_not_readable"
    status = 400


def noted(reason: str) -> str:
    """A reason that stands apart from where it is raised: by this name `make messages` finds it."""
    return reason


TOO_MUCH = noted("文件内容过于复杂，读取超出限制。请打开后另存为新的.docx，或将正文复制为.txt后上传。")
