"""The one shape of an error that a person or a program can act on."""

from typing import Any


class DomainError(Exception):
    """Something the office's rules do not allow, said so that the reader knows what to do.

    `code` is a contract with programs, `message` is for people (official Chinese), `status` is the HTTP
    status an interface answers with, `detail` holds members for programs (field errors, ids).
    """

    code = "not_possible"
    status = 409

    def __init__(
        self, message: str, *, code: str | None = None, status: int | None = None, **detail: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.detail = detail


class InputInvalid(DomainError):
    """What was sent can't be right, whatever the record says."""

    code = "invalid"
    status = 400


class NotAllowed(DomainError):
    """Visible to this person, but not theirs to do."""

    code = "permission_denied"
    status = 403
