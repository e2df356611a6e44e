"""Tasks as the API gives them, written as JSON by PostgreSQL: one statement, whatever hangs on them.

The fields are those of TaskSerializer and TaskDetailSerializer, which describe them; a test compares.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

import orjson
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, JSONField, OuterRef, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from config.postgres.frozen import Frozen, Given, IsAny
from plans.org.models import User
from plans.org.workdays import Calendar
from tasks.models import ChecklistItem, Helper, Task, TaskTarget

IDS = ArrayField(BigIntegerField())
# What the rules of tasks.access look at; the rest of such a task is read when somebody asks for it.
FACTS = ("id", "plan", "issuer", "parent", "lead", "status", "assigned_on", "due_on", "version")


class Json(Func):
    """json_build_object: unlike Django's JSONObject it keeps the order of the members."""

    function = "json_build_object"
    output_field = JSONField()

    def __init__(self, *names: str, **members: Any) -> None:
        """`names` are columns that are called so in the answer too."""
        members = {name: F(name) for name in names} | members
        super().__init__(*(part for name, value in members.items() for part in (Value(name), value)))


class Plain(Func):
    """A numeric without its trailing zeros: 800, not 800.0000."""

    function = "trim_scale"


class Moment(Func):
    """With the office's offset, as Django REST framework writes it."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        local = f"to_char({sql} AT TIME ZONE '{timezone.get_default_timezone_name()}', %s)"
        offset = timezone.localtime().strftime("%z")
        form = f'YYYY-MM-DD"T"HH24:MI:SS.US"{offset[:3]}:{offset[3:]}"'
        return f"replace({local}, '.000000', '')", [*params, form]


def department(way: str) -> Json:
    return Json(**{name: F(f"{way}__{name}") for name in ("id", "code", "name")})


def row() -> dict[str, Any]:
    """The members of a row in a list; works on tasks `with_light`."""
    mine = {"task": OuterRef("pk")}
    unit = {name: F(f"department__{name}") for name in ("id", "code", "name")} | {"role": F("role")}
    sizes = {"value": Plain("value"), "value_max": Plain("value_max")}
    target = Json("id", "name", "comparator", **sizes, unit=F("unit"), actual=Plain("actual"))
    return {
        **columns("id", "code", "title", "body"),
        "plan": Json(id=F("plan_id"), title=F("plan__title")),
        "item_path": F("plan_item__path"),
        "lead": department("lead"),
        "cooperating": ArraySubquery(Helper.objects.filter(**mine).order_by("id").values(json=Json(**unit))),
        **columns("due_on", "original_due_on", "deadline_kind", "reporting_cycle", "status", "progress"),
        **columns("light", "red_on", "is_overdue", "days_overdue", "completed_on", "was_late"),
        "targets": ArraySubquery(TaskTarget.objects.filter(**mine).order_by("ordinal").values(json=target)),
        **columns("version", "assigned_on"),
        "updated_at": Moment("updated_at"),
    }


def detail() -> dict[str, Any]:
    """Besides: what hangs on one task. Its `moves` depend on who asks and are added by the answer."""
    child = Json("id", "code", "title", "status", "progress", "due_on", lead=department("lead"))
    step = Json("id", "text", "done_on")
    children = Task.objects.filter(parent=OuterRef("pk")).order_by("id")
    steps = ChecklistItem.objects.filter(task=OuterRef("pk")).order_by("ordinal")
    return {
        **row(),
        "children": ArraySubquery(children.values(json=child)),
        "checklist": ArraySubquery(steps.values(json=step)),
    }


def columns(*names: str) -> dict[str, F]:
    return {name: F(name) for name in names}


def as_text(members: dict[str, Any]) -> Cast:
    return Cast(Json(**members), TextField())


def page(pks: list[int], today: date, calendar: Calendar) -> list[orjson.Fragment]:
    """The rows of these tasks, in this order."""
    texts = dict(page_statement(today, calendar).rows(ids=pks)) if pks else {}
    return [orjson.Fragment(texts[pk]) for pk in pks]


# Of a day, as lights are: yesterday's go in the course of today.
@lru_cache(maxsize=4)
def page_statement(today: date, calendar: Calendar) -> Frozen:
    tasks = Task.objects.filter(IsAny("pk", Given("ids", IDS))).with_light(today, calendar)
    return Frozen(tasks.order_by().values_list("pk", as_text(row())))


@dataclass(frozen=True)
class Detail:
    """One task: what the rules ask of it, and its members without `moves`."""

    task: Task
    members: dict[str, Any]


def details(pks: list[int], today: date, calendar: Calendar, *, seen_by: User | None = None) -> list[Detail]:
    """These tasks by id; with `seen_by`, those of them that this person sees."""
    seen = None if seen_by is None or seen_by.is_superuser else sorted(seen_by.standing.seen)
    given = {"ids": pks} if seen is None else {"ids": pks, "seen": seen}
    return [read(found) for found in details_statement(today, calendar, seen is not None).rows(**given)]


@lru_cache(maxsize=8)
def details_statement(today: date, calendar: Calendar, seen: bool) -> Frozen:
    tasks = Task.objects.filter(IsAny("pk", Given("ids", IDS))).with_light(today, calendar)
    if seen:
        tasks = tasks.seen_from(Given("seen", IDS))
    helpers = Helper.objects.filter(task=OuterRef("pk")).order_by("id")
    units = ArraySubquery(helpers.values(json=Json("role", id=F("department_id"))))
    return Frozen(tasks.order_by("pk").values_list(*FACTS, "plan__issuer_id", units, as_text(detail())))


def read(found: tuple[Any, ...]) -> Detail:
    *facts, plan_issuer_id, units, text = found
    task = Task.from_db("default", names_of_facts(), facts)
    task.plan_issuer_id, task.units = plan_issuer_id, units
    return Detail(task, orjson.loads(text))


def facts(pk: int, seen_by: User) -> Task | None:
    """What the rules look at, of a task that this person sees."""
    seen = None if seen_by.is_superuser else sorted(seen_by.standing.seen)
    given = {"pk": pk} if seen is None else {"pk": pk, "seen": seen}
    found = facts_statement(seen is not None).rows(**given)
    return Task.from_db("default", names_of_facts(), found[0]) if found else None


@cache
def facts_statement(seen: bool) -> Frozen:
    tasks = Task.objects.filter(pk=Given("pk", BigIntegerField())).order_by()
    return Frozen((tasks.seen_from(Given("seen", IDS)) if seen else tasks).values_list(*FACTS))


@cache
def names_of_facts() -> list[str]:
    return [Task._meta.get_field(name).attname for name in FACTS]
