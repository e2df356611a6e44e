"""What is sent about an event: Standard Webhooks (https://www.standardwebhooks.com), signed."""

from dataclasses import dataclass
from datetime import UTC, datetime

import standardwebhooks

from config.api.renderers import JSONRenderer
from reports.models import Webhook
from tasks.api.feed import FeedEventSerializer
from tasks.models import TaskEvent


def message_id(webhook: Webhook, event: TaskEvent) -> str:
    """The same however often it is sent, also when a receiver asks for it again. After a restore numbers are
    given out anew: the epoch keeps what happens then from passing for what was told before.
    """
    return f"msg_{webhook.pk}_{event.epoch}_{event.pk}"


@dataclass(frozen=True)
class Message:
    body: bytes
    headers: dict[str, str]


def message(webhook: Webhook, event: TaskEvent, at: datetime) -> Message:
    """`at` is when it is sent: receivers refuse what is older than some minutes.

    Raises cryptography.fernet.InvalidToken when the secret was sealed with a key that is no longer there.
    """
    data = FeedEventSerializer(event).data
    body = JSONRenderer().render({"type": event.kind, "timestamp": data["at"], "data": data})
    name, at = message_id(webhook, event), at.astimezone(UTC)  # the library drops the zone
    signature = standardwebhooks.Webhook(webhook.secret).sign(name, at, body.decode())
    headers = {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp()))}
    return Message(body, {"Content-Type": "application/json", **headers, "webhook-signature": signature})
