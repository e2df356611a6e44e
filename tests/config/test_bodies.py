"""What a hostile or broken program may send: it is told so in the one shape of an error, never with a 500."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.response import Response
from rest_framework.test import APIClient

from tests.builders import a_task
from tests.cases import OfficeCase


class BodyTest(OfficeCase):
    def setUp(self) -> None:
        self.url = f"/api/v1/tasks/{a_task(self.gxc, status='in_progress').pk}/moves/report/"

    def answers(self, response: Response, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code), response.content)
        self.assertEqual(response["Content-Type"], "application/problem+json")

    def test_half_a_character_is_refused_wherever_it_stands(self):
        for body in (
            r'{"\ud800": 1}',
            r'{"note": "\ud800", "progress": 1}',
            r'{"lead": "\ud800"}',
            r'{"outcome": "\udfff"}',
        ):
            response = self.as_("liaison").generic("POST", self.url, body, content_type="application/json")
            self.answers(response, 400, "parse_error")

    def test_json_without_end_is_refused(self):
        for body in ("[" * 100_000, '{"note": ' + "[" * 50_000 + "]" * 50_000 + "}"):
            response = self.as_("liaison").generic("POST", self.url, body, content_type="application/json")
            self.answers(response, 400, "parse_error")

    def test_nul_in_a_departments_code_names_no_department(self):
        response = self.as_("supervisor").post(self.url.replace("report", "reassign"), {"lead": "GXC\0"})
        self.answers(response, 400, "invalid")
        self.assertEqual(response.json()["errors"][0]["code"], "department_unknown")

    def test_a_percent_sign_in_a_filter_names_no_department(self):
        for name in ("lead", "department", "cooperating"):
            response = self.as_("supervisor").get("/api/v1/tasks/", {name: "50% of %s"})
            self.answers(response, 400, "invalid")
            self.assertIn("50% of %s", response.json()["detail"])

    def test_more_than_is_read(self):
        large = {"note": "长" * 1_000_000, "progress": 1}
        self.answers(self.as_("liaison").post(self.url, large), 413, "body_too_large")
        fields = {f"f{n}": "1" for n in range(1100)}
        self.answers(
            self.as_("supervisor").post("/api/v1/plans/", fields, format="multipart"), 400, "parse_error"
        )
        title = {"title": "长" * 1_000_000}
        self.answers(
            self.as_("supervisor").post("/api/v1/plans/", title, format="multipart"), 413, "body_too_large"
        )

    def test_ten_thousand_departments_are_not_looked_up_one_by_one(self):
        body = {"lead": "GXC", "cooperating": [10**6 + n for n in range(10_000)]}
        with CaptureQueriesContext(connection) as queries:
            response = self.as_("supervisor").post(self.url.replace("report", "reassign"), body)
        self.answers(response, 400, "invalid")
        self.assertLess(len(queries), 20)

    def test_only_numbers_are_ids(self):
        for pk in ("9" * 5000, "9" * 30, "１"):
            url = f"/api/v1/tasks/{pk}/moves/accept/"
            self.answers(self.as_("supervisor").post(url, {}), 404, "not_found")
        self.answers(self.as_("supervisor").get("/api/"), 404, "not_found")

    def test_an_address_that_is_none_is_not_there_for_any_method(self):
        self.answers(APIClient(enforce_csrf_checks=True).post("/api/v1/nothing/", {}), 404, "not_found")

    def test_options_of_the_documentation(self):
        self.assertEqual(self.as_("anonymous").options("/api/v1/docs/").status_code, 405)
