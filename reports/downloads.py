"""Letters as files: always a download."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from reports.letters.contents import LetterFile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def letter_download(letter: LetterFile) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, letter.name),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(letter.content, content_type=DOCX, headers=headers)
