"""English through the switch: everything is marked, translated, and shown; nothing that is kept changes."""

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from babel.messages.extract import extract_python
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, SimpleTestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation.template import templatize
from docx import Document
from docx.oxml.ns import qn
from lxml import html

from config.management.commands.makemessages import KEYWORDS
from plans.models import PlanChange
from reports import tidings
from reports.models import Contact, Notification, Summary
from reports.periods import Kind, Period
from tasks.models import Report, TaskEvent
from tests import addresses
from tests.cases import OfficeCase
from tests.latin import CHINESE, chinese_on, latin, turn_latin
from tests.pages import days

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("config", "plans", "tasks", "reports")
CATALOGUE = ROOT / "config" / "locale" / "en" / "LC_MESSAGES"
# Handed on as they are: an official document, and the body of e-mails. And a language's own name.
DOCUMENTS = {"summary_print.html", "message.html", "message.txt", "_language.html"}
# What only programs and administrators at a terminal read; and what is translated where it is shown.
UNSHOWN = re.compile(r"/api/|/management/|^plans/org/imports\.py|^plans/readers/")
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# How many arguments of each function are messages; a context comes first.
CALLS = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", *KEYWORDS), None)
CALLS |= dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
CALLS |= dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
CALLS["npgettext_lazy"] = ((1, "c"), 2, 3)
MARKED = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
BLOCKS = re.compile(r"\{% (blocktranslate|blocktrans|comment)\b.*?\{% end\1 %\}", re.DOTALL)


def templates() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("templates/**/*") if path.is_file())


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def said_in(path: Path) -> Iterator[tuple[str, ...]]:
    """What a file gives to be translated: (message,), (message, plural)."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":  # only its calls are Python
        calls = re.findall(r"n?p?gettext\(.*\)", templatize(text))
        text = "\n".join(call.strip() for call in calls)
    for _, name, messages, _ in extract_python(BytesIO(text.encode()), CALLS, [], {"encoding": "utf-8"}):
        found = messages if isinstance(messages, tuple) else (messages,)
        yield tuple(found[1:]) if "pgettext" in name else tuple(found[:2])


class CatalogueTest(SimpleTestCase):
    """`make messages` writes it anew from what stands in templates and modules."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.entries = polib.pofile(str(CATALOGUE / "django.po"))

    def test_everything_is_translated_and_nothing_guessed(self):
        left = [
            entry.msgid
            for entry in self.entries
            if entry.fuzzy
            or entry.obsolete
            or not all(entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        ]
        self.assertEqual(left, [])

    def test_a_translation_is_english_and_names_the_same_places(self):
        for entry in self.entries:
            for text in [entry.msgstr, *entry.msgstr_plural.values()]:
                if text:
                    with self.subTest(text):
                        self.assertNotRegex(text, CHINESE)
                        self.assertEqual(set(PLACES.findall(text)), set(PLACES.findall(entry.msgid)))

    def test_what_is_loaded_is_what_is_written(self):
        compiled = polib.mofile(str(CATALOGUE / "django.mo"))

        def meanings(entries: polib.POFile | polib.MOFile) -> dict[tuple[str, str], object]:
            return {(e.msgctxt or "", e.msgid): e.msgstr_plural or e.msgstr for e in entries}

        self.assertEqual(meanings(compiled), meanings(self.entries))

    def test_it_holds_what_the_program_says_and_no_more(self):
        known = {entry.msgid for entry in self.entries}
        said = {messages[0] for path in (*templates(), *sources()) for messages in said_in(path)}
        said = {text for text in said if text and CHINESE.search(text)}  # not the keys of what is looked up
        self.assertEqual((sorted(said - known), sorted(known - said)), ([], []), "run: make messages")


class MarkedTest(SimpleTestCase):
    def test_templates_mark_every_chinese_text(self):
        for path in templates():
            if path.name in DOCUMENTS:
                continue
            plain = MARKED.sub("", BLOCKS.sub("", path.read_text(encoding="utf-8")))
            with self.subTest(str(path.relative_to(ROOT))):
                self.assertEqual(CHINESE.findall(plain), [])

    def test_what_errors_say_is_marked(self):
        """A refusal's message is no plain literal."""
        unmarked = [
            f"{path.relative_to(ROOT)}:{call.lineno}"
            for path in sources()
            if not UNSHOWN.search(str(path.relative_to(ROOT)))
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(call, ast.Call) and refuses(call) and any(map(is_chinese, call.args))
        ]
        self.assertEqual(unmarked, [])


def refuses(call: ast.Call) -> bool:
    """Something like MoveNotAllowed(…), wrong(…), messages.error(…)."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    by_message = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "messages"
    return by_message or name in REFUSALS


def is_chinese(argument: ast.expr) -> bool:
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and CHINESE.search(part.value)
        for part in parts
    )


def refusals() -> set[str]:
    """DomainError, what derives from it, and the helpers that make one."""
    found, before = {"DomainError", "missing", "wrong", "PermissionDenied"}, set()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources()]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while found != before:
        before = set(found)
        found |= {node.name for node in classes if any(getattr(b, "id", "") in found for b in node.bases)}
    return found


REFUSALS = refusals()


class FurnishedCase(OfficeCase):
    """With one of everything."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.folder = cls.enterClassContext(TemporaryDirectory())
        with override_settings(MEDIA_ROOT=cls.folder):
            cls.things = addresses.furnished(cls())

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(override_settings(MEDIA_ROOT=self.folder))


class EnglishPagesTest(FurnishedCase):
    """Every page of a bureau that has one of everything, in English."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        turn_latin()

    def reader(self, who: str) -> Client:
        client = Client()
        client.cookies["django_language"] = "en"
        if who != "anonymous":
            client.force_login(getattr(self, who))
        return client

    def assertEnglish(self, response: HttpResponse, **about: str) -> None:
        if "html" in response.get("Content-Type", ""):
            with self.subTest(**about):
                self.assertEqual(chinese_on(response.content.decode()), [])

    def test_every_page_speaks_english(self):
        for sight in addresses.PAGES:
            for who in sight.readers:
                page = self.reader(who).get(latin(sight.address(self.things)))
                self.assertEnglish(page, page=str(sight), who=who)

    def test_so_does_what_comes_of_its_forms(self):
        """Each sort of form sent empty, and sent as it stands with a word in every text."""
        known: set[str] = set()
        for sight in addresses.PAGES:
            for who in sight.readers:
                address = latin(sight.address(self.things))
                for action, given in forms_on(self.reader(who).get(address), address):
                    sort = re.sub(r"\d+", "", action) + str(sorted(given))
                    for name, data in (("empty", dict.fromkeys(given, "")), ("filled", given)):
                        if sort not in known:
                            with transaction.atomic():
                                page = self.reader(who).post(action, data, follow=True)
                                transaction.set_rollback(True)
                            self.assertEnglish(page, page=str(sight), who=who, form=action, sent=name)
                    known.add(sort)

    def test_so_do_refusals(self):
        for who, address in (
            ("anonymous", "/nowhere/"),
            ("liaison", "/tasks/999999/"),
            ("liaison", "/plans/upload/"),
            ("stranger", f"/tasks/{self.things['busy']}/"),
        ):
            self.assertEnglish(self.reader(who).get(address, follow=True), who=who, page=address)
        for _ in range(12):
            page = self.reader("anonymous").post("/login/", {"username": "head", "password": "wrong"})
            self.assertEnglish(page, page="login", sent=str(page.status_code))


class KeptTest(FurnishedCase):
    """What is kept or handed on is the office's, whoever made it in whatever language."""

    def reader(self, who: str, language: str) -> Client:
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(getattr(self, who))
        return client

    def sent(self, language: str) -> None:
        """A supervisor's, a head's and a liaison's day, by their pages."""
        things, month = self.things, Period.around(days(0), Kind.MONTH).before.before
        goal = [things[name] for name in ("issued", "goal", "goal_target")]
        late = TaskEvent.objects.filter(kind="approve").exclude(pk=things["earned"]).latest("pk")
        for who, route, about, given in (
            ("supervisor", "summaries", [], {"period": month.before.name, "department": ""}),
            ("supervisor", "plans:goal-actual", goal, {"value": "200", "measured_on": str(days(0))}),
            ("supervisor", "hint-seen", [Report.objects.get(task=things["busy"]).pk], {}),
            ("supervisor", "scorecard-answer", [things["objection"]], {"note": "A word", "upheld": "true"}),
            ("head", "scorecard-object", [late.pk, "on_time", self.gxc.pk], {"note": "A word"}),
            ("liaison", "contact", [], {"by_email": "on", "quiet_from": "22:00", "quiet_until": "07:00"}),
            ("liaison", "bot-add", [], {"name": "Group", "url": "feishu://another"}),
            ("liaison", "calendars", [], {"name": "Mine"}),
        ):
            page = self.reader(who, language).post(reverse(route, args=about), given)
            self.assertIn(page.status_code, (201, 302), (route, page.content.decode()[-3000:]))

    def handed_on(self, language: str) -> Iterator[object]:
        """A letter, a ledger, an official document and a calendar, as they were asked for in a language."""
        things, supervisor = self.things, self.reader("supervisor", language)
        letter = supervisor.get(reverse("task-letter", args=[things["late"], "urge"]))
        yield letter["Content-Disposition"]
        yield [text.text for text in Document(BytesIO(letter.content)).element.iter(qn("w:t"))]
        ledger = supervisor.get("/api/v1/tasks/export/", {"format": "csv"})
        yield ledger.getvalue().decode()
        printed = self.reader("leader", language).get(reverse("summary-print", args=[things["released"]]))
        yield html.document_fromstring(printed.content.decode()).find(".//article").text_content()
        yield self.reader("liaison", language).get(f"/api/v1/calendar/{things['secret']}.ics").content

    def made(self, language: str) -> list[object]:
        with transaction.atomic():
            known = (TaskEvent.objects.latest("pk").pk, PlanChange.objects.latest("pk").pk)
            self.sent(language)
            tidings.tell_events(now=timezone.now())
            rows = [
                list(TaskEvent.objects.filter(pk__gt=known[0]).order_by("pk").values("kind", "note", "data")),
                list(PlanChange.objects.filter(pk__gt=known[1]).order_by("pk").values("kind", "data")),
                list(Notification.objects.order_by("user", "title", "text").values("title", "text")),
                list(Summary.objects.order_by("period").values("period", "narrative", "figures")),
                list(Contact.objects.order_by("user").values("user", "by_email", "quiet_from")),
                *self.handed_on(language),
            ]
            transaction.set_rollback(True)
        return rows

    def test_it_is_the_same_in_both_languages(self):
        for chinese, english in zip(self.made("zh-hans"), self.made("en"), strict=True):
            self.assertEqual(english, chinese)

    def test_programs_are_answered_in_chinese(self):
        program = self.as_("liaison")
        answer = program.post("/api/v1/tasks/999999/comments/", {}, HTTP_ACCEPT_LANGUAGE="en")
        self.assertRegex(answer.json()["detail"], CHINESE)
        refused = program.post(
            f"/api/v1/tasks/{self.things['busy']}/moves/approve/", {}, HTTP_ACCEPT_LANGUAGE="en"
        )
        self.assertRegex(refused.json()["detail"], CHINESE)


def forms_on(page: HttpResponse, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each form goes that is sent by POST, with what a browser would send."""
    if "html" not in page.get("Content-Type", ""):
        return
    for form in html.document_fromstring(page.content.decode()).forms:
        if form.method == "POST" and "switch" not in form.get("class", ""):
            given = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
            texts = [field.get("name") for field in form.xpath(".//textarea|.//input[@type='text']")]
            button = form.xpath(".//button[@name]")
            given |= {name: given.get(name) or "A word" for name in texts if name}
            given |= {one.get("name"): one.get("value", "") for one in button[:1]}
            yield form.action or address, given
