"""If-Match on a task: its version as a strong ETag."""

import re

from rest_framework.request import Request

from config.errors import InputInvalid

# `W/` is accepted: a proxy that compresses weakens the tag it passes on.
TAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')


def etag(version: int) -> str:
    return f'"{version}"'


def if_match(request: Request) -> int | None:
    """The version the caller saw; None without the header. Else InputInvalid (400), also for `*`."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        return None
    found = TAG.match(text)
    if not found:
        raise InputInvalid('If-Match 应为任务的 ETag，例如 "7"。', code="bad_if_match")
    return int(found.group(1))
