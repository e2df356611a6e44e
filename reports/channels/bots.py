"""Robots of 企业微信, 钉钉, 飞书, through apprise's plugins: they know how each wants to be spoken to.

The plugins look at the status of an answer only, and these vendors answer 200 with an error in the body. So a
plugin's `send` runs here with a `requests` of ours: what it posts goes by our rules, and what is answered is
read.
"""

import asyncio
import json
import urllib.request
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpcore

from reports.channels import NotSent, Refused, WayClosed
from reports.channels.robots import Robot

SECONDS = 15  # for all of one message
ANSWER_BYTES = 64 * 1024


class RobotGone(Refused):
    """The vendor knows no such robot (any more)."""


def send(robot: Robot, text: str) -> None:
    """Raises NotSent."""
    judge(robot, *post_of(robot, text))


def post_of(robot: Robot, text: str) -> tuple[int, bytes]:
    """What is answered to what the plugin posts."""
    wire = Wire(robot)
    plain = type(robot.plugin).send
    names = plain.__globals__ | {"requests": wire}
    FunctionType(plain.__code__, names, plain.__name__, plain.__defaults__)(robot.plugin, body=text)
    return wire.answer


class Wire:
    """What a plugin's `send` finds as `requests`."""

    codes = SimpleNamespace(ok=200)

    class RequestException(Exception):
        """Named by the plugins, raised by nobody."""

    def __init__(self, robot: Robot) -> None:
        self.robot, self.answer = robot, (0, b"")

    def post(
        self,
        url: str,
        data: str | bytes,
        headers: dict[str, str],
        params: dict[str, str] | None = None,
        **_: Any,
    ) -> SimpleNamespace:
        vendor = self.robot.vendor
        url = vendor.served_from + url.removeprefix(vendor.host)
        # As they are: 钉钉's plugin has encoded the signature, and `requests` would encode it once more.
        more = "".join(f"&{name}={value}" for name, value in (params or {}).items())
        body = data.encode() if isinstance(data, str) else data
        try:
            self.answer = asyncio.run(post(url + more, body, headers))
        except TimeoutError:
            raise WayClosed(f"机器人服务器{SECONDS}秒内未答复。") from None
        except (OSError, *HTTP_ERRORS) as error:
            raise WayClosed(f"机器人服务器无法连接或连接中断（{type(error).__name__}）。") from None
        return SimpleNamespace(status_code=200, content=b"", text="")


HTTP_ERRORS = (
    *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.ProxyError),
    httpcore.UnsupportedProtocol,
)


async def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body, of which no more than is needed is read. No redirect is followed."""
    async with (
        asyncio.timeout(SECONDS),
        pool_for(url) as pool,
        pool.stream("POST", url, headers=headers, content=body) as response,
    ):
        read = b""
        async for part in response.aiter_stream():
            read += part
            if len(read) > ANSWER_BYTES:
                break
        return response.status, read[:ANSWER_BYTES]


def pool_for(url: str) -> httpcore.AsyncConnectionPool:
    """Through the proxy that the environment names (HTTPS_PROXY, NO_PROXY), as an inner network needs it."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    direct = not proxy or urllib.request.proxy_bypass(parts.hostname or "")
    return httpcore.AsyncConnectionPool(
        ssl_context=trusted() if parts.scheme == "https" else None,
        proxy=None if direct else httpcore.Proxy(proxy),
    )


@cache
def trusted() -> Any:
    return httpcore.default_ssl_context()


def judge(robot: Robot, status: int, body: bytes) -> None:
    """Raises what the answer means, when it is not that the message was taken."""
    vendor = robot.vendor
    code, said = answer_in(body)
    if code is None and status != 200:
        text = f"{vendor.name}答复 HTTP {status}。"
        raise (NotSent if status >= 500 or status in (408, 429) else Refused)(text)
    if code is None:
        raise NotSent(f"{vendor.name}的答复无法识别，可能未送达。")
    if code != 0:
        text = robot.hidden_in(f"{vendor.name}答复 {code}：{said}")
        raise (WayClosed if code in vendor.busy else RobotGone if code in vendor.gone else Refused)(text)


def answer_in(body: bytes) -> tuple[int | None, str]:
    """The code and words of a JSON answer: `code` and `msg`, or `errcode` and `errmsg`."""
    try:
        answer = json.loads(body)
        code = next(answer[name] for name in ("errcode", "code", "StatusCode") if name in answer)
        said = next((answer[name] for name in ("errmsg", "msg", "StatusMessage") if name in answer), "")
        return int(code), " ".join(str(said).split())[:300]
    except (ValueError, TypeError, StopIteration):
        return None, ""
