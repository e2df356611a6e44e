"""Bodies of requests."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """JSON that can be kept and quoted in an answer: not nested without end, and whole characters only."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("JSON 嵌套过深。") from None
        except UnicodeEncodeError:
            raise ParseError("JSON 中有不成对的代理字符（\\ud800 至 \\udfff）。") from None
        return data
