"""Letters and bulletins as files: always a download."""

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from reports.bulletins.files import name_of
from reports.letters.contents import LetterFile
from reports.models import Bulletin

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {Bulletin.Format.DOCX: DOCX, Bulletin.Format.XLSX: XLSX}


PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def letter_download(letter: LetterFile) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(True, letter.name), **PRIVATE}
    return HttpResponse(letter.content, content_type=DOCX, headers=headers)


def bulletin_download(bulletin: Bulletin) -> FileResponse:
    return FileResponse(
        bulletin.file.open("rb"),
        as_attachment=True,
        filename=name_of(bulletin.summary, bulletin.format),
        content_type=TYPES[bulletin.format],
        headers=PRIVATE,
    )
