"""Who may do what: every route of the contract by every kind of person, in one table.

A route without a row fails, and so does a row without a route. What is sent is valid, so that the code means
access and not input; each refusal leaves everything as it was.
"""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import SimpleTestCase
from rest_framework.test import APIClient

from plans.org.models import Role
from tests import bureaus, routes
from tests.cases import OfficeCase
from tests.snapshots import everything

NOTE = {"note": "说明"}
LATER = "2099-12-20"
# What is sent; nothing where a row is not named. `{name}` is one of the bureau's ids.
BODIES: dict[str, Any] = {
    "POST plans/": {"file": "云江市2026年工作要点\n一、重点任务\n1.建设孵化器。", "issuer": "{issuer}"},
    "POST plans/{done_plan}/carry/": {"from": "{issued}", "dry_run": True},
    "POST plans/{draft}/issue/": {"default_lead": "{issuer}"},
    "POST plans/{draft}/items/": {"heading": "新增任务"},
    "PATCH plans/{draft}/items/{draft_item}/": {"heading": "更正"},
    "POST plans/{draft}/unresolved/": {"name": "火星办", "department": "{issuer}"},
    "PATCH plans/{issued}/goals/{goal}/": {"keeper": "{issuer}"},
    "POST plans/{issued}/goals/{goal}/actuals/": {"target": "{goal_target}", "value": 200},
    "POST plans/{issued}/revisions/": {"file": "工作要点\n一、重点任务\n1.建设孵化器。"},
    "POST plans/{issued}/revisions/{revision}/confirm/": {"digest": "{digest}", "note": "修订"},
    "PATCH tasks/{pending}/": {"title": "更名"},
    "POST tasks/{busy}/attachments/": {"file": "内容"},
    "POST tasks/{busy}/checklist/": {"text": "新步骤"},
    "PATCH tasks/{busy}/checklist/{step}/": {"text": "改步骤"},
    "POST tasks/{busy}/children/": {"lead": "{helper}"},
    "POST tasks/{in_progress}/extensions/": {"due_on": LATER, "note": "延期"},
    "POST tasks/bulk/": {"move": "approve", "ids": ["{submitted}"]},
    "POST tasks/{in_progress}/moves/report/": {"note": "进展", "progress": 50},
    "POST tasks/{pending}/moves/reassign/": {"lead": "{helper}"},
    "POST tasks/{completed}/moves/recheck/": {"note": "回头看", "outcome": "solid"},
    "POST tasks/import/": {"file": "任务编号,任务\nKJJ-2026-01,改名\n"},
    "GET tasks/{busy}/letter/": {"kind": "notice"},
    "GET departments/{department}/letter/": {"kind": "notice"},
    "GET workdays/": {"from": "2026-10-14", "days": 5},
    "POST summaries/": {"period": "2025-01"},
    "GET summaries/{summary}/file/": {"format": "xlsx"},
    "PATCH summaries/{summary}/": {"narrative": "改过的正文。"},
    "POST reports/objections/": {
        **{"event": "{earned}", "anchor": "on_time", "department": "{department}"},
        "note": "异议",
    },
    "POST reports/objections/{objection}/answer/": {"upheld": True, "note": "采纳"},
    "POST tokens/": {"name": "新令牌", "scopes": ["read"]},
    "POST calendars/": {"name": "新日历"},
    "POST me/bots/": {"name": "新群", "url": "feishu://new"},
    "PATCH me/contact/": {"quiet_from": "22:00", "quiet_until": "07:30"},
    "POST webhooks/": {"name": "新推送", "url": "https://hook.example.test/"},
    "PATCH webhooks/{webhook_leader}/": {"name": "改名"},
}
NEEDS_NOTE = re.compile(
    r"^POST .*/(comments|instructions|answer|urge|grant|deny"
    r"|moves/decline|moves/return|moves/reopen|moves/suspend|moves/cancel)/$"
)
# Inside the bureau whose things are asked for; outside it, each role of another, its supervisor apart; the
# supervisor's tokens with one scope each. A calendar's secret is its key: who knows it needs no sign-in.
COLUMNS = ("anonymous", *Role.values, "outside", "outside supervisor", "reads", "writes", "superuser")
TABLE = """
GET calendars/                                       401 200 200 200 200 200 200 200 200 200 200
POST calendars/                                      401 201 201 201 201 201 201 201 403 201 201
DELETE calendars/{calendar_leader}/                  401 404 404 404 204 404 404 404 403 404 404
GET calendar/{secret}.ics                            200 200 200 200 200 200 200 200 200 200 200
GET departments/                                     401 200 200 200 200 200 200 200 200 200 200
GET departments/{department}/                        401 200 200 200 200 200 200 200 200 200 200
GET departments/{department}/letter/                 401 200 200 200 200 403 409 409 200 200 200
GET events/                                          401 200 200 200 200 200 200 200 200 200 200
GET extensions/                                      401 200 200 200 200 200 200 200 200 200 200
POST extensions/{extension}/deny/                    401 403 403 200 403 403 404 404 403 200 200
POST extensions/{extension}/grant/                   401 403 403 200 403 403 404 404 403 200 200
GET hints/                                           401 200 200 200 200 200 200 200 200 200 200
POST hints/{hint}/seen/                              401 404 404 200 403 404 404 404 403 200 200
GET instructions/                                    401 200 200 200 200 200 200 200 200 200 200
POST instructions/{instruction}/answer/              401 200 200 403 403 403 404 404 403 403 200
GET me/                                              401 200 200 200 200 200 200 200 200 200 200
DELETE me/bots/{bot_liaison}/                        401 204 404 404 404 404 404 404 403 404 404
GET me/bots/                                         401 200 200 200 200 200 200 200 200 200 200
POST me/bots/                                        401 201 201 201 201 201 201 201 403 201 201
POST me/bots/{bot_liaison}/test/                     401 200 404 404 404 404 404 404 403 404 404
GET me/contact/                                      401 200 200 200 200 200 200 200 200 200 200
PATCH me/contact/                                    401 200 200 200 200 200 200 200 403 200 200
GET notifications/                                   401 200 200 200 200 200 200 200 200 200 200
POST notifications/{message_liaison}/read/           401 200 404 404 404 404 404 404 403 404 404
GET plans/                                           401 200 200 200 200 200 200 200 200 200 200
POST plans/                                          401 403 403 201 403 403 403 403 403 201 201
GET plans/{draft}/                                   401 404 404 200 200 200 404 404 200 200 200
GET plans/{issued}/                                  401 200 200 200 200 200 404 404 200 200 200
DELETE plans/{draft}/                                401 404 404 204 403 403 404 404 403 204 204
POST plans/{done_plan}/archive/                      401 403 403 200 403 403 404 404 403 200 200
POST plans/{done_plan}/carry/                        401 403 403 200 403 403 404 404 403 200 200
GET plans/{issued}/compare/{done_plan}/              401 200 200 200 200 200 404 404 200 200 200
POST plans/{draft}/issue/                            401 404 404 201 403 403 404 404 403 201 201
GET plans/{draft}/source/                            401 404 404 200 200 200 404 404 200 200 200
GET plans/{issued}/goals/                            401 200 200 200 200 200 404 404 200 200 200
GET plans/{issued}/goals/{goal}/                     401 200 200 200 200 200 404 404 200 200 200
PATCH plans/{issued}/goals/{goal}/                   401 403 403 200 403 403 404 404 403 200 200
GET plans/{issued}/goals/{goal}/actuals/             401 200 200 200 200 200 404 404 200 200 200
POST plans/{issued}/goals/{goal}/actuals/            401 403 403 201 403 403 404 404 403 201 201
GET plans/{draft}/items/                             401 404 404 200 200 200 404 404 200 200 200
POST plans/{draft}/items/                            401 404 404 201 403 403 404 404 403 201 201
GET plans/{draft}/items/{draft_item}/                401 404 404 200 200 200 404 404 200 200 200
PATCH plans/{draft}/items/{draft_item}/              401 404 404 200 403 403 404 404 403 200 200
GET plans/{issued}/revisions/                        401 200 200 200 200 200 404 404 200 200 200
POST plans/{issued}/revisions/                       401 403 403 201 403 403 404 404 403 201 201
GET plans/{issued}/revisions/{revision}/             401 404 404 200 200 200 404 404 200 200 200
GET plans/{issued}/revisions/{revision}/source/      401 404 404 200 200 200 404 404 200 200 200
POST plans/{issued}/revisions/{revision}/confirm/    401 404 404 200 403 403 404 404 403 200 200
POST plans/{issued}/revisions/{revision}/discard/    401 404 404 200 403 403 404 404 403 200 200
GET plans/{draft}/suggestions/                       401 404 404 200 200 200 404 404 200 200 200
GET plans/{draft}/unresolved/                        401 404 404 200 200 200 404 404 200 200 200
POST plans/{draft}/unresolved/                       401 404 404 200 403 403 404 404 403 200 200
GET reminders/                                       401 200 200 200 200 200 200 200 200 200 200
GET reports/departments/                             401 200 200 200 200 200 200 200 200 200 200
GET reports/objections/                              401 200 200 200 200 200 200 200 200 200 200
POST reports/objections/                             401 201 201 403 403 403 400 400 403 403 201
POST reports/objections/{objection}/answer/          401 403 403 200 403 403 404 404 403 200 200
GET reports/scorecard/                               401 200 200 200 200 200 200 200 200 200 200
GET reports/overdue/                                 401 200 200 200 200 200 200 200 200 200 200
GET reports/overview/                                401 200 200 200 200 200 200 200 200 200 200
GET summaries/                                       401 200 200 200 200 200 200 200 200 200 200
POST summaries/                                      401 403 403 202 403 403 403 202 403 202 202
GET summaries/{summary}/                             401 404 404 200 200 200 404 404 200 200 200
GET summaries/{summary}/file/                        401 404 404 200 200 200 404 404 200 200 200
PATCH summaries/{summary}/                           401 404 404 200 403 403 404 404 403 200 200
POST summaries/{summary}/release/                    401 404 404 200 403 403 404 404 403 200 200
GET tasks/                                           401 200 200 200 200 200 200 200 200 200 200
GET tasks/{pending}/                                 401 200 200 200 200 200 404 404 200 200 200
PATCH tasks/{pending}/                               401 403 403 200 403 403 404 404 403 200 200
GET tasks/{busy}/actuals/                            401 200 200 200 200 200 404 404 200 200 200
GET tasks/{busy}/attachments/                        401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/attachments/                       401 201 201 201 201 403 404 404 403 201 201
GET tasks/{busy}/attachments/{attachment}/           401 200 200 200 200 200 404 404 200 200 200
GET tasks/{busy}/attachments/{attachment}/file/      401 200 200 200 200 200 404 404 200 200 200
GET tasks/{busy}/checklist/                          401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/checklist/                         401 201 201 403 403 403 404 404 403 403 201
PATCH tasks/{busy}/checklist/{step}/                 401 200 200 403 403 403 404 404 403 403 200
GET tasks/{whole}/children/                          401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/children/                          401 403 201 201 403 403 404 404 403 201 201
GET tasks/{busy}/comments/                           401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/comments/                          401 201 201 201 201 403 404 404 403 201 201
GET tasks/{busy}/events/                             401 200 200 200 200 200 404 404 200 200 200
GET tasks/{waiting}/extensions/                      401 200 200 200 200 200 404 404 200 200 200
POST tasks/{in_progress}/extensions/                 401 403 201 403 403 403 404 404 403 403 201
POST tasks/{waiting}/extensions/{extension}/deny/    401 403 403 200 403 403 404 404 403 200 200
POST tasks/{waiting}/extensions/{extension}/grant/   401 403 403 200 403 403 404 404 403 200 200
GET tasks/{busy}/instructions/                       401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/instructions/                      401 403 403 403 201 403 404 404 403 403 201
POST tasks/{busy}/instructions/{instruction}/answer/ 401 200 200 403 403 403 404 404 403 403 200
POST tasks/{pending}/moves/accept/                   401 200 200 403 403 403 404 404 403 403 200
POST tasks/{submitted}/moves/approve/                401 403 403 200 403 403 404 404 403 200 200
POST tasks/{pending}/moves/cancel/                   401 403 403 200 403 403 404 404 403 200 200
POST tasks/{completed}/moves/close/                  401 403 403 200 200 403 404 404 403 200 200
POST tasks/{pending}/moves/decline/                  401 403 200 403 403 403 404 404 403 403 200
POST tasks/{pending}/moves/reassign/                 401 403 403 200 403 403 404 404 403 200 200
POST tasks/{completed}/moves/recheck/                401 403 403 200 200 403 404 404 403 200 200
POST tasks/{completed}/moves/reopen/                 401 403 403 200 403 403 404 404 403 200 200
POST tasks/{in_progress}/moves/report/               401 200 200 403 403 403 404 404 403 403 200
POST tasks/{suspended}/moves/resume/                 401 403 403 200 403 403 404 404 403 200 200
POST tasks/{submitted}/moves/return/                 401 403 403 200 403 403 404 404 403 200 200
POST tasks/{in_progress}/moves/submit/               401 200 200 403 403 403 404 404 403 403 200
POST tasks/{pending}/moves/suspend/                  401 403 403 200 403 403 404 404 403 200 200
POST tasks/{submitted}/moves/withdraw/               401 200 200 403 403 403 404 404 403 403 200
GET tasks/{busy}/report-periods/                     401 200 200 200 200 200 404 404 200 200 200
GET tasks/{busy}/letter/                             401 200 200 200 200 403 404 404 200 200 200
GET tasks/{busy}/reports/                            401 200 200 200 200 200 404 404 200 200 200
POST tasks/{busy}/urge/                              401 403 403 200 200 403 404 404 403 200 200
POST tasks/bulk/                                     401 200 200 200 200 200 200 200 403 200 200
GET tasks/export/                                    401 200 200 200 200 200 200 200 200 200 200
POST tasks/import/                                   401 403 403 200 403 403 403 200 403 200 200
GET tokens/                                          401 200 200 200 200 200 200 200 200 200 200
POST tokens/                                         401 201 201 201 201 201 201 201 403 201 201
DELETE tokens/{token_supervisor}/                    401 404 404 204 404 404 404 404 403 204 404
GET webhooks/                                        401 200 200 200 200 200 200 200 200 200 200
POST webhooks/                                       401 201 201 201 201 201 201 201 403 201 201
GET webhooks/{webhook_supervisor}/                   401 404 404 200 404 404 404 404 200 200 404
PATCH webhooks/{webhook_leader}/                     401 404 404 404 200 404 404 404 403 404 404
DELETE webhooks/{webhook_leader}/                    401 404 404 404 204 404 404 404 403 404 404
GET webhooks/{webhook_supervisor}/deliveries/        401 404 404 200 404 404 404 404 200 200 404
POST webhooks/{webhook_leader}/redeliver/            401 404 404 404 200 404 404 404 403 404 404
POST webhooks/{webhook_leader}/secret/               401 404 404 404 200 404 404 404 403 404 404
GET workdays/                                        401 200 200 200 200 200 200 200 200 200 200
"""


def read_table() -> dict[str, dict[str, int]]:
    rows = [(line.split()[:2], line.split()[2:]) for line in TABLE.strip().splitlines()]
    return {" ".join(row): dict(zip(COLUMNS, map(int, codes), strict=True)) for row, codes in rows}


TABLE_ROWS = read_table()


class MatrixTest(OfficeCase):
    def setUp(self) -> None:
        super().setUp()
        self.bureau, self.other = bureaus.the_cast(self), bureaus.another(self)
        bureaus.Furnished(self, self.bureau)
        self.ids = {**self.bureau.ids, "department": self.gxc.pk}
        self.clients = self.callers()
        self.before = everything()

    def callers(self) -> dict[str, APIClient]:
        supervisor = self.bureau.people["supervisor"]
        return {
            "anonymous": self.as_("anonymous"),
            **{role: self.as_(person) for role, person in self.bureau.people.items()},
            **{f"outside {role}": self.as_(person) for role, person in self.other.people.items()},
            "reads": self.as_(supervisor, "read"),
            "writes": self.as_(supervisor, "write"),
            "superuser": self.as_("admin"),
        }

    def fill(self, given: Any) -> Any:
        """A body with the bureau's ids and codes in it."""
        if isinstance(given, dict):
            return {name: self.fill(value) for name, value in given.items()}
        if isinstance(given, list):
            return [self.fill(value) for value in given]
        codes = {"{issuer}": self.bureau.issuer.code, "{helper}": self.bureau.helper.code}
        if isinstance(given, str) and given in codes:
            return codes[given]
        found = re.fullmatch(r"\{(\w+)\}", given) if isinstance(given, str) else None
        return self.ids[found[1]] if found else given

    def ask(self, client: APIClient, row: str) -> int:
        """The code that this row is answered with; whatever was done is undone."""
        method, path = row.split()
        body = self.fill(BODIES.get(row, NOTE if NEEDS_NOTE.search(row) else {}))
        url, how = routes.PREFIX + path.format(**self.ids), {}
        if "file" in body:
            body["file"] = SimpleUploadedFile("文件.csv", body["file"].encode())
            how["format"] = "multipart"
        if row in ("PATCH tasks/{pending}/", "PATCH summaries/{summary}/"):
            how["headers"] = {"If-Match": '"1"'}
        with transaction.atomic():
            response = getattr(client, method.lower())(url, body, **how)
            b"".join(response.streaming_content if response.streaming else ())
            if response.status_code >= 400:
                self.assertEqual(everything(), self.before, f"{row} → {response.status_code}")
            transaction.set_rollback(True)
        return response.status_code

    def check(self, *, writes: bool) -> None:
        for row, codes in TABLE_ROWS.items():
            if writes == row.startswith("GET"):
                continue
            for who, client in self.clients.items():
                expected = codes.get(who, codes["outside"])
                with self.subTest(f"{row} as {who}"):
                    self.assertEqual(self.ask(client, row), expected)

    def test_who_may_read_what(self):
        self.check(writes=False)

    def test_who_may_do_what(self):
        self.check(writes=True)


class CompletenessTest(SimpleTestCase):
    def test_every_route_has_a_row_and_every_row_a_route(self):
        routes_by_pattern = {pattern(str(operation)): str(operation) for operation in routes.operations()}
        found = {row: next((p for p in routes_by_pattern if p.fullmatch(row)), None) for row in TABLE_ROWS}
        self.assertEqual([row for row, route in found.items() if route is None], [], "rows without a route")
        missing = [route for p, route in routes_by_pattern.items() if p not in found.values()]
        self.assertEqual(missing, [], "routes without a row")


def pattern(route: str) -> re.Pattern[str]:
    """`GET tasks/{id}/` matches every row that names an id there."""
    return re.compile(re.sub(r"\\\{\w+\\\}", r"\\{\\w+\\}", re.escape(route)))
