"""A person's own messages over REST."""

from reports.models import Notification
from tests.builders import a_task
from tests.cases import OfficeCase

LIST = "/api/v1/notifications/"


class NotificationTests(OfficeCase):
    def setUp(self):
        self.task = a_task(self.gxc)
        self.mine = [self.message(self.liaison, f"第{n}次催办") for n in (1, 2, 3)]
        self.theirs = self.message(self.head, "第1次催办")

    def message(self, user, title) -> Notification:
        return Notification.objects.create(
            user=user, task=self.task, title=title, text="请", created_at=self.now
        )

    def test_the_latest_comes_first(self):
        answer = self.as_("liaison").get(LIST).json()
        self.assertEqual([m["title"] for m in answer["results"]], ["第3次催办", "第2次催办", "第1次催办"])
        self.assertEqual(
            answer["results"][0],
            {
                "id": self.mine[2].pk,
                "title": "第3次催办",
                "text": "请",
                "task": {"id": self.task.pk, "code": self.task.code, "title": self.task.title},
                "tasks": [{"id": self.task.pk, "code": self.task.code, "title": self.task.title}],
                "digest_on": None,
                "created_at": "2026-10-14T09:00:00+08:00",
                "read_at": None,
            },
        )

    def test_page_by_page_in_a_constant_number_of_queries(self):
        client, url, seen = self.as_("liaison"), f"{LIST}?page_size=2", []
        while url:
            with self.assertNumQueries(3):
                page = client.get(url).json()
            seen += [m["id"] for m in page["results"]]
            url = page["next"]
        self.assertEqual(seen, [m.pk for m in reversed(self.mine)])

    def test_reading_is_noted_once(self):
        client, url = self.as_("liaison"), f"{LIST}{self.mine[0].pk}/read/"
        first = client.post(url)
        self.assertEqual(first.status_code, 200)
        self.assertIsNotNone(first.json()["read_at"])
        self.assertEqual(client.post(url).json(), first.json())
        self.assertEqual(Notification.objects.exclude(read_at=None).get(), self.mine[0])

    def test_nobody_reads_another_s(self):
        url = f"{LIST}{self.mine[0].pk}/read/"
        expected = {"anonymous": 401, "head": 404, "admin": 404, "supervisor": 404}
        for who, status in expected.items():
            with self.subTest(who=who):
                self.assertEqual(self.as_(who).post(url).status_code, status)
        self.assertEqual(self.as_(self.liaison, "read").post(url).status_code, 403)
        self.assertFalse(Notification.objects.exclude(read_at=None).exists())

    def test_an_unknown_parameter_is_refused(self):
        response = self.as_("liaison").get(LIST, {"unread": "1"})
        self.assertEqual((response.status_code, response.json()["code"]), (400, "unknown_parameter"))
