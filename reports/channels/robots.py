"""The sorts of robots there are, and how an address of one is read."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_noop

from config.errors import InputInvalid

KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True)
class Vendor:
    """`a_minute`: messages that it takes of a robot in any 60 seconds; `size`: of a message, in bytes."""

    scheme: str
    name: str
    plugin: str  # apprise's class; imported when it is first needed: it brings all of apprise along
    a_minute: int
    size: int
    host: str
    path: str  # of the address that the vendor's own program shows
    busy: frozenset[int]  # codes that mean: later
    gone: frozenset[int]  # codes that mean: there is no such robot

    @property
    def served_from(self) -> str:
        return settings.BOT_HOSTS.get(self.scheme, self.host).rstrip("/")

    def key_in(self, url: str) -> str | None:
        """The robot's key in the address that the vendor shows."""
        for host in (self.host, self.served_from):
            if url.startswith(host) and (found := re.fullmatch(self.path, url[len(host) :])):
                return found[1]
        return None


HOOK = r"/open-apis/bot/v2/hook/([\w-]+)/?"
SYSTEM_BUSY = -1
# Limits and codes: the vendors' pages on custom robots (自定义机器人, 群机器人) and their error codes.
VENDORS = {
    vendor.scheme: vendor
    for vendor in (
        Vendor(
            scheme="wecombot",
            name=gettext_noop("企业微信"),
            plugin="apprise.plugins.wecombot.NotifyWeComBot",
            a_minute=20,
            size=2048,
            host="https://qyapi.weixin.qq.com",
            path=r"/cgi-bin/webhook/send/?\?key=([\w-]+)",
            busy=frozenset({SYSTEM_BUSY, 45009, 45033}),
            gone=frozenset({93000}),
        ),
        Vendor(
            scheme="dingtalk",
            name=gettext_noop("钉钉"),
            plugin="apprise.plugins.dingtalk.NotifyDingTalk",
            a_minute=20,
            size=19_000,
            host="https://oapi.dingtalk.com",
            path=r"/robot/send/?\?access_token=([\w-]+)",
            busy=frozenset({SYSTEM_BUSY, 130101, 410100}),
            gone=frozenset({300001, 300005}),
        ),
        *(
            Vendor(
                scheme=scheme,
                name=name,
                plugin=plugin,
                a_minute=100,
                size=19_000,
                host=host,
                path=HOOK,
                busy=frozenset({SYSTEM_BUSY, 9499, 11232, 99991400}),
                gone=frozenset({19001}),
            )
            for scheme, name, plugin, host in (
                (
                    "feishu",
                    gettext_noop("飞书"),
                    "apprise.plugins.feishu.NotifyFeishu",
                    "https://open.feishu.cn",
                ),
                ("lark", "Lark", "apprise.plugins.lark.NotifyLark", "https://open.larksuite.com"),
            )
        ),
    )
}


def allowed() -> list[Vendor]:
    return [vendor for scheme, vendor in VENDORS.items() if scheme in settings.BOT_SCHEMES]


@dataclass(frozen=True)
class Robot:
    """One robot: whose it is and its key. However its address was written, it is the same one."""

    vendor: Vendor
    key: str
    secret: str = ""  # 钉钉: 加签

    @classmethod
    def at(cls, url: str) -> Self:
        """From apprise's address (`feishu://KEY`) or the one that the vendor shows. Raises InputInvalid."""
        url = url.strip()
        for vendor in allowed():
            if key := vendor.key_in(url):
                return cls(vendor, key)
            if url.startswith(f"{vendor.scheme}://"):
                return cls.of_apprise(vendor, url)
        names = gettext("、").join(gettext(vendor.name) for vendor in allowed())
        said = gettext("机器人地址无法识别。请填写{names}群机器人的 Webhook 地址。").format(names=names)
        nothing = gettext("机器人地址无法识别。本系统未开放机器人。")
        raise InputInvalid(said if names else nothing, code="bot_url_invalid")

    @classmethod
    def of_apprise(cls, vendor: Vendor, url: str) -> Self:
        """Only key and secret count: how a line is kept (`verify`, `rto`, `redirect`) is ours to say."""
        plugin = import_string(vendor.plugin)
        try:
            _, *secrets, key = plugin(**plugin.parse_url(url.partition("?")[0])).url_identifier
        except TypeError:  # apprise's own errors derive from it
            secrets, key = [], ""
        robot = cls(vendor, key, (secrets or [""])[0] or "")
        if not all(KEY.fullmatch(part) for part in (robot.key, robot.secret or key)):
            raise InputInvalid(gettext("机器人地址中的密钥有误，请重新复制。"), code="bot_url_invalid")
        return robot

    @property
    def url(self) -> str:
        return f"{self.vendor.scheme}://{self.secret}{'@' if self.secret else ''}{self.key}"

    @property
    def fingerprint(self) -> str:
        """The same for all who use it, signed or not: its limit counts for them together."""
        return sha256(f"{self.vendor.scheme}://{self.key}".encode()).hexdigest()

    @cached_property
    def plugin(self) -> Any:
        plugin = import_string(self.vendor.plugin)
        made = plugin(**plugin.parse_url(self.url))
        made.request_rate_per_sec = 0  # it sleeps; ours counts over all workers
        return made

    def hidden_in(self, text: str) -> str:
        """`text` without its key and secret."""
        for secret in filter(None, (self.key, self.secret)):
            text = text.replace(secret, "····")
        return text
