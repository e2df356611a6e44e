"""留言: what the parties to a task say, on its record."""

from tasks import services
from tasks.models import Task
from tests.builders import at
from tests.pages import EVIL, days
from tests.tasks.acts import API, ActCase


def comments(task: Task) -> str:
    return f"{API}/tasks/{task.pk}/comments/"


class CommentTest(ActCase):
    def test_a_comment_is_an_event(self):
        task = self.a_task()
        sent = self.as_("head2").post(comments(task), {"note": EVIL})
        self.assertEqual(sent.status_code, 201, sent.content)
        event = self.last(task)
        self.assertEqual((event.kind, event.note, event.actor), ("comment", EVIL, self.head2))
        given = sent.json()
        self.assertEqual(
            given,
            {
                "id": event.pk,
                "note": EVIL,
                "actor": self.head2.pk,
                "actor_name": "成果处处长",
                "at": given["at"],
            },
        )

    def test_who_may_comment(self):
        people = ("liaison", "head", "head2", "supervisor", "leader", "admin")
        self.each_may(dict.fromkeys(people, 201), (), comments, {"note": "已收到"})

    def test_whatever_the_state(self):
        for status in ("pending", "declined", "submitted", "closed", "suspended", "cancelled"):
            with self.subTest(status):
                sent = self.as_("head").post(comments(self.a_task(status)), {"note": "已收到"})
                self.assertEqual(sent.status_code, 201, sent.content)

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(comments, "liaison", {"note": "已收到"})

    def test_a_comment_says_something_and_no_more_than_fits(self):
        task = self.a_task()
        for body, code in (
            ({}, "note_required"),
            ({"note": "　"}, "note_required"),
            ({"note": "长" * 5001}, "invalid"),
            ({"note": "带\0空字符"}, "invalid"),
            ({"text": "已收到"}, "invalid"),
        ):
            with self.subTest(body), self.nothing_changes(task):
                self.refused(self.as_("head").post(comments(task), body), 400, code)

    def test_the_list_holds_comments_alone_oldest_first(self):
        task = self.a_task()
        for n in range(3):
            services.comment(task.pk, note=f"留言{n}", actor=self.head, now=at(days(0)))
            services.urge(task.pk, note="请抓紧", actor=self.supervisor, now=at(days(0)))
        services.comment(self.a_task().pk, note="别处", actor=self.head, now=at(days(0)))
        notes, url = [], f"{comments(task)}?page_size=2"
        while url:
            page = self.as_("viewer").get(url).json()
            notes.append([row["note"] for row in page["results"]])
            url = page["next"]
        self.assertEqual(notes, [["留言0", "留言1"], ["留言2"]])
        self.assertEqual(self.as_("stranger").get(comments(task)).status_code, 404)
        self.assertEqual(self.as_("anonymous").get(comments(task)).status_code, 401)
