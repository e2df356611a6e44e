"""The change feed over REST."""

from datetime import date
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks import feed
from tasks.feed import Position
from tasks.models import TaskEvent
from tests.builders import a_task, moved
from tests.cases import OfficeTransactionCase

URL = "/api/v1/events/"
DAY = date(2026, 3, 4)


class FeedApiTest(OfficeTransactionCase):
    def setUp(self):
        super().setUp()
        self.mine = a_task(self.gxc, status="in_progress", title="本处任务")
        self.others = a_task(self.cgc, status="in_progress", title="别处任务")

    def read(self, who, after="", **query):
        """All there is, page by page: the events and the last cursor."""
        client, found = self.as_(who), []
        more = True
        while more:
            answer = client.get(URL, {"after": after, **query})
            self.assertEqual(answer.status_code, 200, answer.content)
            found += answer.json()["results"]
            after, more = answer.json()["cursor"], answer.json()["more"]
        return found, after

    def test_from_the_beginning_and_on(self):
        events, cursor = self.read("supervisor", page_size=1)
        self.assertEqual([event["id"] for event in events], list(self.all_ids()))
        self.assertEqual(self.read("supervisor", cursor)[0], [])
        moved(self.mine, "report", on=DAY, progress=10)
        (event,), _ = self.read("supervisor", cursor)
        self.assertEqual(
            (event["kind"], event["task"], event["task_code"], event["progress"]),
            ("report", self.mine.pk, self.mine.code, 10),
        )

    def all_ids(self):
        return TaskEvent.objects.order_by("epoch", "transaction_id", "id").values_list("pk", flat=True)

    def test_from_now_on(self):
        answer = self.as_("liaison").get(URL, {"after": "now"}).json()
        self.assertEqual((answer["results"], answer["more"]), ([], False))
        moved(self.mine, "report", on=DAY, progress=10)
        self.assertEqual([e["kind"] for e in self.read("liaison", answer["cursor"])[0]], ["report"])

    def test_everyone_reads_what_is_theirs(self):
        for who, tasks in {
            "liaison": {self.mine.pk},
            "head2": {self.others.pk},
            "viewer": {self.mine.pk, self.others.pk},
            "admin": {self.mine.pk, self.others.pk},
            "stranger": set(),
        }.items():
            with self.subTest(who):
                self.assertEqual({event["task"] for event in self.read(who)[0]}, tasks)
        self.assertEqual(self.as_("anonymous").get(URL).status_code, 401)
        self.assertEqual(self.as_(self.liaison, "read").get(URL).status_code, 200)

    def test_who_sees_little_goes_on_past_what_is_not_theirs(self):
        for n in range(4):
            moved(self.others, "report", on=DAY, progress=n)
        late = moved(self.mine, "report", on=DAY, progress=50).events.latest("seq")
        with patch.object(feed, "WINDOW", 2):
            answer = self.as_("liaison").get(URL, {"after": str(Position.of(self.mine.events.latest("seq")))})
            self.assertEqual((answer.json()["results"], answer.json()["more"]), ([], False))
            after = str(Position.of(self.others.events.get(seq=2)))
            answer = self.as_("liaison").get(URL, {"after": after}).json()
            self.assertEqual((answer["results"], answer["more"]), ([], True))
            self.assertEqual([event["id"] for event in self.read("liaison", after)[0]], [late.pk])
            self.assertEqual(len(self.read("liaison")[0]), self.mine.events.count())

    def test_a_wrong_request_is_refused(self):
        cursor = self.as_("head").get(URL).json()["cursor"]
        changed = ("B" if cursor[0] == "A" else "A") + cursor[1:]
        for query, code in (
            ({"after": changed}, "bad_cursor"),
            ({"after": "Now"}, "bad_cursor"),
            ({"after": "一" * 32}, "bad_cursor"),
            ({"after": "\0"}, "bad_cursor"),
            ({"page_size": "0"}, "invalid"),
            ({"since": "2026-01-01"}, "unknown_parameter"),
        ):
            with self.subTest(query):
                answer = self.as_("head").get(URL, query)
                self.assertEqual((answer.status_code, answer.json()["code"]), (400, code))

    def test_it_costs_the_same_for_one_event_as_for_many(self):
        client = self.as_("supervisor")
        costs = []
        for size in (1, 200):
            with CaptureQueriesContext(connection) as queries:
                client.get(URL, {"page_size": size})
            costs.append(len(queries))
        self.assertEqual(costs[0], costs[1])
        self.assertLessEqual(costs[0], 6)
