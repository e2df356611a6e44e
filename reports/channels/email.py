"""E-mail: one connection to the office's server, kept for all that goes out in a turn."""

import smtplib
from dataclasses import dataclass
from email.utils import format_datetime
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import timezone

from reports.channels import NotSent, Refused, WayClosed
from reports.channels.deadline import Deadline
from reports.channels.message import Message
from reports.models import Delivery

SECONDS = 30  # for one message, a new connection included
GOODBYE_SECONDS = 2
UNAVAILABLE = 421  # the server is about to hang up


def is_on() -> bool:
    return bool(settings.EMAIL_HOST)


@dataclass(frozen=True)
class Letter:
    """A mail as it goes over the line."""

    sender: str
    recipient: str
    content: bytes


def compose(delivery: Delivery) -> Letter:
    """Raises Refused for an address that can't be one."""
    notification, address = delivery.notification, delivery.notification.user.email
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("邮件地址无效，请在用户信息中更正。" if address else "没有邮件地址。") from None
    told = {"message": Message.of(notification)}
    mail = EmailMultiAlternatives(
        subject=told["message"].title,
        body=render_to_string("reports/mail/message.txt", told),
        to=[address],
        headers={
            "Message-ID": message_id(delivery),
            "Date": format_datetime(timezone.localtime(notification.created_at)),
            "Auto-Submitted": "auto-generated",  # so that nobody's out-of-office answers it
        },
    )
    mail.attach_alternative(render_to_string("reports/mail/message.html", told), "text/html")
    content = mail.message().as_bytes(linesep="\r\n")
    return Letter(mail.from_email, sanitize_address(address, "utf-8"), content)


def message_id(delivery: Delivery) -> str:
    """The same for every attempt, so that a mailbox can tell that a second one is the first.

    No two deliveries share it: ids are never given out twice in one database; where a restored one gives some
    out again, its messages were made at another moment; other installations have another host.
    """
    made = f"{delivery.notification.created_at.timestamp():.6f}"
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<delivery-{delivery.pk}.{made}@{host}>"


class Watched(smtplib.SMTP):
    """Has its connection watched from the first byte on, before the server greets or TLS begins."""

    deadline: Deadline

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        line = super()._get_socket(host, port, timeout)
        self.deadline.watch(line)
        return line


class Mailer(EmailBackend):
    """Sends by one connection, opened when it is first needed."""

    def __init__(self) -> None:
        super().__init__()
        self.deadline = Deadline()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        # In this order: smtplib's SMTP_SSL encrypts the connection that the class behind it opened.
        kinds = (smtplib.SMTP_SSL, Watched) if self.use_ssl else (Watched,)
        return type("Connection", kinds, {"deadline": self.deadline})

    def hang_up(self) -> None:
        with self.deadline.within(GOODBYE_SECONDS):
            self.close()
        self.deadline.let_go()

    def post(self, letter: Letter) -> None:
        """Raises NotSent. A server that speaks a letter now and then is not waited for either."""
        with self.deadline.within(SECONDS):
            self.connect()
            try:
                self.connection.sendmail(letter.sender, [letter.recipient], letter.content)
            except (smtplib.SMTPException, OSError) as error:
                raise self.reason(error) from error

    def connect(self) -> None:
        """Raises WayClosed, whatever the server says: nothing was said of a message yet.

        After it the connection is of no use: it may lack the encryption that was asked for.
        """
        if not is_on():
            raise WayClosed("系统尚未配置邮件服务器（EMAIL_HOST）。")
        try:
            self.open()
        except (smtplib.SMTPException, OSError) as error:
            raise WayClosed(self.reason(error)) from error

    def reason(self, error: Exception) -> NotSent:
        """What a failure means for this message and for the others.

        A server that refuses a recipient or a text for good (5xx) has spoken of that message; one that
        refuses our sender has spoken of all, and none of them may be given up for it.
        """
        if self.deadline.is_over:
            return WayClosed(f"邮件服务器{SECONDS}秒内未办妥。")
        code, said = answer_in(error)
        if code is None:
            return WayClosed(f"邮件服务器无法连接或连接中断（{type(error).__name__}：{shown(error)}）。")
        text = f"邮件服务器答复 {code} {said}"
        if code == UNAVAILABLE or isinstance(error, smtplib.SMTPSenderRefused):
            return WayClosed(text)
        return Refused(text) if code >= 500 else NotSent(text)


def answer_in(error: Exception) -> tuple[int | None, str]:
    """The server's code and words, if it answered at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None, ""
    return (code, shown(said)) if code > 0 else (None, "")


def shown(said: Any) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:300]
