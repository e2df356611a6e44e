"""Every operation of the contract, and the addresses under which there is something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from drf_spectacular.generators import SchemaGenerator

from plans.models import Goal, Plan, PlanItem, PlanRevision
from plans.org.models import ApiToken, Department
from reports.models import Bot, CalendarFeed, Notification, ReportHint, ScoreObjection, Summary, Webhook
from tasks.models import Attachment, ChecklistItem, Extension, Instruction, Task

PREFIX = "/api/v1/"
# What an id after this word names, and the way from it to the id before it.
KINDS: dict[str, tuple[type[Model], str]] = {
    "departments": (Department, ""),
    "plans": (Plan, ""),
    "items": (PlanItem, "plan_id"),
    "compare": (Plan, "issuer__plans"),
    "revisions": (PlanRevision, "plan_id"),
    "goals": (Goal, "item__plan_id"),
    "tasks": (Task, ""),
    "checklist": (ChecklistItem, "task_id"),
    "extensions": (Extension, "task_id"),
    "instructions": (Instruction, "task_id"),
    "attachments": (Attachment, "task_id"),
    "notifications": (Notification, ""),
    "objections": (ScoreObjection, ""),
    "tokens": (ApiToken, ""),
    "bots": (Bot, ""),
    "webhooks": (Webhook, ""),
    "summaries": (Summary, ""),
    "hints": (ReportHint, ""),
    "calendars": (CalendarFeed, ""),
    "calendar": (CalendarFeed, ""),  # its address is a secret: no id leads there
}
PARAMETER = re.compile(r"(\w+)/\{(\w+)\}")


@dataclass(frozen=True)
class Operation:
    """`path` begins after the prefix; enumerated parameters are filled in, ids are left as {name}."""

    method: str
    path: str
    template: str
    said: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def ids(self) -> list[tuple[str, str]]:
        """(kind, parameter's name) of each id in the path."""
        return PARAMETER.findall(self.path)

    def addresses(self) -> list[str]:
        """The URL of everything there is."""
        return [PREFIX + self.path.format(**ids) for ids in existing(self.ids)]

    def named(self, name: str) -> Any:
        """The parameter of this name, or None."""
        return next((p for p in self.said.get("parameters", ()) if p["name"] == name), None)

    @property
    def media(self) -> dict[str, Any]:
        """The request body's description by media type."""
        return self.said.get("requestBody", {}).get("content", {})


def existing(ids: list[tuple[str, str]]) -> list[dict[str, int]]:
    if not ids:
        return [{}]
    (kind, name), before = ids[-1], ids[:-1]
    model, up = KINDS[kind]
    if not before:
        return [{name: pk} for pk in model.objects.order_by("pk").values_list("pk", flat=True)]
    (_, above) = before[-1]
    pairs = model.objects.order_by("pk").values_list(up, "pk")
    # A plan is compared with another one.
    return [{above: parent, name: pk} for parent, pk in pairs if (kind, parent) != ("compare", pk)]


@cache
def schema() -> dict[str, Any]:
    return SchemaGenerator(api_version="v1").get_schema(request=None, public=True)


def operations() -> list[Operation]:
    found = []
    for template, methods in schema()["paths"].items():
        for method, said in methods.items():
            for path in filled(template.removeprefix(PREFIX), said.get("parameters", ())):
                found.append(Operation(method.upper(), path, template, said))
    return found


def filled(path: str, parameters: Any) -> Iterator[str]:
    """The path with each value of its enumerated parameter."""
    chosen = next((p for p in parameters if p["in"] == "path" and "enum" in p["schema"]), None)
    if chosen is None:
        yield path
        return
    for value in chosen["schema"]["enum"]:
        yield path.replace("{" + chosen["name"] + "}", value)


def resolve(thing: dict[str, Any]) -> dict[str, Any]:
    """What a reference means; anything else as it is."""
    while "$ref" in thing:
        _, _, kind, name = thing["$ref"].split("/")
        thing = schema()["components"][kind][name]
    return thing
