"""Where we may call: addresses that people type must not lead into our own network (SSRF).

A URL is read once, strictly, and what is called is put together from what was read. Its host is looked up
when the connection is opened, and the connection goes to the very address that was judged: a name that
points elsewhere a moment later (DNS rebinding) changes nothing. Knows nothing of webhooks.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self

import httpcore

from config.errors import InputInvalid

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]
Resolve = Callable[[str, int], Awaitable[list[str]]]
DEFAULT_PORTS = {"https": 443, "http": 80}
# Servers that would take a request's lines for commands: remote shells, mail, Redis, memcached.
OTHER_PROTOCOLS = {0, 21, 22, 23, 25, 110, 143, 465, 587, 6379, 11211}
# Our own grammar, narrower than any library's: nobody reads another host in it than we do.
URL = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([0-9]{1,5}))?([/?][!-~]*)?", re.I | re.A)
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)*{LABEL}")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # no name ends so: this is an address, oddly written
# Global by the word of some Python, and yet nothing that is to be called: protocols of the network itself
# (Teredo, 6to4 and its relays), documentation, and the inner service address of one cloud.
ODD = [
    ip_network(text)
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
]
UNICAST = ip_network("2000::/3")
NAT64 = ip_network("64:ff9b::/96")
# Apart from a run's own loop, which may end before a slow name server has answered.
RESOLVERS = ThreadPoolExecutor(8, thread_name_prefix="resolver")
ADDRESSES_TRIED = 4
SECONDS_EACH = 4


class AddressRefused(Exception):
    """The host leads to no address that may be called."""


def refused(message: str) -> InputInvalid:
    return InputInvalid(message, code="url_not_allowed")


@dataclass(frozen=True)
class Target:
    """An http(s) URL as it was read: a host in lower case, without brackets."""

    scheme: str
    host: str
    port: int
    path: str  # and query

    @classmethod
    def read(cls, url: str, networks: Networks) -> Self:
        """Raises InputInvalid (`url_not_allowed`) for what can be told from the text alone."""
        found = URL.fullmatch(url)
        if not found or "#" in url or "\\" in url:
            raise refused(
                "地址应为 https://主机名[:端口]/路径，不含用户名、密码、# 片段、空格或汉字"
                "（汉字域名请写成 xn-- 形式，路径请用 % 编码）。"
            )
        scheme, host, port, path = (part or "" for part in found.groups())
        number = int(port or DEFAULT_PORTS[scheme.lower()])
        if number in OTHER_PROTOCOLS or number > 65535:
            raise refused(f"端口 {number} 不用于 HTTP，请改用其他端口。")
        target = cls(scheme.lower(), read_host(host.lower()), number, path if path[:1] == "/" else f"/{path}")
        target.check_place(networks)
        return target

    def check_place(self, networks: Networks) -> None:
        """Refuse what need not be looked up. Without `networks` nothing inner can be meant."""
        if self.scheme == "http" and not networks:
            raise refused("请使用 https:// 地址；http:// 仅限管理员许可的内部网络（WEBHOOK_NETWORKS）。")
        address = literal(self.host)
        if address is None:
            inner = not networks and ("." not in self.host or self.host.endswith(".localhost"))
        else:
            inner = not self.may_reach(address, networks)
        if inner:
            raise refused("该地址未获许可：公网地址须用 https，内部网络须先由管理员许可该网段。")

    def may_reach(self, address: Address, networks: Networks) -> bool:
        """Anything within `networks`; beyond them what is globally routable, and only encrypted."""
        reached = underlying(address)
        if any(reached in network for network in networks):
            return True
        return self.scheme == "https" and is_public(reached)

    @property
    def url(self) -> httpcore.URL:
        return httpcore.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def read_host(text: str) -> str:
    """A name, or an address as everybody reads it; an IPv6 address without its brackets."""
    if text[0] == "[":
        if not isinstance(literal(text[1:-1]), IPv6Address):
            raise refused("方括号内应为 IPv6 地址。")
        return text[1:-1]
    if not NAME.fullmatch(text):
        raise refused("主机名有误：只能用字母、数字、连字符和点，首尾没有点。")
    if NUMBER.fullmatch(text.rpartition(".")[2]) and literal(text) is None:
        raise refused("IP 地址应写成四段十进制数，如 203.0.113.7。")
    return text


def literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def underlying(address: Address) -> Address:
    """The IPv4 address that some IPv6 addresses stand for."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address not in UNICAST or address.scope_id):
        return False
    return address.is_global and not address.is_multicast and not any(address in odd for odd in ODD)


async def look_up(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(RESOLVERS, socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    return list(dict.fromkeys(place[0] for *_, place in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens httpcore's connections to one target, and only where that may be."""

    def __init__(self, target: Target, networks: Networks, resolve: Resolve = look_up) -> None:
        self.target, self.networks, self.resolve = target, networks, resolve
        self.inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **rest: Any
    ) -> httpcore.AsyncNetworkStream:
        """Raises AddressRefused, OSError when the name is unknown, and httpcore's ConnectError."""
        found = [host] if literal(host) else await self.resolve(host, port)
        allowed = [text for text in found if self.target.may_reach(ip_address(text), self.networks)]
        if not allowed:
            raise AddressRefused
        *others, last = allowed[:ADDRESSES_TRIED]
        for address in others:
            try:
                return await self.inner.connect_tcp(address, port, timeout=SECONDS_EACH, **rest)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self.inner.connect_tcp(last, port, timeout=timeout, **rest)

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        raise AddressRefused

    async def sleep(self, seconds: float) -> None:
        await self.inner.sleep(seconds)
