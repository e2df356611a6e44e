"""The contract: what is committed is what is served, and every answer of a call fits it."""

from pathlib import Path
from typing import Any

import yaml
from django.test import SimpleTestCase, TestCase
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from jsonschema import Draft202012Validator

from config.api.examples import bodies

COMMITTED = Path(__file__).resolve().parents[1] / "docs" / "openapi.yaml"


class SchemaTest(TestCase):
    def test_the_committed_contract_is_what_is_served(self):
        """Write it anew: python manage.py spectacular --api-version v1 > docs/openapi.yaml"""
        schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
        served = yaml.safe_load(OpenApiYamlRenderer().render(schema, renderer_context={}))
        self.assertEqual(yaml.safe_load(COMMITTED.read_text(encoding="utf-8")), served)

    def test_every_view_can_be_described(self):
        GENERATOR_STATS.reset()
        SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
        self.assertFalse(GENERATOR_STATS._warn_cache, dict(GENERATOR_STATS._warn_cache))
        self.assertFalse(GENERATOR_STATS._error_cache, dict(GENERATOR_STATS._error_cache))


class ServedTest(TestCase):
    def test_schema_and_docs_are_open(self):
        for url in ("/api/v1/schema/", "/api/v1/docs/"):
            self.assertEqual(self.client.get(url).status_code, 200)

    def test_it_is_openapi_3_1(self):
        response = self.client.get("/api/v1/schema/")
        self.assertEqual(yaml.safe_load(response.content)["openapi"][:3], "3.1")


class OperationTest(SimpleTestCase):
    """What an integrator finds at each operation."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)

    def operations(self) -> list[tuple[str, dict[str, Any]]]:
        return [pair for operations in self.schema["paths"].values() for pair in operations.items()]

    def test_each_says_what_it_is(self):
        said: dict[str, set[str]] = {}
        for path, operations in self.schema["paths"].items():
            for method, operation in operations.items():
                self.assertTrue(operation["summary"] and operation["description"], operation["operationId"])
                # What may be addressed by itself or below its task is one thing.
                said.setdefault(operation["summary"], set()).add(f"{method} {path.rpartition('}/')[2]}")
        self.assertEqual([summary for summary, which in said.items() if len(which) > 1], [], "said twice")

    def test_each_shows_what_is_sent_and_answered(self):
        shown = 0
        for media in bodies(self.schema):
            if media["schema"].get("format") == "binary":
                continue
            self.assertTrue(media.get("examples"), media)
            for example in media["examples"].values():
                value = self.resolve(example)["value"]
                with self.subTest(media["schema"].get("$ref")):
                    self.validate(value, media["schema"])
                shown += 1
        self.assertGreater(shown, 40)

    def test_each_names_its_refusals(self):
        for method, operation in self.operations():
            answers = operation["responses"]
            with self.subTest(operation["operationId"]):
                self.assertIn("400", answers)
                is_open = operation.get("security") == [{}]
                self.assertEqual([status in answers for status in ("401", "429")], [not is_open] * 2)
                self.assertEqual("requestBody" in operation, "415" in answers)
                self.assertEqual(method == "post", "422" in answers)
                for status in filter(lambda status: status >= "400", answers):
                    self.check_refusal(status, self.resolve(answers[status]))

    def check_refusal(self, status: str, response: dict[str, Any]) -> None:
        ((kind, media),) = response["content"].items()
        self.assertEqual(kind, "application/problem+json")
        for example in media["examples"].values():
            self.validate(example["value"], media["schema"])
            self.assertEqual(str(example["value"]["status"]), status)

    def test_answers_of_one_task_carry_their_version(self):
        found = 0
        for _, operation in self.operations():
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json", {})
                if content.get("schema", {}).get("$ref", "").endswith("/TaskDetail"):
                    self.assertIn("ETag", answer["headers"], status)
                    found += 1
        self.assertGreaterEqual(found, 3)

    def resolve(self, thing: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in thing:
            return thing
        _, _, kind, name = thing["$ref"].split("/")
        return self.schema["components"][kind][name]

    def validate(self, value: Any, schema: dict[str, Any]) -> None:
        components = self.schema["components"]
        checker = Draft202012Validator.FORMAT_CHECKER
        Draft202012Validator({**schema, "components": components}, format_checker=checker).validate(value)
