"""What the tests of the outbox start from: a person with a message, and real receivers to send it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.test import override_settings

from plans.org.models import User
from reports import contacts, outbox
from reports.models import Bot, Delivery, Notification
from tests.builders import at
from tests.cases import OfficeTransactionCase
from tests.receivers import Answer, HttpReceiver, MailServer, http_receiver

DONE = {
    "feishu": Answer(200, '{"code": 0, "msg": "success", "data": {}}'),
    "lark": Answer(200, '{"code": 0, "msg": "success"}'),
    "wecombot": Answer(200, '{"errcode": 0, "errmsg": "ok"}'),
    "dingtalk": Answer(200, '{"errcode": 0, "errmsg": "ok"}'),
}


def mail_to(server: MailServer, **more: Any) -> override_settings:
    given = {
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port,
        "DEFAULT_FROM_EMAIL": "督查督办 <ducha@example.test>",
        "BASE_URL": "https://ducha.example.test",
    }
    return override_settings(**given | more)


@contextmanager
def robots(answer: Any = DONE["feishu"]) -> Iterator[HttpReceiver]:
    """Every vendor's robots are served by one receiver."""
    with (
        http_receiver(answer) as receiver,
        override_settings(BOT_HOSTS=dict.fromkeys(DONE, receiver.url), BASE_URL="https://ducha.example.test"),
    ):
        yield receiver


class SendingCase(OfficeTransactionCase):
    def message(
        self, person: User | None = None, title: str = "第1次催办：任务", **fields: Any
    ) -> Notification:
        return Notification.objects.create(
            user=person or self.head, title=title, created_at=self.now, **fields
        )

    def posted(self, *messages: Notification, now: datetime | None = None) -> list[Delivery]:
        with transaction.atomic():
            outbox.post(messages, now or self.now)
        return list(Delivery.objects.filter(notification__in=messages).order_by("id"))

    def many(self, number: int, person: User | None = None) -> list[Delivery]:
        return self.posted(*(self.message(person, f"消息{n}") for n in range(number)))

    def bot(self, person: User | None = None, url: str = "feishu://key-0001", name: str = "处室群") -> Bot:
        bot, _ = contacts.add_bot(person or self.head, name, url, at(self.today, 8))
        return bot

    def send(self, later: timedelta = timedelta(0), **more: Any) -> int:
        return outbox.send(self.now + later, **more)

    def outcomes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for outcome in Delivery.objects.values_list("outcome", flat=True):
            found[outcome] = found.get(outcome, 0) + 1
        return found
