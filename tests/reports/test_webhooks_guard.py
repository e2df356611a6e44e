"""Where a webhook may call: what people type, names point to and receivers do leads nowhere inside."""

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import SimpleTestCase
from hypothesis import example, given
from hypothesis import strategies as st

from config.errors import InputInvalid
from reports.webhooks.guard import Target
from reports.webhooks.line import SECONDS, Answer, Line
from tests import receivers
from tests.receivers import http_receiver

NONE: list[Any] = []
LOOPBACK = [ip_network("127.0.0.1/32")]
HERE = "127.0.0.1"
INNER = (
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "169.254.169.254"),
    *("172.16.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "203.0.113.7"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "100::1", "2001:db8::1"),
    *("2001::1", "2002:0808:0808::1", "3fff::1", "4000::1", "::8.8.8.8"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
    "64:ff9b:1::808:808",
)
PUBLIC = ("8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808")


def may_reach(address: str, scheme: str = "https", networks: Any = NONE) -> bool:
    return Target(scheme, "hook.example.test", 443, "/").may_reach(ip_address(address), networks)


def refusal(url: str, networks: Any = NONE) -> str:
    """The message, or "" where it may be tried."""
    try:
        Target.read(url, networks)
    except InputInvalid as refused:
        assert (refused.status, refused.code) == (400, "url_not_allowed")
        return refused.message
    return ""


class AddressTest(SimpleTestCase):
    def test_only_what_the_whole_internet_reaches_may_be_called(self):
        self.assertEqual([address for address in INNER if may_reach(address)], [])
        self.assertEqual([address for address in PUBLIC if not may_reach(address)], [])

    def test_in_the_clear_nothing_outside_the_permitted_networks(self):
        networks = [ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")]
        for address in ("10.1.2.3", "fd00:1::7", "::ffff:10.1.2.3"):
            self.assertTrue(may_reach(address, "http", networks), address)
            self.assertTrue(may_reach(address, "https", networks), address)
        for address in ("8.8.8.8", "10.2.0.1", "2400:3200::1", "::ffff:10.2.0.1"):
            self.assertFalse(may_reach(address, "http", networks), address)

    @given(st.ip_addresses(v=4))
    def test_an_address_is_no_better_in_disguise(self, address: IPv4Address):
        number = int(address)
        for disguise in (f"::ffff:{address}", str(IPv6Address((0x64FF9B << 96) | number))):
            self.assertEqual(may_reach(disguise), may_reach(str(address)), disguise)
        for disguise in ((0x2002 << 112) | number << 80, (0x20010000 << 96) | number ^ 0xFFFFFFFF, number):
            self.assertFalse(may_reach(str(IPv6Address(disguise))))

    @given(st.ip_addresses())
    def test_what_python_calls_inner_is_never_reached(self, address: IPv4Address | IPv6Address):
        if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
            mapped = getattr(address, "ipv4_mapped", None)
            self.assertEqual(may_reach(str(address)), bool(mapped) and may_reach(str(mapped)))


class TextTest(SimpleTestCase):
    def test_plain_addresses_are_read_as_they_stand(self):
        for url, expected in {
            "https://oa.example.cn/hook?from=ducha": ("https", "oa.example.cn", 443, "/hook?from=ducha"),
            "HTTPS://OA.Example.cn:8443": ("https", "oa.example.cn", 8443, "/"),
            "https://xn--fsqu00a.xn--0zwm56d/x": ("https", "xn--fsqu00a.xn--0zwm56d", 443, "/x"),
            "https://114.114.114.114/": ("https", "114.114.114.114", 443, "/"),
            "https://[2400:3200::1]:444/a@b": ("https", "2400:3200::1", 444, "/a@b"),
            "https://h.example.cn?x": ("https", "h.example.cn", 443, "/?x"),
        }.items():
            read = Target.read(url, NONE)
            self.assertEqual((read.scheme, read.host, read.port, read.path), expected)
        self.assertEqual(Target.read("https://[2400:3200::1]:444/", NONE).authority, "[2400:3200::1]:444")
        self.assertEqual(Target.read("https://h.example.cn:443/", NONE).authority, "h.example.cn")

    def test_whatever_is_odd_is_refused(self):
        for url in (
            *("", "oa.example.cn", "ftp://oa.example.cn/", "//oa.example.cn/", "https://", "https:///x"),
            *("https://u@oa.example.cn/", "https://u:p@oa.example.cn/", "https://oa.example.cn/#f"),
            *("https://oa.example.cn./", "https://.example.cn/", "https://oa..cn/", "https://-a.cn/"),
            *("https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/"),
            *("https://8.8.8.8.8/", "https://1.2.3.0x7f/", "https://8.8.8.08/"),
            *("https://oa.example.cn:0/", "https://oa.example.cn:65536/", "https://oa.example.cn:/"),
            *("https://oa.example.cn:25/", "https://oa.example.cn:6379/", "https://oa.example.cn:x/"),
            *("https://[::1/", "https://[::1]x/", "https://[1.2.3.4]/", "https://[fe80::1%25eth0]/"),
            *(
                "https://科技.中国/",
                "https://oa.example.cn/路径",
                "https://oa.example.cn/a b",
                "httpſ://a.cn/",
            ),
            *(
                "https://oa.example.cn\\@127.0.0.1/",
                "https://oa.example.cn/\r\nX: 1",
                "https://oa.example.cn/\0",
            ),
            "https://" + "a." * 200 + "cn/",
        ):
            with self.subTest(url):
                self.assertTrue(refusal(url, LOOPBACK))

    def test_inner_addresses_need_leave(self):
        networks = [ip_network("10.1.0.0/16")]
        for url in (
            "https://10.1.2.3/",
            "http://10.1.2.3:8080/hook",
            "http://oa/",
            "http://oa.inner.example/",
        ):
            self.assertTrue(refusal(url), url)
            self.assertEqual(refusal(url, networks), "", url)
        for url in ("http://8.8.8.8/", "https://10.2.0.1/", "https://[::ffff:127.0.0.1]/", "https://[::1]/"):
            self.assertTrue(refusal(url), url)
            self.assertTrue(refusal(url, networks), url)
        self.assertTrue(refusal("https://localhost/"))
        self.assertTrue(refusal("https://a.localhost/"))

    @given(st.one_of(st.text(), st.from_regex(r"https?://[0-9a-fx.:\[\]%@]+[/?#\\]?[a-z.]*", fullmatch=True)))
    @example("https://017700000001/")
    @example("https://127.0.1/")
    def test_any_text_is_refused_or_names_one_host_for_everybody(self, url: str):
        with suppress(InputInvalid):
            read = Target.read(url, LOOPBACK)
            with suppress(OSError):
                # What the C library takes for an address is the address that we judged.
                self.assertEqual(socket.inet_ntoa(socket.inet_aton(read.host)), read.host)
            self.assertIn(read.host, url.lower())
            self.assertTrue(read.path.isascii() and read.path.startswith("/"))


class Names:
    """A name server: for each time it is asked, what it answers."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0)


def post(url: str, networks: Any = LOOPBACK, **options: Any) -> Answer:
    with Line(Target.read(url, networks), networks, **options) as line:
        return line.post(b'{"type": "urge"}', {"webhook-id": "msg_1"})


class CallTest(SimpleTestCase):
    def test_what_was_judged_is_what_is_called(self):
        """A name that points inside a moment later (DNS rebinding) was asked once; then it is refused."""
        with http_receiver() as receiver:
            names = Names([HERE], ["127.0.0.2"])
            url = f"http://hook.example.test:{receiver.port}/in?key=1"
            self.assertEqual(post(url, resolve=names).status, 200)
            self.assertEqual((names.asked, len(receiver.requests)), (1, 1))
            again = post(url, resolve=names)
            self.assertEqual((again.ok, again.status, names.asked), (False, None, 2))
            self.assertIn("未获许可", again.error)
        (request,) = receiver.requests
        self.assertEqual((request.method, request.path), ("POST", "/in?key=1"))
        self.assertEqual(request.headers["Host"], f"hook.example.test:{receiver.port}")
        self.assertEqual(request.headers["webhook-id"], "msg_1")

    def test_of_several_addresses_only_permitted_ones_are_tried(self):
        with http_receiver() as receiver:
            url = f"http://hook.example.test:{receiver.port}/"
            self.assertTrue(post(url, resolve=Names(["127.0.0.2", "::1", HERE])).ok)
            self.assertFalse(post(url, resolve=Names(["127.0.0.2", "::1", "::ffff:127.0.0.2", "8.8.8.8"])).ok)
            self.assertFalse(post(url, resolve=Names([])).ok)
            # The first does not listen: the next is tried.
            both = [ip_network("127.0.0.0/8")]
            self.assertTrue(post(url, both, resolve=Names(["127.0.0.9", HERE])).ok)
        self.assertEqual(len(receiver.requests), 2)

    def test_every_way_of_writing_loopback_is_refused_when_it_is_reached(self):
        """As if a name stood for it: here the text says nothing."""
        for address in INNER:
            answer = post("https://hook.example.test/", NONE, resolve=Names([address]))
            self.assertIn("未获许可", answer.error, address)

    def test_an_unknown_name_is_said(self):
        async def unknown(host: str, port: int) -> list[str]:
            raise socket.gaierror(socket.EAI_NONAME, "not known")

        self.assertEqual(post("http://hook.example.test/", resolve=unknown).error, "主机名无法解析。")

    def test_nothing_listens(self):
        with socket.socket() as listening:
            listening.bind((HERE, 0))
            port = listening.getsockname()[1]
        self.assertEqual(post(f"http://{HERE}:{port}/").error, "无法建立连接。")

    def test_a_redirect_is_told_and_not_followed(self):
        with http_receiver() as inner:
            for location, told in {
                f"{inner.url}/secret?token=1": f"http://{HERE} ",
                "https://u:p@login.example.test/?next=x": "https://login.example.test ",
                "/elsewhere": "别处",
                "http://[": "别处",
                "javascript:alert(1)": "别处",
                "": "别处",
            }.items():
                with http_receiver(receivers.Answer(302, headers={"Location": location})) as receiver:
                    answer = post(receiver.url)
                self.assertEqual((answer.ok, answer.status), (False, 302))
                self.assertIn(told, answer.error)
                self.assertNotIn("token", answer.error)
                self.assertNotIn("u:p", answer.error)
            self.assertEqual(inner.requests, [])

    def test_an_answer_that_is_no_success_is_none(self):
        for status in (199, 300, 304, 400, 401, 404, 410, 429, 500, 503, 599):
            with http_receiver(status) as receiver:
                self.assertFalse(post(receiver.url, seconds=1).ok, status)
        for status in (200, 201, 202, 204):
            with http_receiver(status) as receiver:
                self.assertTrue(post(receiver.url).ok, status)

    def test_whatever_it_does_it_costs_no_more_than_the_time_given(self):
        self.assertEqual(SECONDS, 10)
        for how, error in {
            "hang": "1秒内未答复。",
            "drip": "1秒内未答复。",
            "drop": "连接中断，或答复不是有效的 HTTP。",
            "stream": "",
        }.items():
            with self.subTest(how), http_receiver(receivers.Answer(how=how)) as receiver:
                begun = time.monotonic()
                answer = post(receiver.url, seconds=1)
                self.assertLess(time.monotonic() - begun, 3)
                self.assertEqual(answer.error, error)
                self.assertEqual(len(receiver.requests), 1)

    def test_a_name_server_that_hangs_costs_no_more_either(self):
        async def hang(host: str, port: int) -> list[str]:
            await asyncio.sleep(60)
            return []

        begun = time.monotonic()
        self.assertEqual(
            post("http://hook.example.test/", resolve=hang, seconds=0.2).error, "0.2秒内未答复。"
        )
        self.assertLess(time.monotonic() - begun, 3)

    def test_no_proxy_of_the_environment_is_used(self):
        with http_receiver() as proxy, http_receiver() as receiver:
            for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
                os.environ[name] = proxy.url
                self.addCleanup(os.environ.pop, name)
            self.assertTrue(post(receiver.url).ok)
            self.assertEqual((len(proxy.requests), len(receiver.requests)), (0, 1))

    def test_a_line_serves_many_calls_whatever_came_before(self):
        behaviours = [200, receivers.Answer(how="drop"), 500, receivers.Answer(how="stream"), 200]
        with (
            http_receiver(behaviours) as receiver,
            Line(Target.read(receiver.url, LOOPBACK), LOOPBACK) as line,
        ):
            answers = [line.post(b"{}", {}).ok for _ in range(5)]
        self.assertEqual(answers, [True, False, False, True, True])


class TrustTest(SimpleTestCase):
    def setUp(self) -> None:
        folder = Path(self.enterContext(TemporaryDirectory()))
        write_certificate(folder / "certificate.pem", folder / "key.pem", "hook.example.test")
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self.trust = ssl.create_default_context(cafile=str(folder / "certificate.pem"))

    def call(self, host: str, **options: Any) -> Iterator[Answer | int]:
        with http_receiver(tls=self.server) as receiver:
            yield post(f"https://{host}:{receiver.port}/", resolve=Names([HERE]), **options)
            yield len(receiver.requests)

    def test_only_a_certificate_of_that_very_name_is_trusted(self):
        answer, received = self.call("hook.example.test", trust=self.trust)
        self.assertEqual((answer.error, answer.status, received), ("", 200, 1))
        for host, options in (("hook.example.test", {}), ("other.example.test", {"trust": self.trust})):
            answer, received = self.call(host, **options)
            self.assertEqual((answer.error, answer.status, received), ("证书未通过校验。", None, 0))


def write_certificate(certificate: Path, key: Path, name: str) -> None:
    """A self-signed one, valid today."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
