"""The contract: what is committed is what is served, and every answer of a call fits it."""

from pathlib import Path

import yaml
from django.test import TestCase
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

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
