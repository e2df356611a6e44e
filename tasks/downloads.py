"""Files as departments sent them: always a download, which no browser shows or runs."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from plans.org.models import User
from tasks.models import Attachment, Task


def find_attachment(user: User, task: int, pk: int) -> Attachment:
    """For whoever sees the task. Raises Http404."""
    seen = Task.objects.visible_to(user).filter(pk=task)
    return get_object_or_404(Attachment.objects.select_related("event", "task").filter(task__in=seen), pk=pk)


def as_download(attachment: Attachment) -> FileResponse:
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
