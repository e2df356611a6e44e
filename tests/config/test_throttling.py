"""How often one caller may ask, and what happens when nobody can count."""

import socket
import time
from contextlib import closing

from django.conf import settings
from django.test import SimpleTestCase, override_settings

from config import embedded
from config.api.throttling import Counter, client_url, counter
from tests.cases import OfficeCase

URL = "/api/v1/me/"


class RateTest(OfficeCase):
    def setUp(self) -> None:
        if settings.EMBEDDED_BROKER:
            embedded.start_valkey()
        counter.cache_clear()  # one that found no Valkey before would still be asleep
        self.forget()
        # A minute that ends between two requests would start the count anew.
        if time.time() % 60 > 57:
            time.sleep(60 - time.time() % 60)

    def forget(self) -> None:
        valkey = counter(settings.REDIS_URL).valkey
        for key in valkey.scan_iter("rate:*"):
            valkey.delete(key)

    def test_every_answer_tells_what_is_left(self):
        liaison = self.as_("liaison")
        first, second = liaison.get(URL), liaison.get("/api/v1/tasks/0/")
        self.assertEqual(first["RateLimit-Policy"], '"minute";q=30000;w=60')
        self.assertRegex(first["RateLimit"], r'^"minute";r=29999;t=([1-9]|[1-5]\d|60)$')
        self.assertEqual(second.status_code, 404)
        self.assertIn(";r=29998;", second["RateLimit"], "a refusal counts too")

    def test_refusals_of_the_scope_are_counted(self):
        reader = self.as_("liaison", "read")
        refused = reader.post("/api/v1/notifications/1/read/")
        self.assertEqual((refused.status_code, refused.json()["code"]), (403, "scope_missing"))
        self.assertIn(";r=29999;", refused["RateLimit"])

    def test_a_stranger_is_told_nothing(self):
        refused = self.as_("anonymous").get(URL)
        self.assertEqual(refused.status_code, 401)
        self.assertNotIn("RateLimit", refused)

    @override_settings(API_RATE_PER_MINUTE=2)
    def test_too_many_requests(self):
        liaison, other = self.as_("liaison"), self.as_("liaison")
        answers = [liaison.get(URL) for _ in range(3)]
        self.assertEqual([answer.status_code for answer in answers], [200, 200, 429])
        refused = answers[2]
        self.assertEqual(refused["Content-Type"], "application/problem+json")
        self.assertEqual(refused.json()["code"], "too_many_requests")
        self.assertTrue(1 <= int(refused["Retry-After"]) <= 60)
        self.assertIn(";r=0;", refused["RateLimit"])
        self.assertEqual(other.get(URL).status_code, 200, "each token has its own")

    @override_settings(API_RATE_PER_MINUTE=1)
    def test_a_session_counts_for_its_person(self):
        self.client.force_login(self.liaison)
        self.assertEqual([self.client.get(URL).status_code for _ in range(2)], [200, 429])
        self.client.force_login(self.head)
        self.assertEqual(self.client.get(URL).status_code, 200)

    def test_counts_end_by_themselves(self):
        self.as_("liaison").get(URL)
        valkey = counter(settings.REDIS_URL).valkey
        (key,) = valkey.scan_iter("rate:*")
        self.assertTrue(0 < valkey.ttl(key) <= 61)

    def test_without_a_broker_requests_pass(self):
        with (
            override_settings(REDIS_URL="redis://127.0.0.1:1/0"),
            self.assertLogs("config.api.throttling", "WARNING") as logs,
        ):
            liaison = self.as_("liaison")
            answers = [liaison.get(URL) for _ in range(3)]
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertNotIn("RateLimit", answers[0])
        self.assertEqual(len(logs.output), 1, "it is not asked again at once")

    def test_a_broker_that_says_nothing_holds_up_one_request_only(self):
        with closing(socket.create_server(("127.0.0.1", 0))) as mute:
            port = mute.getsockname()[1]
            silent = Counter(f"redis://127.0.0.1:{port}/0")
            started = time.monotonic()
            with self.assertLogs("config.api.throttling", "WARNING"):
                counts = [silent.add("token:1", time.time()) for _ in range(20)]
            self.assertLess(time.monotonic() - started, 1)
        self.assertEqual(set(counts), {None})


class AddressTest(SimpleTestCase):
    def test_the_brokers_address_in_both_forms(self):
        self.assertEqual(client_url("redis://broker:6379/2"), "redis://broker:6379/2")
        self.assertEqual(
            client_url("redis+socket:///a%20b/v.sock?virtual_host=3"), "unix:///a%20b/v.sock?db=3"
        )
