"""webhooks/: one's own, made, changed, replayed and deleted over the API."""

import base64
from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any

from celery.signals import before_task_publish
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from plans.org.models import ApiToken, IdempotencyKey
from reports import jobs
from reports.models import Webhook, WebhookDelivery
from reports.webhooks import services
from tasks import feed
from tasks.feed import Position
from tests.builders import a_task
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once
from tests.receivers import http_receiver

URL = "/api/v1/webhooks/"
GIVEN = {"name": "OA", "url": "https://hook.example.test/in"}


class WebhooksCase(OfficeCase):
    def setUp(self) -> None:
        self.client = self.as_("head")

    def make(self, **given: Any) -> HttpResponse:
        return self.client.post(URL, GIVEN | given)

    def made(self, **given: Any) -> str:
        return f"{URL}{self.make(**given).json()['id']}/"

    def assert_refused(self, response: HttpResponse, status: int, code: str) -> None:
        problem = response.json()
        codes = {problem["code"], *(error["code"] for error in problem["errors"])}
        self.assertEqual(response.status_code, status, response.content)
        self.assertIn(code, codes)


class MakeTest(WebhooksCase):
    def test_its_secret_is_shown_once(self):
        made = self.make(kinds=["urge", "return"])
        self.assertEqual(made.status_code, 201, made.content)
        row = made.json()
        secret = row.pop("secret")
        kind, key = secret.split("_", 1)
        self.assertEqual((kind, len(base64.b64decode(key))), ("whsec", 32))
        self.assertEqual(
            {name: row[name] for name in ("name", "url", "kinds", "is_active", "failures", "paused_at")},
            {**GIVEN, "kinds": ["urge", "return"], "is_active": True, "failures": 0, "paused_at": None},
        )
        (listed,) = self.client.get(URL).json()["results"]
        self.assertEqual(listed, row)
        self.assertEqual(self.client.get(f"{URL}{row['id']}/").json(), row)
        self.assertEqual(Webhook.objects.get().secret, secret)

    def test_it_begins_now_or_at_any_place_of_the_feed(self):
        a_task(self.gxc, status="in_progress")
        events = self.client.get("/api/v1/events/", {"page_size": 1}).json()
        self.assertEqual(self.make(name="甲").json()["cursor"], str(feed.horizon()))
        self.assertEqual(self.make(name="乙", after="now").json()["cursor"], str(feed.horizon()))
        self.assertEqual(self.make(name="丙", after=events["cursor"]).json()["cursor"], events["cursor"])

    def test_a_replay_does_not_show_the_secret_again_and_nothing_keeps_it(self):
        headers = {"Idempotency-Key": "k"}
        first, again = (self.client.post(URL, GIVEN, headers=headers) for _ in range(2))
        self.assertEqual(again.json(), first.json() | {"secret": None})
        self.assertEqual((again.status_code, again["Idempotent-Replayed"]), (201, "true"))
        self.assertNotIn(first.json()["secret"], str(list(IdempotencyKey.objects.values())))
        url = f"{URL}{first.json()['id']}/"
        for action, shows in (("secret/", True), ("redeliver/", False)):
            first, again = (self.client.post(url + action, {}, headers=headers) for _ in range(2))
            self.assertEqual("secret" in first.json(), shows)
            self.assertEqual(again.json(), first.json() | ({"secret": None} if shows else {}))

    def test_a_copy_of_the_database_does_not_hold_the_secret(self):
        secret = self.make().json()["secret"]
        stored = Webhook.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True).get()
        self.assertNotIn(secret[6:], stored)

    def test_addresses_that_may_not_be_called_are_refused_at_once(self):
        for url in (
            *("http://hook.example.test/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/"),
            *("https://u:p@hook.example.test/", "https://hook.example.test/#x", "https://2130706433/"),
            *("https://169.254.169.254/latest/", "file:///etc/passwd", "https://科技.中国/", "x"),
        ):
            with self.subTest(url):
                self.assert_refused(self.make(url=url), 400, "url_not_allowed")
        self.assertEqual(Webhook.objects.count(), 0)
        webhook = self.made()
        self.assert_refused(self.client.patch(webhook, {"url": "https://10.0.0.1/"}), 400, "url_not_allowed")
        self.assertEqual(Webhook.objects.get().url, GIVEN["url"])

    def test_wrong_input(self):
        for given in (
            *({"name": ""}, {"name": " "}, {"name": "甲" * 101}, {"name": "a\0b"}, {"name": None}),
            *({"url": ""}, {"url": "https://hook.example.test/" + "x" * 500}, {"url": None}),
            *({"kinds": "urge"}, {"kinds": ["nonsense"]}, {"kinds": ["urge"] * 100}, {"kinds": None}),
            *({"after": ""}, {"after": "x"}, {"after": None}, {"after": 5}, {"after": "now x"}),
            *({"secret": "whsec_x"}, {"is_active": False}, {"user": 1}),
        ):
            with self.subTest(given=str(given)[:60]):
                self.assert_refused(self.make(**given), 400, "invalid")
        self.assert_refused(self.make(after="x" * 32), 400, "bad_cursor")
        self.assertEqual(Webhook.objects.count(), 0)

    def test_a_name_is_ones_own_once(self):
        first = self.made()
        self.assert_refused(self.make(name=" OA "), 409, "webhook_name_taken")
        self.assertEqual(self.as_("liaison").post(URL, GIVEN).status_code, 201)
        second = self.made(name="数据平台")
        self.assert_refused(self.client.patch(second, {"name": "OA"}), 409, "webhook_name_taken")
        self.assertEqual(self.client.patch(first, {"name": "OA"}).status_code, 200, "its own")

    def test_there_is_a_limit(self):
        for n in range(services.MOST):
            self.made(name=f"{n}")
        self.assert_refused(self.make(), 409, "too_many_webhooks")
        self.assertEqual(self.head.webhooks.count(), services.MOST)
        self.assertEqual(self.as_("liaison").post(URL, GIVEN).status_code, 201)

    def test_a_token_that_ends_sets_up_nothing_that_lasts(self):
        url = self.made()
        token = ApiToken.issue(self.head, "短期", ["write"], timezone.now() + timedelta(days=1))[1]
        headers = {"Authorization": f"Bearer {token}"}
        client = self.as_("anonymous")
        for refused in (
            client.post(URL, GIVEN | {"name": "二"}, headers=headers),
            client.patch(url, {"url": "https://other.example.test/"}, headers=headers),
            client.post(f"{url}secret/", headers=headers),
        ):
            self.assert_refused(refused, 403, "token_outlives")
        self.assertEqual(Webhook.objects.get().url, GIVEN["url"])
        self.assertEqual(client.patch(url, {"is_active": False}, headers=headers).status_code, 200)


class ChangeTest(WebhooksCase):
    def test_what_is_given_changes_and_the_rest_stays(self):
        url = self.made(kinds=["urge"])
        before = self.client.get(url).json()
        for given in ({"name": "数据平台"}, {"url": "https://hook.example.test:8443/x"}, {"kinds": []}):
            self.assertEqual(self.client.patch(url, given).json(), before | given)
            before |= given
        self.assertEqual(self.client.patch(url, {"is_active": False}).json()["is_active"], False)
        self.assertEqual(self.client.patch(url, {}).status_code, 200)
        for given in ({"after": "now"}, {"failures": 0}, {"secret": "whsec_x"}, {"is_active": "perhaps"}):
            self.assert_refused(self.client.patch(url, given), 400, "invalid")

    def test_each_change_fences_off_the_run_under_way(self):
        url = self.made()
        for act in (
            lambda: self.client.patch(url, {"name": "改名"}),
            lambda: self.client.post(f"{url}secret/"),
            lambda: self.client.post(f"{url}redeliver/"),
        ):
            before = Webhook.objects.get().attempt
            self.assertEqual(act().status_code, 200)
            self.assertEqual(Webhook.objects.get().attempt, before + 1)

    def test_redelivery_sets_the_place_and_ends_a_pause(self):
        url = self.made()
        now = timezone.now()
        state = {
            "failures": 3,
            "failing_since": now,
            "paused_at": now,
            "next_attempt_at": now + timedelta(days=1),
        }
        Webhook.objects.update(**state)
        beginning = str(Position(1, 5, 7))
        answer = self.client.post(f"{url}redeliver/", {"after": beginning}).json()
        self.assertEqual((answer["cursor"], answer["failures"], answer["paused_at"]), (beginning, 0, None))
        self.assertLess(Webhook.objects.get().next_attempt_at, now + timedelta(minutes=1))
        self.assertEqual(self.client.post(f"{url}redeliver/").json()["cursor"], beginning, "as it was")
        self.assertEqual(
            self.client.post(f"{url}redeliver/", {"after": "now"}).json()["cursor"], str(feed.horizon())
        )
        for wrong in ("x", str(Position())[:-1], "", None):
            self.assert_refused(self.client.post(f"{url}redeliver/", {"after": wrong}), 400, "invalid")

    def test_redelivery_asks_for_a_run_when_it_is_committed(self):
        url = self.made()
        asked: list[Any] = []

        def note(sender: str, body: Any, **_: Any) -> None:
            asked.append((sender, body[0]))

        before_task_publish.connect(note)
        self.addCleanup(before_task_publish.disconnect, note)
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"{url}redeliver/")
            self.assertEqual(asked, [])
        self.assertEqual(asked, [("reports.jobs.deliver_webhook", (Webhook.objects.get().pk,))])

    def test_a_new_secret_replaces_the_former(self):
        made = self.make().json()
        answer = self.client.post(f"{URL}{made['id']}/secret/")
        self.assertEqual(answer.status_code, 200)
        self.assertNotEqual(answer.json()["secret"], made["secret"])
        self.assertEqual(Webhook.objects.get().secret, answer.json()["secret"])

    def test_deleted_it_is_gone_with_its_calls(self):
        url = self.made()
        event = a_task(self.gxc).events.get()
        Webhook.objects.get().deliveries.create(
            event=event, message_id="msg_1", called_at=self.now, ok=True, status=200, milliseconds=5
        )
        self.assertEqual(self.client.delete(url).status_code, 204)
        self.assertEqual((Webhook.objects.count(), WebhookDelivery.objects.count()), (0, 0))
        self.assertEqual(self.client.get(url).status_code, 404)


class OthersTest(WebhooksCase):
    def test_nobody_sees_or_changes_anothers(self):
        url = self.made()
        before = Webhook.objects.values().get()
        for who in ("liaison", "supervisor", "admin"):
            client = self.as_(who)
            for answer in (
                *(client.get(url), client.patch(url, {"name": "x"}), client.delete(url)),
                *(
                    client.get(f"{url}deliveries/"),
                    client.post(f"{url}redeliver/"),
                    client.post(f"{url}secret/"),
                ),
            ):
                self.assertEqual(answer.status_code, 404, who)
            self.assertEqual(client.get(URL).json()["results"], [])
        self.assertEqual(Webhook.objects.values().get(), before)

    def test_reading_is_not_enough(self):
        client = self.as_("head", "read")
        self.assert_refused(client.post(URL, GIVEN), 403, "scope_missing")
        self.assertEqual(client.get(URL).status_code, 200)


@override_settings(WEBHOOK_NETWORKS=[ip_network("127.0.0.1/32")])
class CallsTest(OfficeTransactionCase):
    def test_from_the_making_to_the_list_of_calls(self):
        client = self.as_("head")
        with http_receiver([500, 200]) as receiver:
            made = client.post(URL, {"name": "OA", "url": receiver.url}).json()
            url = f"{URL}{made['id']}/"
            event = a_task(self.gxc).events.get()
            jobs.deliver_webhook(made["id"])
            row = client.get(url).json()
            self.assertEqual(row["failures"], 1)
            self.assertIsNotNone(row["failing_since"])
            services.redeliver(Webhook.objects.get(), after=None, now=timezone.now())
            jobs.deliver_webhook(made["id"])
        calls = client.get(f"{url}deliveries/").json()["results"]
        self.assertEqual(
            [(call["ok"], call["status"], call["error"]) for call in calls],
            [(True, 200, ""), (False, 500, "答复 500。")],
        )
        self.assertEqual(
            {(call["event"], call["message_id"]) for call in calls},
            {(event.pk, f"msg_{made['id']}_{event.epoch}_{event.pk}")},
        )
        now, then = (Position.read(row["cursor"]) for row in (client.get(url).json(), made))
        self.assertGreater(now, then)

    def test_two_at_once_keep_the_limit_and_the_name(self):
        client = self.as_("head")
        for n in range(services.MOST - 1):
            client.post(URL, GIVEN | {"name": f"{n}"})
        answers = at_once(*[partial(client.post, URL, GIVEN | {"name": name}) for name in ("甲", "乙", "丙")])
        self.assertEqual(sorted(answer.status_code for answer in answers), [201, 409, 409])
        Webhook.objects.all().delete()
        answers = at_once(*[partial(client.post, URL, GIVEN)] * 3)
        self.assertEqual(sorted(answer.status_code for answer in answers), [201, 409, 409])


class AdminTest(OfficeCase):
    def test_it_is_looked_at_with_the_reason_of_its_pause_and_without_its_secret(self):
        services.make(self.head, name="OA", url="https://hook.example.test/in?key=1", by=None, now=self.now)
        webhook = Webhook.objects.get()
        event = a_task(self.gxc).events.get()
        for error in ("答复 500。", "主机名无法解析。"):
            webhook.deliveries.create(
                event=event, message_id="m", called_at=self.now, ok=False, error=error, milliseconds=5
            )
        Webhook.objects.update(failures=2, failing_since=self.now, paused_at=self.now)
        self.client.force_login(self.admin)
        listed = self.client.get(reverse("admin:reports_webhook_changelist")).content.decode()
        for text in ("OA", "高新处处长", "主机名无法解析。"):
            self.assertIn(text, listed)
        self.assertNotIn("key=1", listed)
        page = self.client.get(reverse("admin:reports_webhook_change", args=[webhook.pk])).content.decode()
        self.assertNotIn(webhook.secret, page)
        with self.settings(SECRET_KEY_FALLBACKS=[]):
            self.assertEqual(self.client.get(reverse("admin:reports_webhook_add")).status_code, 403)
