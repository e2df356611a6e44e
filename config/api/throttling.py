"""How often one caller may ask: so many requests a minute for each token, and for each person's pages.

Counted in Valkey, in one round trip. A count that can't be taken lets the request pass: a broker's trouble is
no reason to refuse anybody's work.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
WINDOW = 60  # seconds
TIMEOUT = 0.1  # a healthy Valkey answers in a tenth of a millisecond
PAUSE = 5  # seconds in which a Valkey that failed is not asked again


@dataclass(frozen=True)
class Rate:
    """What a caller has left of this minute. Headers of draft-ietf-httpapi-ratelimit-headers."""

    limit: int
    used: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.limit - self.used, 0)};t={self.reset}',
        }


class TooManyRequests(APIException):
    """`wait` becomes Retry-After."""

    status_code = 429
    default_code = "too_many_requests"
    default_detail = "请求过于频繁，请稍后再试。"

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class Counter:
    """Requests by caller and minute. The keys end by themselves."""

    def __init__(self, url: str) -> None:
        once = Retry(NoBackoff(), 0)
        self.valkey = Redis.from_url(
            client_url(url), socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=once
        )
        self.asleep_until = 0.0

    def add(self, caller: str, moment: float) -> int | None:
        """How many there were this minute, this one included; None when it can't be said."""
        if time.monotonic() < self.asleep_until:
            return None
        key = f"rate:{caller}:{int(moment // WINDOW)}"
        try:
            pipe = self.valkey.pipeline(transaction=False)
            return pipe.incr(key).expire(key, WINDOW + 1).execute()[0]
        except (RedisError, OSError) as error:
            self.asleep_until = time.monotonic() + PAUSE
            logger.warning("Requests are not counted for %s seconds: %s", PAUSE, error)
            return None


def client_url(url: str) -> str:
    """Celery's form of a socket's address (redis+socket:///path?virtual_host=0) as the client reads it."""
    if not url.startswith("redis+socket://"):
        return url
    parts = urlsplit(url)
    return f"unix://{parts.path}?db={parse_qs(parts.query).get('virtual_host', ['0'])[0]}"


@cache
def counter(url: str) -> Counter:
    """One per process: its connections are kept."""
    return Counter(url)


def count(request: Request) -> Rate | None:
    """Count this request, once, and leave on it what its caller has left. None: nobody, or not countable."""
    if request.auth is None and not request.user.is_authenticated:
        return None
    caller = f"token:{request.auth.pk}" if request.auth else f"user:{request.user.pk}"
    moment = time.time()
    used = counter(settings.REDIS_URL).add(caller, moment)
    if used is None:
        return None
    rate = Rate(settings.API_RATE_PER_MINUTE, used, WINDOW - int(moment) % WINDOW)
    request._request.rate = rate
    return rate


class MinuteThrottle(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        """Raises TooManyRequests (429)."""
        rate = count(request)
        if rate and rate.used > rate.limit:
            raise TooManyRequests(rate.reset)
        return True


def rate_headers(get_response: Handler) -> Handler:
    """Middleware: every answer to a caller who was counted says what is left, refusals too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        rate = getattr(request, "rate", None)
        if rate:
            for name, value in rate.headers.items():
                response[name] = value
        return response

    return middleware
