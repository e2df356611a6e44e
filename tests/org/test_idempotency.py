"""Idempotency-Key: a POST sent again is answered again, not done again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, SimpleTestCase
from django.urls import URLPattern
from django.utils import timezone

from config.urls import api
from plans.models import Plan, PlanItem
from plans.org.api.endpoint import Endpoint
from plans.org.jobs import forget_keys
from plans.org.models import IdempotencyKey
from tasks.models import Task, TaskEvent
from tests.builders import a_plan, a_task
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

PLAN = "云江市科学技术局2026年工作要点\n\n1.培育企业。全年新增60家。（责任单位：高新技术处）\n"


def files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def what(response: HttpResponse) -> tuple[Any, ...]:
    """All of an answer that a replay repeats."""
    return (response.status_code, response.content, response["Content-Type"], response.get("ETag"))


class KeyedCase(OfficeCase):
    def setUp(self) -> None:
        self.plan = a_plan(self.kjj)
        self.items = f"/api/v1/plans/{self.plan.pk}/items/"
        self.supervisor_client = self.as_("supervisor")

    def add(self, key: str = "k-1", **given: Any) -> HttpResponse:
        given = {"kind": "task", "heading": "办好对接活动"} | given
        return self.supervisor_client.post(self.items, given, headers={"Idempotency-Key": key})

    def assert_refused(self, response: HttpResponse, status: int, code: str) -> None:
        self.assertEqual((response.status_code, response.json()["code"]), (status, code), response.content)


class ReplayTest(KeyedCase):
    def test_the_same_again_is_answered_again_and_not_done_again(self):
        first, again = self.add(), self.add()
        self.assertEqual(first.status_code, 201)
        self.assertEqual(what(again), what(first))
        self.assertEqual((first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]), (None, "true"))
        self.assertEqual(PlanItem.objects.count(), 1)

    def test_a_moves_etag_comes_again_and_the_record_has_one_line(self):
        task = a_task(self.gxc)
        client, url = self.as_("liaison"), f"/api/v1/tasks/{task.pk}/moves/accept/"
        headers = {"Idempotency-Key": "a", "If-Match": f'"{task.version}"'}
        first, again = client.post(url, {}, headers=headers), client.post(url, {}, headers=headers)
        self.assertEqual((first.status_code, what(again)), (200, what(first)))
        self.assertEqual(TaskEvent.objects.filter(task=task, kind="accept").count(), 1)
        self.assertEqual(client.post(url, {}, headers={"Idempotency-Key": "b"}).status_code, 409)

    def test_only_what_is_said_counts_not_how_it_is_written(self):
        self.add()
        body = '{ "heading": "\\u529e\\u597d\\u5bf9\\u63a5\\u6d3b\\u52a8",\n "kind":"task"}'
        headers = {"Idempotency-Key": "k-1"}
        again = self.supervisor_client.post(
            self.items, body, content_type="application/json", headers=headers
        )
        self.assertEqual(again["Idempotent-Replayed"], "true")

    def test_other_content_under_the_key_is_refused(self):
        self.add()
        self.assert_refused(self.add(heading="另一项"), 422, "idempotency_key_reused")
        self.assert_refused(self.add(number="1"), 422, "idempotency_key_reused")
        self.assertEqual(PlanItem.objects.count(), 1)

    def test_a_key_counts_for_its_person_and_address(self):
        self.add()
        headers = {"Idempotency-Key": "k-1"}
        given = {"kind": "task", "heading": "办好对接活动"}
        self.assertEqual(self.as_("admin").post(self.items, given, headers=headers).status_code, 201)
        other = a_plan(self.kjj, code="KJJ-2026B")
        url = f"/api/v1/plans/{other.pk}/items/"
        self.assertEqual(self.supervisor_client.post(url, given, headers=headers).status_code, 201)
        self.assertEqual(PlanItem.objects.count(), 3)

    def test_a_persons_page_may_use_keys_too(self):
        client = Client()
        client.force_login(self.supervisor)
        body, headers = {"kind": "task", "heading": "甲"}, {"Idempotency-Key": "page"}
        for replayed in (None, "true"):
            response = client.post(self.items, body, "application/json", headers=headers)
            self.assertEqual((response.status_code, response.get("Idempotent-Replayed")), (201, replayed))

    def test_a_post_without_a_key_leaves_no_trace(self):
        for _ in range(2):
            body = {"kind": "task", "heading": "甲"}
            self.assertEqual(self.supervisor_client.post(self.items, body).status_code, 201)
        self.assertEqual((PlanItem.objects.count(), IdempotencyKey.objects.count()), (2, 0))


class RefusedTest(KeyedCase):
    def test_a_refusal_is_not_kept(self):
        self.assert_refused(self.add(kind="nonsense"), 400, "invalid")
        self.assertEqual(IdempotencyKey.objects.count(), 0)
        self.assertEqual(self.add().status_code, 201, "the same key tries anew")

    def test_what_was_refused_by_the_record_can_be_tried_again(self):
        task = a_task(self.gxc, status="in_progress")
        client, url = self.as_("liaison"), f"/api/v1/tasks/{task.pk}/moves/withdraw/"
        self.assertEqual(client.post(url, {}, headers={"Idempotency-Key": "w"}).status_code, 409)
        self.assertEqual(Task.objects.get(pk=task.pk).version, task.version)
        client.post(f"/api/v1/tasks/{task.pk}/moves/submit/", {})
        self.assertEqual(client.post(url, {}, headers={"Idempotency-Key": "w"}).status_code, 200)

    def test_malformed_keys(self):
        for key in ("", " ", "a b", "键", "a\tb", "x" * 256):
            with self.subTest(key=key[:10]):
                self.assert_refused(self.add(key), 400, "bad_idempotency_key")
        self.assertEqual(PlanItem.objects.count(), 0)
        for key in ("x" * 255, "!", "~", '"a-quoted-one"'):
            self.assertEqual(self.add(key).status_code, 201)

    def test_who_may_not_write_is_told_so_first(self):
        headers, body = {"Idempotency-Key": "键"}, {"kind": "task", "heading": "甲"}
        for client, status in ((self.as_("anonymous"), 401), (self.as_("supervisor", "read"), 403)):
            self.assertEqual(client.post(self.items, body, headers=headers).status_code, status)

    def test_what_is_no_post_takes_no_key(self):
        headers = {"Idempotency-Key": "键"}
        self.assertEqual(self.supervisor_client.get(self.items, headers=headers).status_code, 200)
        response = self.supervisor_client.post("/api/v1/me/", {}, headers=headers)
        self.assert_refused(response, 405, "method_not_allowed")

    def test_bodies_that_can_not_be_read(self):
        headers = {"Idempotency-Key": "k"}
        for body, kind, status in (
            ("{", "application/json", 400),
            ("a=1", "application/x-www-form-urlencoded", 415),
            ("null", "application/json", 400),
            ("[1]", "application/json", 400),
            ("[" * 990 + "]" * 990, "application/json", 400),
        ):
            response = self.supervisor_client.post(self.items, body, content_type=kind, headers=headers)
            self.assertEqual(response.status_code, status, body[:20])
        self.assertEqual(IdempotencyKey.objects.count(), 0)

    def test_an_address_longer_than_any_of_ours_is_not_found(self):
        url = f"/api/v1/plans/{'9' * 600}/items/"
        response = self.supervisor_client.post(url, {}, headers={"Idempotency-Key": "k"})
        self.assert_refused(response, 404, "not_found")


class AgeTest(KeyedCase):
    def age(self, hours: float) -> None:
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=hours))

    def test_a_key_is_kept_for_a_day_and_then_free(self):
        self.add()
        self.age(23.9)
        self.assertEqual(self.add()["Idempotent-Replayed"], "true")
        self.age(24)
        self.assertEqual(self.add(heading="另一项").status_code, 201)
        self.assertEqual(IdempotencyKey.objects.count(), 1)

    def test_the_job_clears_old_ones_and_no_others(self):
        self.add("old")
        self.age(25)
        self.add("new")
        forget_keys()
        forget_keys()
        self.assertEqual(list(IdempotencyKey.objects.values_list("key", flat=True)), ["new"])


class UploadTest(KeyedCase):
    def upload(self, text: str = PLAN, key: str = "u", name: str = "要点.txt") -> HttpResponse:
        body = {"file": SimpleUploadedFile(name, text.encode())}
        headers = {"Idempotency-Key": key}
        return self.supervisor_client.post("/api/v1/plans/", body, "multipart", headers=headers)

    def test_an_upload_is_stored_once(self):
        before = files()
        first, again = self.upload(), self.upload()
        self.assertEqual(
            (first.status_code, what(again)), (201, what(first)), "not 200: it is the same answer"
        )
        self.assertEqual(
            (Plan.objects.filter(text__contains="培育企业").count(), len(files() - before)), (1, 1)
        )

    def test_another_file_under_the_key_is_refused_and_not_stored(self):
        self.upload()
        before = files()
        self.assert_refused(self.upload(PLAN + "\n2.另一项。"), 422, "idempotency_key_reused")
        self.assertEqual(files(), before)

    def test_a_refused_upload_leaves_nothing(self):
        before = files()
        self.assert_refused(self.upload("机密★1年\n" + PLAN), 400, "classified_document")
        self.assertEqual((files(), IdempotencyKey.objects.count()), (before, 0))


class AtOnceTest(OfficeTransactionCase):
    """With real commits: the second waits until it is known what became of the first."""

    def post(self, url: str, body: dict[str, Any], key: str = "k", who: str = "liaison") -> partial:
        client = self.as_(who)
        return partial(client.post, url, body, headers={"Idempotency-Key": key})

    def test_of_ten_at_once_one_acts_and_the_others_replay(self):
        url = f"/api/v1/tasks/{a_task(self.gxc).pk}/moves/accept/"
        answers = at_once(*(self.post(url, {}) for _ in range(10)))
        self.assertEqual({what(answer) for answer in answers}, {what(answers[0])})
        self.assertEqual([answer.get("Idempotent-Replayed") for answer in answers].count("true"), 9)
        self.assertEqual(TaskEvent.objects.filter(kind="accept").count(), 1)

    def test_of_different_ones_at_once_under_one_key_one_acts(self):
        plan = a_plan(self.kjj)
        url = f"/api/v1/plans/{plan.pk}/items/"
        calls = [self.post(url, {"kind": "task", "heading": f"第{n}项"}, who="supervisor") for n in range(4)]
        statuses = sorted(answer.status_code for answer in at_once(*calls))
        self.assertEqual((statuses, plan.items.count()), ([201, 422, 422, 422], 1))

    def test_who_waited_for_a_refused_one_acts_itself(self):
        """One is refused for its version; whoever comes after finds the key free."""
        task = a_task(self.gxc)
        client, url = self.as_("liaison"), f"/api/v1/tasks/{task.pk}/moves/accept/"
        stale = {"Idempotency-Key": "k", "If-Match": '"99"'}
        good = {"Idempotency-Key": "k"}
        calls = [partial(client.post, url, {}, headers=headers) for headers in (stale, stale, good)]
        statuses = [answer.status_code for answer in at_once(*calls)]
        self.assertEqual(statuses[2], 200)
        self.assertTrue(set(statuses[:2]) <= {412, 200}, "refused, or it replays the one that acted")
        self.assertEqual(TaskEvent.objects.filter(kind="accept").count(), 1)

    def test_an_expired_key_is_taken_once(self):
        plan = a_plan(self.kjj)
        url = f"/api/v1/plans/{plan.pk}/items/"
        body = {"kind": "task", "heading": "甲"}
        self.post(url, body, who="supervisor")()
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(days=2))
        at_once(*(self.post(url, body, who="supervisor") for _ in range(4)))
        self.assertEqual((plan.items.count(), IdempotencyKey.objects.count()), (2, 1))


def views_with_a_post() -> Iterator[tuple[str, type]]:
    for pattern in api:
        view = pattern.callback if isinstance(pattern, URLPattern) else None
        actions = getattr(view, "actions", None)
        if "post" in (actions or {}) or not actions and hasattr(view.cls, "post"):
            yield str(pattern.pattern), view.cls


class EveryPostTest(SimpleTestCase):
    def test_no_post_is_without_it(self):
        found = dict(views_with_a_post())
        self.assertGreater(len(found), 5)
        self.assertEqual([route for route, view in found.items() if not issubclass(view, Endpoint)], [])

    def test_every_post_says_so_in_the_contract(self):
        contract = json.loads(Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).content)
        for path, methods in contract["paths"].items():
            if "post" in methods:
                told = json.dumps(methods["post"].get("parameters", []))
                self.assertIn("Idempotency-Key", told.replace("IdempotencyKey", "Idempotency-Key"), path)
