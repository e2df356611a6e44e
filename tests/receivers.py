"""Real receivers on loopback that can misbehave: an SMTP server for mail, an HTTP server for programs."""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
SECONDS = 30
DRIP = 0.01  # between two bytes
REFUSALS = {"4xx": "451 4.3.0 Come back later", "5xx": "550 5.7.1 Not here"}


class InTurn:
    """One behaviour, or several of which each serves once; the last one stays."""

    behaviour: Any

    def take(self) -> Any:
        if not isinstance(self.behaviour, list):
            return self.behaviour
        return self.behaviour.pop(0) if len(self.behaviour) > 1 else self.behaviour[0]

    def coming(self) -> Any:
        return self.behaviour[0] if isinstance(self.behaviour, list) else self.behaviour


@dataclass
class MailServer(InTurn):
    """Its address, how it behaves (for each message in turn), and the messages that it has taken.

    `accept`; `hang_on_connect` (never greets); `hang` (takes the message, never answers, does not keep it);
    `drop_after_data` (keeps the message and cuts the line before the answer, so that a duplicate can be
    counted); `drip` (speaks letter by letter); `refuse_sender_4xx`, `refuse_recipient_4xx`,
    `refuse_data_4xx`, and the same with `5xx`.
    A message also has its envelope's `mail_from` and `rcpt_tos`, and `received_at` (time.monotonic).
    """

    behaviour: str | list[str]
    delay: float = 0  # before each message is answered for
    host: str = HOST
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    on_message: Callable[[EmailMessage], None] = lambda message: None

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        session.behaviour = self.take()
        if session.behaviour.startswith("refuse_sender"):
            return REFUSALS[session.behaviour[-3:]]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if session.behaviour.startswith("refuse_recipient"):
            return REFUSALS[session.behaviour[-3:]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        if session.behaviour == "hang":
            await asyncio.Event().wait()
        if session.behaviour.startswith("refuse_data"):
            return REFUSALS[session.behaviour[-3:]]
        self.keep(envelope)
        if session.behaviour == "drop_after_data":
            server.transport.abort()
        return "250 OK"

    def keep(self, envelope: Envelope) -> None:
        message = message_from_bytes(envelope.content, policy=modern)
        message.mail_from, message.rcpt_tos = envelope.mail_from, list(envelope.rcpt_tos)
        message.received_at = time.monotonic()
        self.messages.append(message)
        self.on_message(message)


class Misbehaving(SMTP):
    """aiosmtpd's protocol with a server that may never greet, or speak slowly."""

    async def push(self, status: str | bytes) -> None:
        kept = self.event_handler
        if kept.coming() == "hang_on_connect" and self.session.host_name is None:
            kept.take()
            await asyncio.Event().wait()
        if kept.coming() == "drip" or getattr(self.session, "behaviour", "") == "drip":
            line = (status if isinstance(status, bytes) else status.encode()) + b"\r\n"
            for number in range(len(line)):
                self._writer.write(line[number : number + 1])
                await self._writer.drain()
                await asyncio.sleep(DRIP)
            return
        await super().push(status)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)


@contextmanager
def smtp_server(behaviour: str | list[str] = "accept", *, delay: float = 0) -> Iterator[MailServer]:
    """A real SMTP server in a thread of its own; change `.behaviour` and `.delay` while it runs."""
    kept = MailServer(behaviour, delay)
    loop = asyncio.new_event_loop()
    factory = lambda: Misbehaving(kept, loop=loop, hostname="mail.example.test", enable_SMTPUTF8=True)  # noqa: E731
    listening = loop.run_until_complete(loop.create_server(factory, HOST, 0))
    kept.port = listening.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, name="smtp-server", daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        asyncio.run_coroutine_threadsafe(closed(listening), loop).result(SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.close()


async def closed(listening: asyncio.Server) -> None:
    """With every conversation that still hangs."""
    listening.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@dataclass
class Answer:
    """What to answer with.

    `how`: plainly, or `hang` (not at all), `drop` (the line), `stream` (a body without an end), `drip` (the
    headers letter by letter, without an end: no read ever times out).
    """

    status: int = 200
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""


@dataclass
class Request:
    method: str
    path: str
    headers: Any  # email.message.Message: any case
    body: bytes
    received_at: float


@dataclass
class HttpReceiver(InTurn):
    """Its address, what it answers, and the requests that it got.

    An answer is an Answer, a status, a function of the request, or a list of these: each once, the last one
    stays.
    """

    behaviour: Any
    url: str = ""
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def answer_to(self, request: Request) -> Answer:
        self.requests.append(request)
        answer = self.take()
        answer = answer(request) if callable(answer) else answer
        return Answer(answer) if isinstance(answer, int) else answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: HttpReceiver

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, self.path, self.headers, body, time.monotonic())
        answer = self.receiver.answer_to(request)
        with suppress(OSError):  # the caller may hang up
            getattr(self, answer.how or "plainly")(answer)

    do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815

    def plainly(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.begin(answer, {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def begin(self, answer: Answer, more: dict[str, str]) -> None:
        self.send_response(answer.status)
        for name, value in (more | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()

    def hang(self, answer: Answer) -> None:
        self.receiver.closing.wait()
        self.close_connection = True

    def drop(self, answer: Answer) -> None:
        self.close_connection = True

    def stream(self, answer: Answer) -> None:
        self.begin(answer, {"Connection": "close"})
        while not self.receiver.closing.is_set():
            self.wfile.write(b"x" * 65536)
        self.close_connection = True

    def drip(self, answer: Answer) -> None:
        self.wfile.write(f"HTTP/1.1 {answer.status} OK\r\nX-Slow: ".encode())
        while not self.receiver.closing.wait(DRIP):
            self.wfile.write(b"x")
        self.close_connection = True

    def log_message(self, *line: Any) -> None:
        """Not to stderr."""


class Threads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is what these tests are about."""


@contextmanager
def http_receiver(answer: Any = 200, *, tls: ssl.SSLContext | None = None) -> Iterator[HttpReceiver]:
    """A real HTTP/1.1 server, each connection in a thread; change `.behaviour` while it runs."""
    receiver = HttpReceiver(answer)
    server = Threads((HOST, 0), type("ItsHandler", (Handler,), {"receiver": receiver}))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_port
    receiver.url = f"{'https' if tls else 'http'}://{HOST}:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), name="http-receiver", daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)
