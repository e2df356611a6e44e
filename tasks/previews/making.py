"""预览: pages of an attachment as pictures of our own making. No byte of the file itself is ever shown."""

import json
import threading

from django.utils.translation import gettext as _

from config import confined
from tasks.models import Attachment

# By the type that its bytes had when it was uploaded.
KINDS = {"application/pdf": "pdf", "image/png": "image", "image/jpeg": "image", "image/gif": "image"}
# Somebody is looking at the page.
MOST_SECONDS = 15
# Each takes a processor; who asks for many pages waits for the earlier ones, but keeps no thread from others.
_at_once = threading.BoundedSemaphore(2)
MOST_WAITING = 5
# Part of the ETag: raised when pictures are made otherwise.
EDITION = 1
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class NoPreview(Exception):
    """It cannot be shown, and the sentence says why."""


def is_shown(attachment: Attachment) -> bool:
    return attachment.media_type in KINDS


def etag(attachment: Attachment, number: int) -> str:
    return f'"{attachment.sha256}-{number}-{EDITION}"'


def count(attachment: Attachment) -> int:
    """How many pages it has. Raises NoPreview."""
    return json.loads(_ask(attachment, 0))["pages"]


def page(attachment: Attachment, number: int) -> tuple[bytes, str]:
    """A page (from 1) as a picture, and its type. Raises NoPreview."""
    made = _ask(attachment, number)
    # A child that a hostile file took over could send anything: only pictures go out.
    kind = next((kind for sign, kind in _PICTURES.items() if made.startswith(sign)), None)
    if kind is None:
        raise NoPreview(_said("broken"))
    return made, kind


def _ask(attachment: Attachment, number: int) -> bytes:
    if not _at_once.acquire(timeout=MOST_WAITING):
        raise NoPreview(_said("busy"))
    try:
        with attachment.file.open("rb") as file:
            content = file.read()
        kind, page = KINDS[attachment.media_type], str(number)
        answer = confined.run("tasks.previews.worker", kind, page, content=content, seconds=MOST_SECONDS)
    except confined.ChildEnded:
        raise NoPreview(_said("too_much")) from None
    finally:
        _at_once.release()
    if answer.startswith(b'{"refused"'):
        raise NoPreview(_said(json.loads(answer)["refused"]))
    return answer


def _said(word: str) -> str:
    match word:
        case "encrypted":
            return _("文件设有密码，不能预览，请下载后打开。")
        case "too_much":
            return _("文件过大或过于复杂，不能预览，请下载后打开。")
        case "busy":
            return _("正在生成的预览较多，请稍后刷新，或下载后打开。")
        case "no_page":
            return _("文件没有这一页。")
    return _("文件已损坏或不完整，不能预览，请下载后核对，必要时请上传人重新上传。")
