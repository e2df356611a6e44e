from io import StringIO

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from plans.models import Plan
from plans.org.models import ApiToken, Department, Membership, User
from plans.org.workdays import calendar
from tasks import record
from tasks.lights import Light
from tasks.models import Task, TaskEvent
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
