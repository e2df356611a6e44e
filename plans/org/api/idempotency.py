"""Idempotency-Key: a POST that is sent again under its key is answered again, not done again.

The key is taken inside the action's own transaction. So a second request that comes meanwhile waits for the
first and then replays its answer, or acts itself where the first came to nothing.
"""

import hashlib
import json
import re
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request
from rest_framework.response import Response

from config.errors import DomainError, InputInvalid
from plans.org.models import IdempotencyKey

# Visible ASCII, as the column holds it.
KEY = re.compile(r"[!-~]{1,255}")
LONGEST_PATH = IdempotencyKey._meta.get_field("path").max_length
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


class KeyReused(DomainError):
    """The same key with other content: a mistake of the caller's, and neither answer would be right."""

    code = "idempotency_key_reused"
    status = 422


class Repeatable:
    """A view whose POST takes an `Idempotency-Key`. `shown_once` are members of its answer never kept."""

    shown_once: tuple[str, ...] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and key is not None and hasattr(self, "post"):
            self.post = partial(self.once, key, self.post)

    def once(self, key: str, act: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """What `act` answers, kept when it is a success; or what it answered before."""
        if not KEY.fullmatch(key):
            raise InputInvalid("Idempotency-Key 应为1至255个可见的ASCII字符。", code="bad_idempotency_key")
        # No route that succeeds has a longer path: cutting one off mixes up refusals, of which none is kept.
        which = {"user": request.user, "method": "POST", "path": request.path[:LONGEST_PATH], "key": key}
        content = fingerprint(request)
        with transaction.atomic():
            row = IdempotencyKey.objects.take(content, timezone.now(), **which)
            if row.status is not None:
                return replay(row, content)
            response = self.finalize_response(request, act(request, *args, **kwargs))
            if isinstance(response, Response):
                response.render()
            if 200 <= response.status_code < 300:
                keep(row, response, self.shown_once)
            else:
                transaction.set_rollback(True)
        return response


def fingerprint(request: Request) -> str:
    """A hash of the parsed fields and of each file's bytes: how they were written down does not count."""
    data = request.data
    fields = dict(data.lists()) if isinstance(data, MultiValueDict) else data
    parts = [dict(request.query_params.lists()), fields]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=digest).encode()).hexdigest()


def digest(file: UploadedFile) -> dict[str, str]:
    """In the place of a file; read from its beginning, and left there for the action."""
    read = hashlib.sha256()
    for chunk in file.chunks():
        read.update(chunk)
    file.seek(0)
    return {"sha256": read.hexdigest()}


def keep(row: IdempotencyKey, response: HttpResponse, shown_once: tuple[str, ...]) -> None:
    row.status, row.body = response.status_code, response.content.decode()
    if shown_once:
        answer = json.loads(row.body)
        answer |= dict.fromkeys(answer.keys() & set(shown_once))
        row.body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    row.save(update_fields=["status", "body", "headers"])


def replay(row: IdempotencyKey, content: str) -> HttpResponse:
    if row.fingerprint != content:
        raise KeyReused("此 Idempotency-Key 已用于内容不同的请求，请换用新的键。")
    response = HttpResponse(row.body, status=row.status, headers={"Idempotent-Replayed": "true"})
    del response["Content-Type"]  # an answer without a body has none
    for name, value in row.headers.items():
        response[name] = value
    return response
