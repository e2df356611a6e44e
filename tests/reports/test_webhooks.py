"""Webhooks: each told of every event it may know, in order, signed, until it has taken it."""

import io
import itertools
import json
import threading
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import standardwebhooks
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from plans.org.models import Membership, User
from reports import jobs
from reports.models import Delivery, Notification, Webhook, WebhookDelivery
from reports.webhooks import calling, services
from reports.webhooks.line import Answer, Line
from reports.webhooks.messages import message_id
from tasks import feed
from tasks.feed import Position
from tasks.models import Task, TaskEvent
from tests import receivers
from tests.builders import a_task, at, moved
from tests.cases import OfficeTransactionCase
from tests.races import SECONDS, at_once
from tests.receivers import HttpReceiver, Request, http_receiver

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 3, 4)
NOW = at(DAY, 18)
LOOPBACK = [ip_network("127.0.0.1/32")]
quick = partial(calling.run, open_line=lambda target: Line(target, LOOPBACK, seconds=1))


class Died(BaseException):
    """As a worker that is killed: nothing after it is done."""


@override_settings(WEBHOOK_NETWORKS=LOOPBACK)
class WebhookCase(OfficeTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.task = a_task(self.gxc, status="in_progress", title="建设孵化器")
        self.receiver = self.enterContext(http_receiver())
        self.webhook = self.a_webhook(self.head)

    def a_webhook(self, user: User, receiver: HttpReceiver | None = None, **given: Any) -> Webhook:
        url, name = f"{(receiver or self.receiver).url}/hook", f"OA {Webhook.objects.count()}"
        return services.make(user, name=name, url=url, by=None, now=NOW, **given)

    def reported(self, count: int = 1, task: Task | None = None, by: User | None = None) -> list[int]:
        """So many reports; their events' ids in order."""
        task = task or self.task
        for _ in range(count):
            moved(task, "report", on=DAY, actor=by or self.liaison, progress=10)
        return list(task.events.order_by("-id").values_list("pk", flat=True)[:count])[::-1]

    def run_it(self, now: datetime = NOW, webhook: Webhook | None = None) -> timedelta | None:
        return quick((webhook or self.webhook).pk, now)

    def row(self) -> Webhook:
        return Webhook.objects.get(pk=self.webhook.pk)

    def told(self, receiver: HttpReceiver | None = None) -> list[int]:
        """The events that came, in order."""
        return [event_of(request)["id"] for request in (receiver or self.receiver).requests]

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.receiver.requests]

    def calls(self) -> list[tuple[bool, int | None]]:
        return list(self.webhook.deliveries.order_by("id").values_list("ok", "status"))


def event_of(request: Request) -> dict[str, Any]:
    return json.loads(request.body)["data"]


class MessageTest(WebhookCase):
    def test_it_is_the_event_of_the_feed_signed_as_standard_webhooks_says(self):
        (event,) = self.reported()
        self.run_it(timezone.now() + timedelta(minutes=4))  # its receivers' clocks may be five off
        (request,) = self.receiver.requests
        body = standardwebhooks.Webhook(self.webhook.secret).verify(
            request.body, dict(request.headers.items())
        )
        shown = self.as_("head").get("/api/v1/events/").json()["results"][-1]
        self.assertEqual(body, {"type": "report", "timestamp": shown["at"], "data": shown})
        self.assertEqual(shown["id"], event)
        self.assertEqual((request.method, request.path), ("POST", "/hook"))
        self.assertEqual(request.headers["Content-Type"], "application/json")
        sent = TaskEvent.objects.get(pk=event)
        self.assertEqual(request.headers["webhook-id"], message_id(self.webhook, sent))

    def test_the_documents_receiver_takes_each_event_once(self):
        code = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("```python\n")[2]
        documented: dict[str, Any] = {}
        exec(code.partition("```")[0], documented)
        self.reported()
        self.run_it(timezone.now())
        (request,) = self.receiver.requests
        headers, seen, printed = dict(request.headers.items()), set(), io.StringIO()
        with redirect_stdout(printed):
            for secret, status in ((services.new_secret(), 401), *[(self.webhook.secret, 204)] * 2):
                self.assertEqual(documented["receive"](request.body, headers, secret, seen), status)
        self.assertEqual(printed.getvalue().split()[:2], [self.task.code, "report"])
        self.assertEqual(printed.getvalue().count("\n"), 1)

    def test_after_a_restore_no_id_comes_again_for_another_event(self):
        """Numbers that the backup had not given out yet are given out a second time."""
        self.reported()
        self.run_it()
        (told,) = self.ids()
        event = TaskEvent.objects.get(pk=self.told()[0])
        event.epoch += 1
        self.assertNotEqual(message_id(self.webhook, event), told)

    def test_neither_another_secret_nor_another_body_verifies(self):
        self.reported()
        self.run_it(timezone.now())
        (request,) = self.receiver.requests
        headers = dict(request.headers.items())
        for secret, body in (
            (services.new_secret(), request.body),
            (self.webhook.secret, request.body.replace(b'"progress":10', b'"progress":99')),
        ):
            with self.assertRaises(standardwebhooks.WebhookVerificationError):
                standardwebhooks.Webhook(secret).verify(body, headers)

    def test_the_call_is_on_the_list(self):
        (event,) = self.reported()
        self.run_it()
        call = self.webhook.deliveries.get()
        self.assertEqual((call.ok, call.status, call.error, call.event_id), (True, 200, "", event))
        self.assertEqual(call.message_id, self.ids()[0])
        self.assertLess(call.called_at - NOW, timedelta(seconds=SECONDS))

    def test_a_new_secret_signs_from_the_next_call_on(self):
        services.renew_secret(self.webhook, by=None)
        self.reported()
        self.run_it(timezone.now())
        (request,) = self.receiver.requests
        secret = Webhook.objects.get().secret
        standardwebhooks.Webhook(secret).verify(request.body, dict(request.headers.items()))

    def test_a_fault_of_ours_is_put_off_like_any_other(self):
        Webhook.objects.update(secret="whsec_")  # which the library refuses
        self.reported()
        with self.assertLogs("reports.webhooks.calling", "ERROR"):
            self.run_it()
        self.assertIn("内部错误", self.webhook.deliveries.get().error)
        self.assertEqual((self.row().failures, self.told()), (1, []))

    def test_a_secret_that_cannot_be_opened_is_said(self):
        with self.settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
            self.reported()
            self.run_it()
            self.assertIn("签名密钥无法读取", self.webhook.deliveries.get().error)
            self.assertEqual(self.as_("head").get("/api/v1/webhooks/").status_code, 200)
            services.renew_secret(Webhook.objects.without_secret().get(), by=None)
            services.redeliver(Webhook.objects.without_secret().get(), after=None, now=NOW)
            self.run_it()
        self.assertEqual(len(self.receiver.requests), 1)


class WhatItHearsTest(WebhookCase):
    def test_everything_from_its_making_on_once_and_in_order(self):
        events = self.reported(5)
        self.run_it()
        self.assertEqual(self.told(), events)
        self.assertIsNone(self.run_it())
        events += self.reported(2)
        self.run_it(NOW + timedelta(minutes=1))
        self.assertEqual(self.told(), events)

    def test_from_the_beginning_or_any_place(self):
        everything = list(feed.between(Position(), feed.horizon()).filter(task=self.task))
        hook = self.a_webhook(self.head, after=Position())
        self.run_it(webhook=hook)
        self.assertEqual(self.told(), [event.pk for event in everything])
        self.receiver.requests.clear()
        self.run_it(webhook=self.a_webhook(self.head, after=Position.of(everything[0])))
        self.assertEqual(self.told(), [event.pk for event in everything[1:]])

    def test_only_of_tasks_that_its_person_sees(self):
        theirs = a_task(self.cgc, status="in_progress", title="成果转化")
        mine = self.reported()
        self.reported(3, theirs, self.liaison2)
        mine += self.reported()
        self.run_it()
        self.assertEqual(self.told(), mine)
        self.assertNotIn("成果转化", b"".join(request.body for request in self.receiver.requests).decode())

    def test_what_one_sees_when_it_is_told_counts(self):
        """Not when it happened: who left the department hears no more, who came hears what waits."""
        self.reported()
        Membership.objects.filter(user=self.head).update(department=self.cgc)
        self.run_it()
        self.assertEqual(self.told(), [])
        theirs = a_task(self.cgc, status="in_progress", title="成果转化")
        events = self.reported(1, theirs, self.liaison2)
        self.run_it(NOW + timedelta(minutes=1))
        self.assertEqual(self.told()[-1:], events)

    def test_only_of_the_kinds_it_asked_for(self):
        hook = self.a_webhook(self.head, kinds=["submit", "return"])
        self.reported(2)
        for name, by in (("submit", self.liaison), ("return", self.supervisor)):
            moved(self.task, name, on=DAY, actor=by)
        self.run_it(webhook=hook)
        self.assertEqual(
            [event_of(request)["kind"] for request in self.receiver.requests], ["submit", "return"]
        )

    def test_a_slow_transaction_that_commits_late_is_not_skipped(self):
        other = a_task(self.gxc, status="in_progress", title="另一项")
        self.run_it()
        self.receiver.requests.clear()
        with SlowReport(self, other) as slow:
            later = self.reported(2)
            self.run_it()
            self.assertEqual(self.told(), [], "what is later waits for what is slow")
        self.run_it(NOW + timedelta(minutes=1))
        self.assertEqual(self.told(), [slow.event, *later])

    def test_somebody_who_left_is_told_nothing(self):
        self.reported()
        User.objects.filter(pk=self.head.pk).update(is_active=False)
        self.assertEqual(calling.due(NOW), [])
        self.assertIsNone(self.run_it())
        self.assertEqual(self.told(), [])

    def test_switched_off_it_waits_and_on_again_it_hears_of_all_since(self):
        services.change(self.webhook, by=None, is_active=False)
        events = self.reported(2)
        self.run_it()
        self.assertEqual((self.told(), calling.due(NOW)), ([], []))
        services.change(self.webhook, by=None, is_active=True)
        self.run_it()
        self.assertEqual(self.told(), events)


class SlowReport:
    """A report whose transaction is open until the block ends."""

    def __init__(self, case: WebhookCase, task: Task) -> None:
        self.case, self.task, self.event = case, task, 0
        self.written, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            with transaction.atomic():
                (self.event,) = self.case.reported(1, self.task)
                self.written.set()
                self.may_end.wait(SECONDS)
        finally:
            connection.close()

    def __enter__(self) -> "SlowReport":
        self.thread.start()
        assert self.written.wait(SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.may_end.set()
        self.thread.join(SECONDS)


class SweepTest(WebhookCase):
    def test_who_has_nothing_to_hear_costs_no_run_and_no_write(self):
        self.run_it()
        before = Webhook.objects.values().get()
        self.assertEqual(calling.due(NOW + timedelta(hours=1)), [])
        jobs.deliver_webhooks()
        self.assertEqual(Webhook.objects.values().get(), before)
        self.reported()
        self.assertEqual(calling.due(NOW + timedelta(hours=1)), [self.webhook.pk])

    def test_what_is_not_for_it_is_passed_over_once(self):
        self.reported(3, a_task(self.cgc, status="in_progress"), self.liaison2)
        self.assertEqual(calling.due(NOW), [self.webhook.pk])
        self.run_it()
        self.assertEqual((calling.due(NOW + timedelta(hours=1)), self.told()), ([], []))
        self.assertEqual(WebhookDelivery.objects.count(), 0)

    def test_many_are_asked_for_in_three_queries(self):
        for _ in range(12):
            self.a_webhook(self.head2)
        self.reported()
        with self.assertNumQueries(3):
            self.assertEqual(len(calling.due(NOW)), 13)

    def test_a_run_costs_a_few_queries_and_a_transaction_for_each_call(self):
        self.reported(3)
        with self.assertNumQueries(7 + 3 * 4 + 1):
            self.run_it()

    def test_a_run_ends_after_a_while_and_the_next_goes_on(self):
        events = self.reported(5)
        for minute, expected in enumerate((events[:2], events[:4], events)):
            with changed(calling, "BATCH", 2):
                wait = self.run_it(NOW + timedelta(minutes=minute))
            self.assertEqual(self.told(), expected)
            self.assertEqual(wait, None if expected == events else timedelta())

    def test_a_slow_receiver_gives_way_after_its_time(self):
        events = self.reported(3)
        with changed(calling, "RUN_SECONDS", -1):
            self.assertEqual(self.run_it(), timedelta())
        self.assertEqual(self.told(), [])
        self.assertIsNone(self.run_it(NOW + timedelta(minutes=1)))
        self.assertEqual(self.told(), events)

    def test_old_calls_are_forgotten(self):
        self.reported(2)
        self.run_it()
        old, new = self.webhook.deliveries.order_by("id")
        WebhookDelivery.objects.filter(pk=old.pk).update(called_at=NOW - timedelta(days=30, seconds=1))
        self.assertEqual(calling.forget_calls(NOW), 1)
        self.assertEqual(list(self.webhook.deliveries.all()), [new])
        jobs.forget_webhook_calls()
        self.assertFalse(self.webhook.deliveries.exists(), "by the machine's clock long ago")


class changed:  # noqa: N801
    """A module's constant, otherwise for a while."""

    def __init__(self, module: Any, name: str, value: Any) -> None:
        self.module, self.name, self.value = module, name, value

    def __enter__(self) -> None:
        self.former = getattr(self.module, self.name)
        setattr(self.module, self.name, self.value)

    def __exit__(self, *_: object) -> None:
        setattr(self.module, self.name, self.former)


class FailingTest(WebhookCase):
    def test_order_is_kept_while_it_fails(self):
        """Nothing overtakes: the second waits until the first was taken."""
        events = self.reported(3)
        self.receiver.behaviour = [200, 500, 503, 200]
        now = NOW
        while self.told()[-1:] != events[-1:]:
            self.run_it(now)
            now = self.row().next_attempt_at
        self.assertEqual(self.told(), [events[0], events[1], events[1], events[1], events[2]])
        self.assertEqual(self.calls(), [(True, 200), (False, 500), (False, 503), (True, 200), (True, 200)])
        row = self.row()
        self.assertEqual((row.failures, row.failing_since, row.paused_at), (0, None, None))

    def test_it_is_the_same_message_each_time(self):
        self.reported()
        self.receiver.behaviour = [500, 200]
        self.run_it()
        self.run_it(NOW + timedelta(minutes=1))
        self.assertEqual(len(set(self.ids())), 1)
        bodies = {request.body for request in self.receiver.requests}
        self.assertEqual(len(bodies), 1)

    def test_it_waits_longer_and_longer_and_after_three_days_stops(self):
        self.reported(2)
        self.receiver.behaviour = 500
        now, waits = NOW, []
        while not self.row().paused_at:
            self.run_it(now)
            waits.append(round((self.row().next_attempt_at - now).total_seconds()))
            self.assertFalse(calling.due(now))
            now = now + timedelta(seconds=waits[-1] + 1)
        hour = 3600
        self.assertEqual(waits[:9], [5, 30, 120, 600, 1800, hour, 3 * hour, 6 * hour, 6 * hour])
        row = self.row()
        self.assertGreaterEqual(row.paused_at - row.failing_since, timedelta(days=3))
        self.assertLess(row.paused_at - row.failing_since, timedelta(days=3, hours=6, minutes=5))
        self.assertEqual(row.failures, len(waits))
        self.assertEqual(set(self.told()), {self.told()[0]}, "the second never overtook")
        message = Notification.objects.get()
        self.assertEqual((message.user, message.title), (self.head, f"Webhook“{row.name}”已暂停推送"))
        self.assertIn("2026年03月04日18:00起", message.text)
        self.assertIn("答复 500。", message.text)
        self.assertEqual(calling.due(now + timedelta(days=30)), [])
        self.assertIsNone(self.run_it(now + timedelta(days=30)))
        self.assertEqual(Notification.objects.count(), 1)

    def test_three_days_count_from_the_first_failure_in_a_row(self):
        self.reported()
        self.receiver.behaviour = [500, 200, 500]
        self.run_it()
        self.run_it(NOW + timedelta(minutes=1))
        self.reported()
        self.run_it(NOW + timedelta(days=4))
        row = self.row()
        self.assertEqual((row.failures, row.paused_at), (1, None))

    def test_what_is_not_to_be_told_any_more_fails_no_longer(self):
        self.reported()
        self.receiver.behaviour = 500
        self.run_it()
        Membership.objects.filter(user=self.head).delete()
        self.run_it(NOW + timedelta(minutes=1))
        row = self.row()
        self.assertEqual((row.failures, row.failing_since), (0, None))
        self.assertEqual(len(self.receiver.requests), 1)

    def test_gone_is_gone(self):
        self.reported()
        self.receiver.behaviour = 410
        with self.settings(EMAIL_HOST="mail.example.test"):
            self.assertIsNone(self.run_it())
        self.assertEqual(Delivery.objects.get().notification, Notification.objects.get(), "by e-mail too")
        row = self.row()
        self.assertIsNotNone(row.paused_at)
        self.assertIn("410", Notification.objects.get(user=self.head).text)

    def test_how_soon_to_come_back(self):
        self.reported()
        self.receiver.behaviour = 500
        self.assertEqual(self.run_it(), timedelta(seconds=5))
        self.assertEqual(self.run_it(NOW + timedelta(minutes=1)), timedelta(seconds=30))
        self.assertIsNone(self.run_it(NOW + timedelta(minutes=5)), "the sweeper is soon enough")

    def test_whatever_it_does_it_is_a_failure_with_a_reason(self):
        self.reported()
        for how in ("hang", "drip", "drop"):
            with self.subTest(how):
                self.receiver.behaviour = receivers.Answer(how=how)
                services.redeliver(self.row(), after=None, now=NOW)
                self.run_it()
                call = self.webhook.deliveries.first()
                self.assertFalse(call.ok)
                self.assertTrue(call.error)
        self.assertEqual(self.row().failures, 1)

    def test_one_that_redirects_inside_reaches_nothing_there(self):
        with http_receiver() as inner:
            self.receiver.behaviour = receivers.Answer(307, headers={"Location": f"{inner.url}/admin?key=1"})
            self.reported()
            self.run_it()
            self.assertEqual(inner.requests, [])
        call = self.webhook.deliveries.get()
        self.assertEqual(call.status, 307)
        self.assertIn("不跟随转向", call.error)
        self.assertNotIn("key", call.error)

    def test_an_address_no_longer_permitted_is_not_called(self):
        self.reported()
        with self.settings(WEBHOOK_NETWORKS=[]):
            self.run_it()
        self.assertEqual(self.told(), [])
        self.assertIn("https://", self.webhook.deliveries.get().error)
        self.assertEqual(self.row().failures, 1)

    def test_one_that_fails_holds_no_other(self):
        with http_receiver(receivers.Answer(how="hang")) as hanging:
            stuck = self.a_webhook(self.head, hanging)
            events = self.reported()
            for pk in calling.due(NOW):
                quick(pk, NOW)
        self.assertEqual(self.told(), events)
        self.assertEqual(Webhook.objects.get(pk=stuck.pk).failures, 1)


class RedeliverTest(WebhookCase):
    def test_back_to_any_place_it_tells_all_of_it_again_under_the_same_ids(self):
        events = self.reported(4)
        self.run_it()
        first = self.ids()
        second = TaskEvent.objects.get(pk=events[1])
        services.redeliver(self.row(), after=Position.of(second), now=NOW)
        self.run_it()
        self.assertEqual(self.told(), events + events[2:])
        self.assertEqual(self.ids(), first + first[2:])

    def test_forth_it_leaves_out_what_came_before(self):
        self.receiver.behaviour = [500, 200]
        self.reported(3)
        self.run_it()
        services.redeliver(self.row(), after=feed.horizon(), now=NOW)
        (last,) = self.reported()
        self.run_it()
        self.assertEqual(self.told()[1:], [last])

    def test_it_ends_a_pause_and_goes_on_where_it_stopped(self):
        events = self.reported(2)
        self.receiver.behaviour = [410, 200]
        self.run_it()
        self.assertEqual(calling.due(NOW + timedelta(days=1)), [])
        services.redeliver(self.row(), after=None, now=NOW)
        self.assertEqual(calling.due(NOW), [self.webhook.pk])
        self.run_it()
        self.assertEqual(self.told(), [events[0], *events])
        self.assertEqual((self.row().failures, self.row().paused_at), (0, None))


class WorkersTest(WebhookCase):
    def run_dying(self, calls: int) -> None:
        """A worker that dies when the receiver has taken so many, before it notes the last."""

        class Dying(Line):
            left = calls

            def post(self, *args: Any) -> Answer:
                answer = super().post(*args)
                Dying.left -= 1
                if not Dying.left:
                    raise Died
                return answer

        with self.assertRaises(Died):
            calling.run(self.webhook.pk, NOW, open_line=lambda target: Dying(target, LOOPBACK))

    def test_after_a_worker_died_the_same_event_comes_again_under_the_same_id(self):
        events = self.reported(3)
        self.run_dying(2)
        self.assertEqual(self.told(), events[:2])
        self.assertIsNone(self.run_it(), "another waits until it is given up on")
        self.assertEqual(self.told(), events[:2])
        self.run_it(NOW + calling.LEASE + timedelta(seconds=1))
        self.assertEqual(self.told(), [events[0], events[1], *events[1:]])
        self.assertEqual(self.ids()[1], self.ids()[2])

    def test_two_at_once_tell_each_event_once_in_order(self):
        events = self.reported(6)
        at_once(*[self.run_it] * 4)
        self.assertEqual(self.told(), events)

    def test_workers_at_random_while_events_come(self):
        """Claims are handed from one to the other; nothing is skipped, nothing overtakes."""
        self.receiver.behaviour = lambda request: receivers.Answer(
            503 if request.received_at % 1 < 0.2 else 200
        )
        done = threading.Event()

        def write() -> None:
            for _ in range(15):
                self.reported()
            done.set()

        def work() -> None:
            while not done.is_set() or Webhook.objects.behind(feed.newest()):
                now = NOW + timedelta(minutes=next(minutes))
                for pk in calling.due(now):
                    quick(pk, now)

        minutes = itertools.count(1)
        with changed(calling, "BATCH", 3), changed(calling, "BACK_OFF", (timedelta(),)):
            at_once(write, work, work, work)
        events = list(feed.between(self.webhook.place, feed.horizon()).values_list("pk", flat=True))
        taken = list(
            self.webhook.deliveries.filter(ok=True).order_by("id").values_list("event_id", flat=True)
        )
        self.assertEqual(first_times(taken), events)
        self.assertEqual(first_times(self.told()), events)

    def test_a_worker_given_up_on_changes_nothing(self):
        """It wakes after its successor has gone on: its late word moves nothing back."""
        events = self.reported(3)

        def meanwhile(request: Request) -> int:
            self.receiver.behaviour = 200
            thread(lambda: self.run_it(NOW + calling.LEASE + timedelta(seconds=1)))
            return 500

        self.receiver.behaviour = meanwhile
        self.assertIsNone(self.run_it())
        self.assertEqual(self.told(), [events[0], *events])
        row = self.row()
        self.assertEqual((row.failures, row.failing_since), (0, None))
        self.assertEqual(self.calls(), [(True, 200)] * 3)

    def test_a_change_ends_the_run_under_way(self):
        events = self.reported(3)
        with http_receiver() as moved_to:

            def meanwhile(request: Request) -> int:
                thread(lambda: services.change(self.row(), by=None, url=moved_to.url))
                return 200

            self.receiver.behaviour = meanwhile
            self.assertIsNone(self.run_it())
            self.assertEqual(self.told(), events[:1])
            self.run_it(NOW + calling.LEASE + timedelta(seconds=1))
            self.assertEqual(self.told(moved_to), events, "the one under way is told at the new address too")

    def test_deleted_while_it_is_called_it_is_gone(self):
        self.reported(2)

        def meanwhile(request: Request) -> int:
            thread(lambda: services.remove(self.row()))
            return 200

        self.receiver.behaviour = meanwhile
        self.assertIsNone(self.run_it())
        self.assertEqual((Webhook.objects.count(), WebhookDelivery.objects.count()), (0, 0))
        self.assertEqual(len(self.receiver.requests), 1)

    def test_no_transaction_is_open_during_a_call(self):
        """It would hold up the feed for everyone."""
        seen: list[int] = []
        name = connection.settings_dict["NAME"]

        def look(request: Request) -> int:
            def count() -> None:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle in%%'",
                        [name],
                    )
                    seen.append(cursor.fetchone()[0])

            thread(count)
            return 200

        self.receiver.behaviour = look
        self.reported(2)
        self.run_it()
        self.assertEqual(seen, [0, 0])

    def test_the_job_tells_one_webhook(self):
        Webhook.objects.update(next_attempt_at=timezone.now())
        events = self.reported()
        jobs.deliver_webhook(self.webhook.pk)
        self.assertEqual(self.told(), events)
        jobs.deliver_webhook(10**6)


def first_times(ids: list[int]) -> list[int]:
    """Each once, where it came first."""
    return list(dict.fromkeys(ids))


def thread(call: Callable[[], Any]) -> None:
    """Done by somebody else, with a connection of their own."""
    at_once(call)
