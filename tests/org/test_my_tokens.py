"""tokens/: one's own, made and taken back over the API."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from plans.org.models import ApiToken, IdempotencyKey
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

URL = "/api/v1/tokens/"


def holding(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


class TokensCase(OfficeCase):
    def setUp(self) -> None:
        self.client = self.as_("liaison")

    def make(self, client: APIClient | None = None, **given: Any) -> HttpResponse:
        return (client or self.client).post(URL, {"name": "OA", "scopes": ["read"]} | given)

    def assert_refused(self, response: HttpResponse, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code), response.content)
        self.assertFalse(ApiToken.objects.filter(name="OA").exists())


class MakeTest(TokensCase):
    def test_its_secret_is_shown_once_and_works_at_once(self):
        made = self.make()
        self.assertEqual(made.status_code, 201, made.content)
        row, secret = made.json(), made.json()["token"]
        self.assertEqual((row["name"], row["scopes"], row["expires_at"]), ("OA", ["read"], None))
        self.assertEqual(holding(secret).get("/api/v1/me/").json()["scopes"], ["read"])
        self.assertEqual(self.make(holding(secret), name="X").json()["code"], "scope_missing")
        listed = self.client.get(URL)
        self.assertNotIn(secret, listed.content.decode())
        fields = {"id", "name", "scopes", "expires_at", "created_at"}
        self.assertEqual([set(entry) for entry in listed.json()["results"]], [fields, fields])

    def test_a_replay_does_not_show_it_again_and_nothing_keeps_it(self):
        headers = {"Idempotency-Key": "k"}
        body = {"name": "OA", "scopes": ["write"]}
        first, again = (self.client.post(URL, body, headers=headers) for _ in range(2))
        self.assertEqual(again.json(), first.json() | {"token": None})
        self.assertEqual((again.status_code, again["Idempotent-Replayed"]), (201, "true"))
        self.assertNotIn(first.json()["token"], str(list(IdempotencyKey.objects.values())))

    def test_a_name_that_is_taken_keeps_its_token(self):
        self.make(name="甲")
        holder = ApiToken.objects.get(name="甲").token_hash
        response = self.make(name=" 甲 ")
        self.assert_refused(response, 409, "token_name_taken")
        self.assertEqual(ApiToken.objects.get(name="甲").token_hash, holder)
        self.assertEqual(
            self.make(self.as_("head"), name="甲").status_code, 201, "another person's may be so"
        )

    def test_wrong_input(self):
        now = timezone.now()
        for given in (
            {"name": ""},
            {"name": "  "},
            {"name": "甲" * 101},
            {"name": "甲" * 10_000},
            {"name": "a\0b"},
            {"name": ["a"]},
            {"name": None},
            {"scopes": []},
            {"scopes": ["admin"]},
            {"scopes": ["read"] * 3},
            {"scopes": "read"},
            {"scopes": {"read": True}},
            {"scopes": None},
            {"expires_at": "明天"},
            {"expires_at": 5},
            {"expires_at": "9999-12-31T23:59:59+00:00"},
            {"expires_at": "0001-01-01T00:00:00+14:00"},
            {"expires_at": (now - timedelta(minutes=1)).isoformat()},
            {"expires_at": (now + timedelta(days=3651)).isoformat()},
            {"user": 1},
        ):
            with self.subTest(given=str(given)[:60]):
                response = self.make(**given)
                self.assertEqual(response.status_code, 400, response.content)
        self.assertEqual(ApiToken.objects.count(), 1)

    def test_dates_that_are_over_have_a_code_of_their_own(self):
        past = (timezone.now() - timedelta(seconds=1)).isoformat()
        self.assert_refused(self.make(expires_at=past), 400, "token_expiry_invalid")


class OutlivingTest(TokensCase):
    def brief(self) -> tuple[APIClient, datetime]:
        expires_at = timezone.now() + timedelta(days=3)
        return holding(ApiToken.issue(self.liaison, "短期", ["write"], expires_at)[1]), expires_at

    def test_a_token_makes_none_that_outlives_it(self):
        client, expires_at = self.brief()
        later = (expires_at + timedelta(seconds=1)).isoformat()
        self.assert_refused(self.make(client, expires_at=later), 403, "token_outlives")
        self.assert_refused(self.make(client), 403, "token_outlives")
        self.assert_refused(self.make(client, expires_at=None), 403, "token_outlives")
        self.assertEqual(self.make(client, expires_at=expires_at.isoformat()).status_code, 201)

    def test_a_persons_page_may_make_any(self):
        client = Client()
        client.force_login(self.liaison)
        body = {"name": "OA", "scopes": ["read", "write"]}
        self.assertEqual(client.post(URL, body, content_type="application/json").status_code, 201)


class RevokeTest(TokensCase):
    def test_a_token_taken_back_is_refused_at_once(self):
        made = self.make(scopes=["write"]).json()
        program = holding(made["token"])
        self.assertEqual(program.get("/api/v1/me/").status_code, 200)
        response = self.client.delete(f"{URL}{made['id']}/")
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assertEqual(program.get("/api/v1/me/").json()["code"], "token_invalid")
        self.assertEqual(self.client.delete(f"{URL}{made['id']}/").status_code, 404)
        self.assertEqual(self.make().status_code, 201, "its name is free again")

    def test_nobody_sees_or_takes_back_anothers(self):
        pk = self.make().json()["id"]
        for who, status in {"anonymous": 401, "head": 404, "supervisor": 404, "admin": 404}.items():
            self.assertEqual(self.as_(who).delete(f"{URL}{pk}/").status_code, status, who)
        self.assertEqual(self.as_("liaison", "read").delete(f"{URL}{pk}/").status_code, 403)
        names = [row["name"] for row in self.as_("admin").get(URL).json()["results"]]
        self.assertNotIn("OA", names)
        self.assertTrue(ApiToken.objects.filter(pk=pk).exists())
        self.assertEqual(self.as_("anonymous").get(URL).status_code, 401)


class AtOnceTest(OfficeTransactionCase):
    def test_of_two_of_one_name_at_once_one_is_made(self):
        client = self.as_("liaison")
        calls = [partial(client.post, URL, {"name": "OA", "scopes": ["read"]})] * 4
        self.assertEqual(sorted(answer.status_code for answer in at_once(*calls)), [201, 409, 409, 409])
