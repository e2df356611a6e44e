"""schemathesis asks every operation what its description allows, and much that it does not.

Each request meets a furnished bureau and is undone after, so writes really happen. The same in every run;
`FUZZING_EXAMPLES=200` asks for more.
"""

import logging
import os
from datetime import timedelta
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from plans.org.models import ApiToken
from reports import contacts
from reports.calendars import make_calendar
from reports.models import Notification, Summary
from reports.webhooks import services as webhooks
from tasks.models import Task
from tests import bureaus, routes
from tests.cases import OfficeCase

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
same = settings(
    max_examples=int(os.environ.get("FUZZING_EXAMPLES", "5")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# schemathesis sends files without a name, and a name's ending tells what these are.
NAMELESS = {"POST /api/v1/tasks/{id}/attachments/", "POST /api/v1/tasks/import/"}
once = settings(same, max_examples=1)


class FuzzingTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.bureau = bureaus.the_cast(self)
        later = str(bureaus.Furnished(self, self.bureau).due_on + timedelta(days=10))
        Notification.objects.create(user=self.admin, title="消息", created_at=timezone.now())
        given = {"name": "推送", "url": "https://hook.example.test/", "by": None, "now": timezone.now()}
        webhooks.make(self.admin, **given)
        make_calendar(self.admin, "日历", None, by=None, now=timezone.now())
        contacts.add_bot(self.admin, "群", "feishu://schemathesis", timezone.now())
        # What an example can't know of this office.
        self.ours = {"due_on": later, "answer_by": later, "target": self.bureau.ids["goal_target"]}
        ids = self.bureau.ids
        self.ours |= {"plan": ids["issued"], "report": None, "digest": ids["digest"], "tasks": None}
        self.ours |= {"event": ids["earned"], "department": self.bureau.lead.code, "anchor": "on_time"}
        self.ours |= {"from": ids["done_plan"]}
        self.schema = schemathesis.openapi.from_dict(routes.schema())
        self.schema.app = application
        # As Django's own test client does: a request's end must not close the test's connection.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
            self.addCleanup(signal.connect, close_old_connections)
        self.codes: dict[str, set[int]] = {}
        self.enterContext(self.settings(API_RATE_PER_MINUTE=10**9))
        logging.disable(logging.WARNING)
        self.addCleanup(logging.disable, logging.NOTSET)

    def sign_in(self, who: str) -> None:
        _, token = ApiToken.issue(getattr(self, who), "schemathesis", ["write"])
        self.headers = {"Authorization": f"Bearer {token}"}

    def operations(self) -> list[APIOperation]:
        return [result.ok() for result in self.schema.get_all_operations()]

    def addresses(self, operation: APIOperation) -> list[dict[str, int | str]]:
        """The ids of everything there is, and of nothing."""
        if "{secret}" in operation.path:
            return [{"secret": self.bureau.ids["secret"]}, {"secret": "nothing"}]
        ids = routes.PARAMETER.findall(operation.path.removeprefix(routes.PREFIX))
        named = [(kind, name) for kind, name in ids if kind in routes.KINDS]
        nothing = {name: 10**6 for _, name in named}
        return [*routes.existing(named), *([nothing] if named else [])]

    def ask(self, case: Case, address: dict[str, int | str]) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **address}
        with transaction.atomic():
            response = case.call(headers=self.headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS, headers=self.headers)
        self.codes.setdefault(case.operation.label, set()).add(response.status_code)

    def fuzz(self, who: str) -> None:
        self.sign_in(who)
        for operation in self.operations():
            with self.subTest(f"{operation.label} as {who}"):
                self.ask_anything(operation)

    def ask_anything(self, operation: APIOperation) -> None:
        kinds = [operation.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

        @same
        @given(case=st.one_of(kinds), address=st.sampled_from(self.addresses(operation)))
        def run(case: Case, address: dict[str, int]) -> None:
            # A version made up is nobody's: every second one is the task's.
            if len(case.headers.get("If-Match", "")) % 2 == 0:
                self.put_version(case, address)
            self.ask(case, address)

        run()

    def ask_the_examples(self, operation: APIOperation) -> None:
        addresses = self.addresses(operation)
        for strategy in operation.get_strategies_from_examples() or [operation.as_strategy()]:

            @once
            @given(case=strategy)
            def run(case: Case) -> None:
                case.body = self.fitted(case.body)
                for address in addresses:
                    self.put_version(case, address)
                    self.ask(case, address)

            run()

    def put_version(self, case: Case, address: dict[str, int]) -> None:
        if "If-Match" in case.headers:
            rows = Summary.objects if "/summaries/" in case.operation.path else Task.objects
            changed = rows.filter(pk=address.get("id")).first()
            case.headers["If-Match"] = f'"{changed.version if changed else 1}"'

    def fitted(self, body: Any) -> Any:
        """An example's body with this office's ids and days."""
        if not isinstance(body, dict):
            return body
        body = {name: self.ours.get(name, value) for name, value in body.items()}
        shares = {"id": self.bureau.ids["target"]}
        targets = [target | shares for target in body.get("targets", ())]
        fitting = {name: value for name, value in body.items() if value is not None}
        return {**fitting, "targets": targets} if targets else fitting

    def test_whatever_a_supervisor_sends(self):
        self.fuzz("supervisor")

    def test_whatever_a_liaison_sends(self):
        self.fuzz("liaison")

    def test_the_examples_are_answered_as_described(self):
        self.sign_in("admin")
        for operation in self.operations():
            with self.subTest(operation.label):
                self.ask_the_examples(operation)
        lost = {
            name for name, codes in self.codes.items() if not any(code < 300 for code in codes)
        } - NAMELESS
        self.assertEqual(lost, set(), "none of the examples succeeds")
