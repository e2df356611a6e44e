"""The outbox: what is posted for whom, and that each message leaves once, whoever dies sending it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from unittest import skipUnless

from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from plans.org.models import User
from reports import contacts, jobs, lanes, outbox, tidings
from reports.models import Bot, Delivery, Notification
from tasks import services
from tests.builders import a_task, at
from tests.races import at_once
from tests.receivers import smtp_server
from tests.reports.sending import SendingCase, mail_to, robots

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROOT = Path(__file__).resolve().parent.parent.parent


@override_settings(EMAIL_HOST="mail.example.test")
class PostTests(SendingCase):
    def ways(self, person: User) -> list[str]:
        message = self.message(person)
        return [str(delivery.bot or delivery.channel) for delivery in self.posted(message)]

    def test_one_delivery_for_each_way_that_a_person_wants(self):
        self.assertEqual(self.ways(self.head), ["email"])
        self.bot(name="群")
        self.bot(url="dingtalk://token2", name="另一群")
        self.assertEqual(self.ways(self.head), ["email", "群", "另一群"])
        contacts.change_contact(self.head, by_email=False)
        self.assertEqual(self.ways(self.head), ["群", "另一群"])
        contacts.remove_bot(Bot.objects.get(name="群"), self.now)
        self.assertEqual(self.ways(self.head), ["另一群"])

    def test_who_left_or_has_no_address_gets_none(self):
        User.objects.filter(pk=self.head.pk).update(is_active=False)
        User.objects.filter(pk=self.liaison.pk).update(email="")
        self.assertEqual([self.ways(self.head), self.ways(self.liaison)], [[], []])

    def test_without_a_mail_server_only_robots(self):
        self.bot(name="群")
        with override_settings(EMAIL_HOST=""):
            self.assertEqual((self.ways(self.head), self.ways(self.liaison)), (["群"], []))

    def test_a_lost_robot_does_not_leave_its_person_without_a_way(self):
        self.bot()
        contacts.change_contact(self.head, by_email=False)
        Bot.objects.update(is_active=False)
        self.assertEqual(self.ways(self.head), ["email"])

    def test_again_it_posts_nothing(self):
        message = self.message()
        self.assertEqual([d.pk for d in self.posted(message)], [d.pk for d in self.posted(message)])

    def test_a_few_queries_however_many(self):
        self.bot()
        messages = [self.message(who) for who in (self.head, self.liaison) for _ in range(40)]
        with transaction.atomic(), self.assertNumQueries(3):
            outbox.post(messages, self.now)
        self.assertEqual(Delivery.objects.count(), 120)

    def test_what_is_told_at_once_is_posted_with_it(self):
        task = a_task(self.gxc, status="in_progress")
        tidings.tell_events(self.now)
        Notification.objects.all().delete()
        services.urge(task.pk, actor=self.leader, now=at(self.today))
        tidings.tell_events(self.now)
        posted = Delivery.objects.values_list("notification__user__username", "channel")
        self.assertEqual(set(posted), {("head", "email"), ("liaison", "email")})


class QuietTests(SendingCase):
    def waits_until(self, hour: int, minute: int = 0) -> str:
        (delivery,) = self.posted(self.message(), now=at(self.today, hour, minute))
        local = delivery.next_attempt_at.astimezone(self.now.tzinfo)
        return f"{(local.date() - self.today).days} {local:%H:%M}"

    def test_quiet_hours_put_it_off_also_over_midnight(self):
        with override_settings(EMAIL_HOST="mail.example.test"):
            contacts.change_contact(
                self.head, quiet_from=at(self.today, 22).time(), quiet_until=at(self.today, 7, 30).time()
            )
            for hour, minute, expected in (
                *((21, 59, "0 21:59"), (22, 0, "1 07:30"), (23, 59, "1 07:30"), (0, 0, "0 07:30")),
                *((7, 29, "0 07:30"), (7, 30, "0 07:30"), (12, 0, "0 12:00")),
            ):
                self.assertEqual(self.waits_until(hour, minute), expected)
            contacts.change_contact(
                self.head, quiet_from=at(self.today, 12).time(), quiet_until=at(self.today, 14).time()
            )
            for hour, expected in ((11, "0 11:00"), (12, "0 14:00"), (13, "0 14:00"), (14, "0 14:00")):
                self.assertEqual(self.waits_until(hour), expected)

    def test_what_was_held_up_until_then_is_not_sent_in_them_either(self):
        with smtp_server() as server, mail_to(server):
            (delivery,) = self.many(1)
            contacts.change_contact(
                self.head, quiet_from=at(self.today, 22).time(), quiet_until=at(self.today, 7).time()
            )
            night = at(self.today, 23)
            self.assertEqual(outbox.send(night), 0)
            delivery.refresh_from_db()
            self.assertEqual(
                (delivery.attempts, delivery.next_attempt_at), (0, at(self.today + timedelta(1), 7))
            )
            self.assertEqual(outbox.send(at(self.today + timedelta(1), 7)), 1)
        delivery.refresh_from_db()
        self.assertFalse(delivery.maybe_twice)
        self.assertEqual(len(server.messages), 1)


class SendTests(SendingCase):
    def test_each_leaves_once(self):
        with smtp_server() as server, mail_to(server):
            self.many(5)
            self.assertEqual([self.send(), self.send(), self.send(HOUR)], [5, 0, 0])
        self.assertEqual([m["Subject"] for m in server.messages], [f"消息{n}" for n in range(5)])
        sent = Delivery.objects.values_list("outcome", "attempts", "failures", "error").distinct()
        self.assertEqual(list(sent.order_by()), [("sent", 1, 0, "")])
        self.assertFalse(Delivery.objects.maybe_twice().exists())

    def test_four_workers_at_once_send_each_once(self):
        with smtp_server() as server, mail_to(server), robots() as receiver:
            self.many(40)
            self.bot(self.liaison)
            self.many(20, self.liaison)
            self.assertEqual(sum(at_once(*[self.send] * 4)), 80)
        self.assertEqual(len(server.messages), 60)
        self.assertEqual(len({message["Message-ID"] for message in server.messages}), 60)
        self.assertEqual(len(receiver.requests), 20)
        self.assertEqual(set(Delivery.objects.values_list("outcome", "attempts")), {("sent", 1)})

    def test_who_left_meanwhile_gets_nothing(self):
        with smtp_server() as server, mail_to(server):
            self.many(1)
            User.objects.filter(pk=self.head.pk).update(is_active=False)
            self.assertEqual((self.send(), server.messages), (0, []))
        self.assertEqual(Delivery.objects.get().outcome, "dropped")

    def test_a_message_that_can_not_be_composed_does_not_stop_the_rest(self):
        with (
            smtp_server() as server,
            mail_to(server, BASE_URL="https://[broken"),
            self.assertLogs("reports.lanes"),
        ):
            self.many(2)
            self.assertEqual(self.send(), 0)
        self.assertEqual(self.outcomes(), {"dead": 2})
        self.assertEqual(Delivery.objects.first().error, "消息无法生成（ValueError）。")

    def test_it_is_tried_again_later_and_later_and_then_given_up(self):
        waits = [1, 5, 15, 60, 180, 360, 720]
        with smtp_server("refuse_data_4xx") as server, mail_to(server):
            (delivery,) = self.many(1)
            now = self.now
            for tries, minutes in enumerate(waits, start=1):
                outbox.send(now)
                delivery.refresh_from_db()
                waited = delivery.next_attempt_at - delivery.attempted_at
                self.assertAlmostEqual(waited, minutes * MINUTE, delta=MINUTE / 4)
                self.assertEqual((delivery.outcome, delivery.attempts, delivery.failures), ("", tries, tries))
                now = delivery.next_attempt_at
                self.assertEqual(outbox.send(now - MINUTE / 2), 0)
            outbox.send(now)
            delivery.refresh_from_db()
            self.assertEqual((delivery.outcome, delivery.attempts, delivery.failures), ("dead", 8, 8))
            self.assertEqual(outbox.send(now + 100 * HOUR), 0)

    def test_sent_again_by_an_administrator_it_has_another_round(self):
        with smtp_server("refuse_data_4xx") as server, mail_to(server):
            (delivery,) = self.many(1)
            Delivery.objects.update(attempts=8, failures=8, outcome="dead", finished_at=self.now)
            self.assertEqual(Delivery.objects.send_again(self.now), 1)
            self.send()
            delivery.refresh_from_db()
            self.assertEqual((delivery.outcome, delivery.failures), ("", 9))
            server.behaviour = "accept"
            self.assertEqual(self.send(HOUR), 1)
        delivery.refresh_from_db()
        self.assertEqual((delivery.outcome, delivery.maybe_twice), ("sent", False))

    def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(self):
        with smtp_server(delay=0.05) as server, mail_to(server):
            self.many(40)
            sent = self.send(seconds=0.5)
            self.assertTrue(0 < sent < 20, sent)
            server.delay = 0
            self.assertEqual(self.send(), 40 - sent)
        self.assertEqual(len(server.messages), 40)

    def test_a_lane_takes_turns_with_the_others(self):
        with smtp_server(delay=0.05) as server, mail_to(server), robots() as receiver:
            self.many(30)
            self.bot(self.liaison)
            self.many(2, self.liaison)
            turn, outbox.TURN_SECONDS = outbox.TURN_SECONDS, 0.2
            self.addCleanup(setattr, outbox, "TURN_SECONDS", turn)
            self.assertEqual(self.send(), 34)
        self.assertLess(receiver.requests[0].received_at, server.messages[-1].received_at)

    def test_the_job_sends_what_waits_even_where_the_digests_fail(self):
        with smtp_server() as server, mail_to(server, DIGEST_AT=None):
            self.many(1)
            with self.assertRaises(TypeError):
                jobs.deliver()
        self.assertEqual(len(server.messages), 1)


class LeaseTests(SendingCase):
    def claim(self) -> Delivery:
        """As a worker does before it dies."""
        return lanes.MailLane().claim(self.now)

    def test_what_a_dead_worker_had_claimed_is_sent_after_the_lease(self):
        with smtp_server() as server, mail_to(server):
            (delivery,) = self.many(1)
            self.claim()
            self.assertEqual(self.send(lanes.LEASE - MINUTE), 0)
            self.assertEqual(self.send(lanes.LEASE), 1)
        delivery.refresh_from_db()
        self.assertEqual((delivery.outcome, delivery.attempts, delivery.failures), ("sent", 2, 0))
        self.assertTrue(delivery.maybe_twice)
        self.assertEqual(list(Delivery.objects.maybe_twice()), [delivery])

    def test_a_worker_given_up_on_changes_nothing(self):
        with smtp_server() as server, mail_to(server):
            (delivery,) = self.many(1)
            late = self.claim()
            self.assertEqual(self.send(lanes.LEASE), 1)
            before = Delivery.objects.values().get()
            for outcome in ("dead", "sent", "dropped"):
                self.assertFalse(outbox.finish(late, outcome, "太晚了", self.now))
            outbox.note_failure(late, outbox.NotSent("太晚了"), self.now)
            self.assertEqual(Delivery.objects.values().get(), before)

    def test_also_while_its_successor_is_at_it(self):
        with smtp_server() as server, mail_to(server):
            self.many(1)
            late = self.claim()
            lanes.MailLane().claim(self.now + lanes.LEASE)
            before = Delivery.objects.values().get()
            self.assertFalse(outbox.finish(late, "sent", "", self.now))
            self.assertEqual(Delivery.objects.values().get(), before)

    def test_one_that_ends_its_worker_each_time_is_given_up(self):
        with smtp_server() as server, mail_to(server):
            (delivery,) = self.many(1)
            Delivery.objects.update(attempts=outbox.INTERRUPTIONS)
            self.assertEqual((self.send(), server.messages), (0, []))
            delivery.refresh_from_db()
            self.assertEqual(delivery.outcome, "dead")
            self.assertIn("可能已经送达", delivery.error)
            Delivery.objects.send_again(self.now)
            self.assertEqual(self.send(), 1)
        delivery.refresh_from_db()
        self.assertTrue(delivery.maybe_twice)

    @skipUnless(settings.EMBEDDED, "starts a process on the test database")
    def test_a_worker_killed_while_the_server_keeps_it_waiting(self):
        """SIGKILL after it was handed over: whether it arrived nobody knows, so it is sent again."""
        with smtp_server(delay=30) as server, mail_to(server):
            (delivery,) = self.many(1)
            script = (
                "import django; django.setup(); from reports import outbox; from datetime import datetime; "
                f"outbox.send(datetime.fromisoformat('{self.now.isoformat()}'))"
            )
            process = subprocess.Popen(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env=os.environ
                | {"DJANGO_SETTINGS_MODULE": "config.settings", "EMBED_DB": connection.settings_dict["NAME"]}
                | {"EMAIL_HOST": server.host, "EMAIL_PORT": str(server.port), "EMAIL_FROM": "d@example.test"}
                | {"BASE_URL": settings.BASE_URL},
            )
            until = time.monotonic() + 60
            while not Delivery.objects.filter(attempts=1).exists() and time.monotonic() < until:
                time.sleep(0.05)
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            server.delay = 0
            self.assertEqual((self.send(), self.send(lanes.LEASE + MINUTE)), (0, 1))
        delivery.refresh_from_db()
        self.assertEqual((delivery.outcome, delivery.attempts, delivery.maybe_twice), ("sent", 2, True))
