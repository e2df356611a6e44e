"""The way to one receiver: a POST, and in a word what became of it, within ten seconds whatever it does."""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Self
from urllib.parse import urlsplit

import httpcore

from reports.webhooks.guard import AddressRefused, GuardedBackend, Networks, Resolve, Target, look_up

SECONDS = 10  # from looking the name up to the end of the answer
DRAIN_SECONDS = 1
READ_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """`error` is empty when it was taken (2xx), and else says in a sentence why not."""

    status: int | None = None
    error: str = ""
    milliseconds: int = 0

    @property
    def ok(self) -> bool:
        return not self.error


@cache
def trusted() -> ssl.SSLContext:
    """The machine's certificates and certifi's; SSL_CERT_FILE adds a bureau's own."""
    return httpcore.default_ssl_context()


class Line:
    """Kept open for a run: one connection, many calls. Nothing is followed anywhere else."""

    def __init__(
        self,
        target: Target,
        networks: Networks,
        *,
        resolve: Resolve = look_up,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self.target, self.seconds = target, seconds
        self.runner = asyncio.Runner()
        self.pool = httpcore.AsyncConnectionPool(
            ssl_context=(trust or trusted()) if target.scheme == "https" else None,
            max_connections=1,
            network_backend=GuardedBackend(target, networks, resolve),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self.runner:
            self.runner.run(self.pool.aclose())

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        begun = time.monotonic()
        status, error = self.runner.run(self.call(body, headers))
        return Answer(status, error, round((time.monotonic() - begun) * 1000))

    async def call(self, body: bytes, headers: Mapping[str, str]) -> tuple[int | None, str]:
        try:
            async with asyncio.timeout(self.seconds):
                return await self.send(body, headers)
        except TimeoutError:
            return None, f"{self.seconds:g}秒内未答复。"
        except AddressRefused:
            return None, "主机指向内部网络或不可用的地址，未获许可。"
        except (socket.gaierror, UnicodeError):
            return None, "主机名无法解析。"
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OSError) as error:
            reason = "证书未通过校验。" if is_about_trust(error) else "无法建立连接。"
            return None, reason
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            return None, "连接中断，或答复不是有效的 HTTP。"

    async def send(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        given = {"Host": self.target.authority, "User-Agent": "ducha-webhook", **headers}
        async with self.pool.stream("POST", self.target.url, headers=given, content=body) as response:
            await drain(response)
            return response.status, fault(response)


async def drain(response: httpcore.Response) -> None:
    """Nobody reads the text. A short one is taken in, so that the connection can serve the next call; it ends
    with any other, as it does with one that trickles.
    """
    read = 0
    with suppress(TimeoutError, httpcore.NetworkError, httpcore.ProtocolError):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for part in response.aiter_stream():
                read += len(part)
                if read > READ_BYTES:
                    break


def is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def fault(response: httpcore.Response) -> str:
    if 200 <= response.status < 300:
        return ""
    if 300 <= response.status < 400:
        return f"答复 {response.status}，要求转到{elsewhere(response)}；不跟随转向，请填写最终地址。"
    return f"答复 {response.status}。"


def elsewhere(response: httpcore.Response) -> str:
    """Where a redirect points: scheme and host, the rest may be a secret."""
    given = dict((name.lower(), value) for name, value in response.headers).get(b"location", b"")
    try:
        parts = urlsplit(given.decode("ascii"))
        host = parts.hostname or ""
    except ValueError:
        return "别处"
    plain = re.fullmatch(r"[\w.:-]{1,200}", host)
    return f" {parts.scheme}://{host} " if plain and parts.scheme in ("http", "https") else "别处"
