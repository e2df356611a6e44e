"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework import renderers
from rest_framework.utils.encoders import JSONEncoder

# What orjson does not know is written as Django REST framework writes it.
plain = JSONEncoder().default


class JSONRenderer(renderers.BaseRenderer):
    """By orjson, which also takes over what is JSON already (`orjson.Fragment`)."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=plain, option=orjson.OPT_NON_STR_KEYS)
