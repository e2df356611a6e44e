from io import StringIO

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from plans.models import Plan
from plans.org.models import ApiToken, Department, Membership, User
from plans.org.workdays import calendar
from reports.models import ScoreObjection, Summary
from tasks import record
from tasks.lights import Light
from tasks.models import Extension, Instruction, ReportPeriod, Task, TaskEvent
from tasks.states import Status


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


class DemoTest(TestCase):
    def test_it_makes_exactly_the_promised_people_and_departments(self):
        demo()
        codes = set(Department.objects.values_list("code", flat=True))
        self.assertEqual(codes, {"KJJ", "GXC", "CGC", "PTC", "RCC", "NCC", "BGS"})
        self.assertEqual(
            set(Department.objects.exclude(code="KJJ").values_list("parent__code", flat=True)), {"KJJ"}
        )
        posts = set(Membership.objects.values_list("user__username", "department__code", "role"))
        promised = {
            ("supervisor", "KJJ", "supervisor"),
            ("leader", "KJJ", "leader"),
            ("viewer", "KJJ", "viewer"),
            ("head", "GXC", "head"),
            ("liaison", "GXC", "liaison"),
            ("head2", "CGC", "head"),
            ("liaison2", "CGC", "liaison"),
        }
        self.assertEqual(posts, promised)
        self.assertEqual(
            set(User.objects.values_list("username", flat=True)), {p[0] for p in promised} | {"admin"}
        )
        for user in User.objects.all():
            self.assertTrue(user.check_password("demo-demo"))
        self.assertEqual([u.username for u in User.objects.filter(is_superuser=True)], ["admin"])

    def test_two_plans_with_tasks_in_every_status_and_light(self):
        demo()
        self.assertEqual(Plan.objects.filter(status="issued").count(), 2)
        self.assertEqual(set(Task.objects.values_list("status", flat=True)), set(Status))
        today = timezone.localdate()
        lights = set(Task.objects.with_light(today, calendar()).values_list("light", flat=True))
        self.assertEqual(lights, set(Light))

    def test_what_is_asked_waits_and_is_answered(self):
        demo()
        self.assertEqual(list(Extension.objects.values_list("status", flat=True)), ["asked"])
        answers = Instruction.objects.values_list("answered_at", flat=True)
        self.assertEqual(sorted(at is not None for at in answers), [False, True])
        kinds = list(TaskEvent.objects.values_list("kind", flat=True))
        self.assertEqual([kinds.count(kind) for kind in ("urge", "comment", "attached")], [2, 3, 1])

    def test_reports_are_owed_and_some_were_missing(self):
        demo()
        told = ReportPeriod.objects.exclude(reported_on=None)
        self.assertGreaterEqual(told.values("task").distinct().count(), 2)
        self.assertTrue(ReportPeriod.objects.filter(was_missing=True, reported_on=None).exists())

    def test_last_months_bulletin_is_out_and_a_point_is_objected_to(self):
        demo()
        released = Summary.objects.get()
        self.assertIn("项重点任务中", released.narrative)
        self.assertEqual(
            set(released.bulletins.values_list("format", "version")),
            {("docx", released.version), ("xlsx", released.version)},
        )
        self.assertEqual(list(ScoreObjection.objects.values_list("anchor", "upheld")), [("returned", None)])

    def test_a_split_task_adds_up(self):
        demo()
        parts = Task.objects.exclude(parent=None)
        whole = Task.objects.get(pk=parts.first().parent_id)
        self.assertEqual(set(parts.values_list("status", flat=True)), {"pending", "in_progress"})
        for target in whole.targets.all():
            shares = target.shares.all()
            self.assertEqual(sum(share.value for share in shares), target.value)
            self.assertEqual(sum(share.actual or 0 for share in shares), target.actual)

    def test_its_records_hold(self):
        demo()
        broken = [pk for pk in Task.objects.values_list("pk", flat=True) if record.broken_link(pk)]
        self.assertEqual(broken, [])

    def test_again_changes_nothing_and_prints_the_same_tokens(self):
        first = demo()
        before = (
            Task.objects.count(),
            TaskEvent.objects.count(),
            User.objects.count(),
            ApiToken.objects.count(),
        )
        second = demo()
        after = (
            Task.objects.count(),
            TaskEvent.objects.count(),
            User.objects.count(),
            ApiToken.objects.count(),
        )
        self.assertEqual(before, after)
        self.assertEqual(first.splitlines()[1:], second.splitlines()[1:])

    def test_the_printed_tokens_work(self):
        for line in demo().splitlines()[2:]:
            username, token = line.split()[:2]
            response = self.client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})
            self.assertEqual(response.json()["username"], username)
