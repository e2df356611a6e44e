"""延期: who asks for a later date, until when, how often, and what a supervisor makes of it."""

from datetime import date
from functools import partial

from config.errors import DomainError
from tasks import services
from tasks.models import Extension, Task
from tests.builders import a_plan, a_task, at, moved
from tests.cases import OfficeTransactionCase
from tests.pages import days
from tests.races import at_once
from tests.tasks.acts import API, ActCase

NOTE = "设备到货推迟"


def asked_on(task: Task) -> str:
    return f"{API}/tasks/{task.pk}/extensions/"


class AskTest(ActCase):
    def ask(self, task: Task, **fields):
        return self.as_("head").post(asked_on(task), {"due_on": str(days(90)), "note": NOTE} | fields)

    def test_the_leads_head_asks(self):
        task = self.a_task()
        sent = self.ask(task)
        self.assertEqual(sent.status_code, 201, sent.content)
        extension = Extension.objects.get()
        self.assertEqual(
            sent.json(),
            {
                "id": extension.pk,
                "task": task.pk,
                "from_due_on": str(days(60)),
                "due_on": str(days(90)),
                "note": NOTE,
                "status": "asked",
                "asked_by": "高新处处长",
                "asked_at": sent.json()["asked_at"],
                "decision": "",
                "decided_by": None,
                "decided_at": None,
            },
        )
        self.assertTrue(sent.json()["asked_at"].endswith("+08:00"))
        event = self.last(task)
        self.assertEqual((event, event.kind, event.note), (extension.event, "extension_asked", NOTE))
        self.assertEqual((event.due_on, event.data), (days(60), {"asked_due_on": str(days(90))}))

    def test_who_may_ask(self):
        self.each_may(
            {"head": 201, "admin": 201},
            ("liaison", "head2", "supervisor", "leader"),
            asked_on,
            {"due_on": str(days(90)), "note": NOTE},
        )

    def test_a_token_that_only_reads_asks_for_nothing(self):
        task = self.a_task()
        with self.nothing_changes(task):
            self.refused(self.as_("head", "read").post(asked_on(task), {}), 403, "scope_missing")

    def test_what_the_body_lacks_is_said(self):
        task = self.a_task()
        for fields, code in (
            ({"note": " "}, "note_required"),
            ({"due_on": None}, "invalid"),
            ({"due_on": "2026-02-30"}, "invalid"),
            ({"due_on": "9999-12-31"}, "invalid"),
            ({"note": "长" * 5001}, "invalid"),
            ({"reason": "别的字段"}, "invalid"),
        ):
            with self.subTest(fields), self.nothing_changes(task):
                self.refused(self.ask(task, **fields), 400, code)

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(asked_on, "head", {"due_on": str(days(90)), "note": NOTE})

    def test_only_a_later_date_is_an_extension(self):
        task = self.a_task()
        for day in (days(60), days(59)):
            with self.subTest(day), self.nothing_changes(task):
                self.refused(self.ask(task, due_on=str(day)), 409, "extension_not_later")

    def test_only_what_is_worked_on_is_extended(self):
        for status in ("declined", "submitted", "completed", "closed", "suspended", "cancelled"):
            task = self.a_task(status)
            with self.subTest(status), self.nothing_changes(task):
                self.refused(self.ask(task), 409, "move_not_allowed")
        self.assertEqual(self.ask(self.a_task("pending")).status_code, 201)

    def test_one_waits_at_a_time(self):
        task = self.a_task()
        self.ask(task)
        with self.nothing_changes(task):
            self.refused(self.ask(task), 409, "extension_waiting")

    def test_a_task_is_extended_once_whatever_became_of_it(self):
        for granted in (True, False):
            task = self.a_task()
            extension = self.ask(task).json()["id"]
            services.decide_extension(extension, granted=granted, actor=self.supervisor, now=at(days(0)))
            with self.subTest(granted=granted), self.nothing_changes(task):
                self.refused(self.ask(task, due_on=str(days(120))), 409, "extension_used")
        with self.settings(EXTENSIONS_PER_TASK=2):
            self.assertEqual(self.ask(task, due_on=str(days(120))).status_code, 201)

    def test_it_is_asked_three_working_days_before_the_task_falls_due(self):
        # From 8 to 10 October the office works, the 10th being a make-up Saturday; the 12th is a Monday.
        for due_on, last in (
            (date(2026, 11, 30), date(2026, 11, 25)),
            (date(2026, 10, 12), date(2026, 10, 8)),
        ):
            for day, allowed in ((last, True), (date.fromordinal(last.toordinal() + 1), False)):
                task = self.a_task(issued_on=date(2026, 3, 2), due_on=due_on)
                ask = partial(
                    services.ask_extension, task.pk, due_on=date(2026, 12, 20), note=NOTE, actor=self.head
                )
                with self.subTest(due_on=due_on, day=day):
                    if allowed:
                        self.assertEqual(ask(now=at(day, 23)).from_due_on, due_on)
                        continue
                    with self.nothing_changes(task), self.assertRaises(DomainError) as refusal:
                        ask(now=at(day, 0))
                    self.assertEqual(
                        (refusal.exception.code, refusal.exception.detail),
                        ("extension_too_late", {"last_day": last}),
                    )
                    with self.settings(EXTENSION_WORKING_DAYS=2):
                        self.assertEqual(ask(now=at(day)).due_on, date(2026, 12, 20))


class DecideTest(ActCase):
    def an_extension(self, task: Task, due_on: date | None = None) -> Extension:
        return services.ask_extension(
            task.pk, due_on=due_on or days(90), note=NOTE, actor=self.head, now=at(days(-1))
        )

    def granting(self, task: Task) -> str:
        return f"{API}/extensions/{self.an_extension(task).pk}/grant/"

    def denying(self, task: Task) -> str:
        return f"{asked_on(task)}{self.an_extension(task).pk}/deny/"

    def test_granting_moves_the_due_date_and_not_the_original(self):
        task = self.a_task()
        sent = self.as_("supervisor").post(self.granting(task), {"note": "同意"})
        self.assertEqual(sent.status_code, 200, sent.content)
        given = sent.json()
        self.assertEqual(
            (given["status"], given["decision"], given["decided_by"]), ("granted", "同意", "杜查")
        )
        self.assertIsNotNone(given["decided_at"])
        task.refresh_from_db()
        self.assertEqual((task.due_on, task.original_due_on), (days(90), days(60)))
        event = self.last(task)
        self.assertEqual((event.kind, event.note, event.due_on), ("extension_granted", "同意", days(90)))
        self.assertEqual(event.data["due_on"], [str(days(60)), str(days(90))])

    def test_denying_changes_no_date(self):
        task = self.a_task()
        sent = self.as_("supervisor").post(self.denying(task))
        self.assertEqual((sent.status_code, sent.json()["status"]), (200, "denied"))
        task.refresh_from_db()
        self.assertEqual((task.due_on, self.last(task).kind), (days(60), "extension_denied"))

    def test_who_may_decide(self):
        allowed, forbidden = {"supervisor": 200, "admin": 200}, ("liaison", "head", "head2", "leader")
        self.each_may(allowed, forbidden, self.granting)
        self.each_may(allowed, forbidden, self.denying)

    def test_the_version_seen_is_honoured(self):
        self.needs_the_version_seen(self.granting, "supervisor", {})

    def test_both_addresses_are_the_same(self):
        task, other = self.a_task(), self.a_task()
        extension = self.an_extension(task)
        supervisor = self.as_("supervisor")
        with self.nothing_changes(task):
            elsewhere = supervisor.post(f"{asked_on(other)}{extension.pk}/grant/")
            self.refused(elsewhere, 404, "not_found")
        self.assertEqual(supervisor.post(f"{asked_on(task)}{extension.pk}/grant/").status_code, 200)

    def test_what_is_decided_stays_decided(self):
        task = self.a_task()
        url = self.granting(task)
        supervisor = self.as_("supervisor")
        supervisor.post(url)
        with self.nothing_changes(task):
            self.refused(supervisor.post(url), 409, "extension_decided")
            self.refused(supervisor.post(url.replace("grant", "deny")), 409, "extension_decided")

    def test_a_task_that_ended_meanwhile_is_not_extended_and_the_ask_can_be_denied(self):
        task = self.a_task()
        url = self.granting(task)
        moved(task, "cancel", on=days(0))
        with self.nothing_changes(task):
            self.refused(self.as_("supervisor").post(url), 409, "move_not_allowed")
        self.assertEqual(self.as_("supervisor").post(url.replace("grant", "deny")).status_code, 200)
        self.assertEqual(self.as_("supervisor").get(f"{API}/extensions/?status=asked").json()["results"], [])

    def test_what_was_overtaken_can_only_be_denied(self):
        supervisor = self.as_("supervisor")
        for overtaken in ("later", "reassigned"):
            with self.subTest(overtaken):
                task = self.a_task()
                url = self.granting(task)
                if overtaken == "later":
                    version, note = task.version + 1, "统一调整"
                    services.edit_task(
                        task.pk,
                        actor=self.supervisor,
                        now=at(days(0)),
                        version=version,
                        due_on=days(90),
                        note=note,
                    )
                else:
                    moved(task, "reassign", on=days(0), lead=self.ptc)
                with self.nothing_changes(task):
                    self.refused(supervisor.post(url), 409, "extension_outdated")
                self.assertEqual(supervisor.post(url.replace("grant", "deny")).status_code, 200)

    def test_its_text_is_bounded_and_its_fields_known(self):
        task = self.a_task()
        url = self.granting(task)
        for body in ({"note": "长" * 5001}, {"due_on": str(days(80))}):
            with self.subTest(list(body)), self.nothing_changes(task):
                self.refused(self.as_("supervisor").post(url, body), 400, "invalid")


class ListTest(ActCase):
    def setUp(self) -> None:
        self.tasks = [self.a_task(title=f"任务{n}") for n in range(3)]
        self.asked = [
            services.ask_extension(
                task.pk, due_on=days(90 + n), note=NOTE, actor=self.head, now=at(days(-1))
            ).pk
            for n, task in enumerate(self.tasks)
        ]
        services.decide_extension(self.asked[0], granted=True, actor=self.supervisor, now=at(days(0)))
        services.decide_extension(self.asked[1], granted=False, actor=self.supervisor, now=at(days(0)))

    def ids(self, who: str, url: str) -> list[int]:
        sent = self.as_(who).get(url)
        self.assertEqual(sent.status_code, 200, sent.content)
        return [row["id"] for row in sent.json()["results"]]

    def test_each_sees_what_belongs_to_their_tasks(self):
        everything = self.asked[::-1]
        seen = {"admin": everything, "supervisor": everything, "leader": everything, "viewer": everything}
        seen |= {"head": everything, "liaison": everything, "head2": everything, "stranger": []}
        for who, expected in seen.items():
            with self.subTest(who):
                self.assertEqual(self.ids(who, f"{API}/extensions/"), expected)
        self.assertEqual(self.as_("anonymous").get(f"{API}/extensions/").status_code, 401)
        self.assertEqual(self.as_("stranger").get(asked_on(self.tasks[0])).status_code, 404)
        self.assertEqual(self.ids("viewer", asked_on(self.tasks[0])), [self.asked[0]])

    def test_what_waits_for_a_supervisor(self):
        granted, denied, waiting = self.asked
        for query, expected in {
            "status=asked": [waiting],
            "status=granted&status=denied": [denied, granted],
            "ordering=id&page_size=2": [granted, denied],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.ids("supervisor", f"{API}/extensions/?{query}"), expected)
        for query, code in {"status=open": "invalid", "state=asked": "unknown_parameter"}.items():
            with self.subTest(query):
                self.refused(self.as_("supervisor").get(f"{API}/extensions/?{query}"), 400, code)


class DecisionRaceTest(OfficeTransactionCase):
    def test_of_supervisors_deciding_at_once_one_wins(self):
        task = a_task(self.gxc, status="in_progress", plan=a_plan(self.kjj), due_on=date(2026, 11, 30))
        asked = services.ask_extension(
            task.pk, due_on=date(2026, 12, 20), note=NOTE, actor=self.head, now=self.now
        )
        decide = partial(services.decide_extension, asked.pk, actor=self.supervisor, now=self.now)
        came = at_once(*[partial(decide, granted=n % 2 == 0) for n in range(6)])
        (won,) = (result for result in came if isinstance(result, Extension))
        lost = [refusal.code for refusal in came if isinstance(refusal, DomainError)]
        self.assertEqual(lost, ["extension_decided"] * 5)
        task.refresh_from_db()
        expected = date(2026, 12, 20) if won.status == "granted" else date(2026, 11, 30)
        self.assertEqual(task.due_on, expected)
        self.assertEqual(task.events.filter(kind__startswith="extension_").count(), 2)

    def test_of_heads_asking_at_once_one_is_heard(self):
        task = a_task(self.gxc, status="in_progress", plan=a_plan(self.kjj), due_on=date(2026, 11, 30))
        ask = partial(services.ask_extension, task.pk, note=NOTE, actor=self.head, now=self.now)
        came = at_once(*[partial(ask, due_on=date(2026, 12, 20 + n)) for n in range(4)])
        lost = [refusal.code for refusal in came if isinstance(refusal, DomainError)]
        self.assertEqual(lost, ["extension_waiting"] * 3)
        self.assertEqual(Extension.objects.count(), 1)
