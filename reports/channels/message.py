"""A message as it leaves the system: what it says, and where in the system it leads."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.urls import reverse

from config.plain import one_line, plain
from reports.models import Notification

CUT = "…详见系统"


def address_of(name: str, *args: int) -> str:
    return settings.BASE_URL.rstrip("/") + reverse(name, args=args)


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Message:
    title: str  # one line
    text: str
    links: tuple[Link, ...]  # to the tasks it is about
    messages_url: str  # to all one's messages

    @classmethod
    def of(cls, notification: Notification) -> Self:
        """`notification`: with its tasks (`for_display`)."""
        links = (
            Link(one_line(f"{task.code} {task.title}"), address_of("tasks:detail", task.pk))
            for task in notification.tasks
        )
        return cls(
            one_line(notification.title),
            plain(notification.text).strip(),
            tuple(links),
            address_of("notifications"),
        )

    def short(self, limit: int, person: str) -> str:
        """As plain text of at most so many bytes, with one link: to the task, or to all messages.

        In a group several people may be told by one robot: each message names its own.
        """
        url = self.links[0].url if len(self.links) == 1 else self.messages_url
        whole = "\n".join(filter(None, [f"【{person}】{self.title}", self.text]))
        if size(whole) + size(url) + 1 <= limit:
            return f"{whole}\n{url}"
        room = limit - size(f"\n{CUT}\n{url}")
        return f"{cut(whole, room)}\n{CUT}\n{url}"


def size(text: str) -> int:
    return len(text.encode())


def cut(text: str, room: int) -> str:
    """The lines that fit; of a single one that does not, its beginning."""
    kept = text.encode()[:room].decode(errors="ignore")
    begun, _, _ = kept.rpartition("\n")
    return begun or kept
