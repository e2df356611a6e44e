"""Why a file can't be read, said so that the uploader knows what to do."""

from config.errors import DomainError


class PlanNotReadable(DomainError):
    """The file holds no text that could be a plan."""

    code = "plan_not_readable"
    status = 400
