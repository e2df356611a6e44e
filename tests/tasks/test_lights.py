"""The SQL of the lights against DESIGN's words, told again in plain Python."""

from datetime import date, timedelta
from itertools import product

from django.db.models import F

from plans.org import workdays
from tasks import lights, record
from tasks.models import Task, TaskEvent
from tasks.states import DONE, TIMED, Status
from tests.builders import a_task, at, moved
from tests.cases import OfficeCase

START = date(2026, 3, 2)
DUES = [START - timedelta(days=3), START, START + timedelta(days=1), date(2026, 3, 31), date(2026, 6, 30)]
DAYS = [START + timedelta(days=n) for n in (0, 1, 2, 9, 10, 14, 20, 29, 30, 60, 100, 121, 140)]


def expected_light(task: Task, today: date, soon: date) -> str:
    """DESIGN: Lights, word for word."""
    if task.status in DONE:
        return "blue"
    if task.status not in TIMED:
        return "grey"
    clock = task.submitted_on or today
    behind = 0.0
    if task.deadline_kind not in ("recurring", "ongoing"):
        given = (task.due_on - task.assigned_on).days
        share = 1.0 if given <= 0 else min(1.0, max(0.0, (clock - task.assigned_on).days / given))
        behind = round(100 * share - task.progress, 9)
    if task.due_on < clock or behind > 30:
        return "red"
    return "yellow" if task.due_on <= soon or behind >= 10 else "green"


class LightTest(OfficeCase):
    def rows(self) -> None:
        """Every mixture of status, deadline, progress and kind, as rows of the table."""
        base = a_task(self.gxc, status="in_progress", issued_on=START)
        mixtures = product(DUES, (0, 25, 60, 69, 70, 90), ("", "by", "ongoing", "recurring"), Status)
        tasks = []
        for n, (due_on, progress, kind, status) in enumerate(mixtures):
            task = Task.objects.get(pk=base.pk)
            task.pk, task.code, task.parent_id = None, f"T-{n}", base.pk
            task.due_on, task.progress, task.deadline_kind, task.status = due_on, progress, kind, status
            task.accepted_on = START if status not in ("pending", "declined") else None
            if status in ("submitted", *DONE):
                task.submitted_on = START + timedelta(days=20)
            if status in DONE:
                task.completed_on, task.progress = task.submitted_on, 100
            tasks.append(task)
        Task.objects.bulk_create(tasks)

    def test_lights_are_as_the_office_describes_them(self):
        self.rows()
        calendar = workdays.calendar()
        for today in DAYS:
            soon = calendar.add(today, 7)
            for task in Task.objects.with_light(today, calendar):
                if task.submitted_on and task.submitted_on > today:
                    continue  # such a row can't be: the future has not submitted yet
                told = (task.status, task.due_on, task.progress, task.deadline_kind, today)
                self.assertEqual(task.light, expected_light(task, today, soon), told)
                overdue = task.status in TIMED and task.due_on < (task.submitted_on or today)
                self.assertEqual((task.is_overdue, task.days_overdue > 0), (overdue, overdue), told)

    def test_a_filter_by_lights_finds_what_shows_them(self):
        self.rows()
        calendar = workdays.calendar()
        for today in DAYS[::3]:
            shown = dict(Task.objects.with_light(today, calendar).values_list("pk", "light"))
            for chosen in (
                ["red"],
                ["yellow"],
                ["green"],
                ["blue"],
                ["grey"],
                ["red", "grey"],
                ["blue", "grey"],
            ):
                meant = {pk for pk, light in shown.items() if light in chosen}
                found = Task.objects.filter(lights.shows(chosen, today, calendar))
                self.assertEqual(set(found.values_list("pk", flat=True)), meant, (today, chosen))
            every = lights.shows(list(lights.Light.values), today, calendar)
            self.assertEqual(Task.objects.filter(every).count(), len(shown))

    def test_red_on_is_the_first_red_day(self):
        self.rows()
        for task in Task.objects.filter(red_on__isnull=False, due_on__gt=START).exclude(status="submitted"):
            before, on = task.red_on - timedelta(days=1), task.red_on
            self.assertEqual(expected_light(task, on, on), "red", task)
            self.assertNotEqual(expected_light(task, before, before), "red", task)

    def test_yellow_begins_seven_working_days_before(self):
        task = a_task(self.gxc, status="in_progress", progress=99, due_on=date(2026, 10, 14), issued_on=START)
        calendar = workdays.calendar()
        for day, light in ((date(2026, 9, 24), "green"), (date(2026, 9, 30), "yellow")):
            found = Task.objects.with_light(day, calendar).get(pk=task.pk)
            self.assertEqual(found.light, light, day)

    def test_a_submitted_tasks_clock_stands_still(self):
        task = a_task(self.gxc, status="in_progress", progress=80, due_on=date(2026, 3, 31), issued_on=START)
        task = moved(task, "submit", on=date(2026, 3, 30))
        much_later = date(2026, 8, 3)
        found = Task.objects.with_light(much_later, workdays.calendar()).get(pk=task.pk)
        self.assertEqual((found.light, found.is_overdue, found.red_on), ("yellow", False, None))

    def test_an_event_shows_the_light_of_its_day(self):
        task = a_task(self.gxc, status="in_progress", due_on=date(2026, 3, 31), issued_on=START)
        moved(task, "report", on=date(2026, 4, 15), progress=50)
        moved(task, "cancel", on=date(2026, 5, 6))
        calendar = workdays.calendar()
        for day, light in (
            (date(2026, 3, 3), "green"),
            (date(2026, 4, 1), "red"),
            (date(2026, 5, 6), "grey"),
        ):
            then = record.as_of(day).annotate(red_on=lights.turns_red_on())
            then = then.annotate(light=lights.light(day, calendar)).get(task=task)
            self.assertEqual(then.light, light, day)


class AsOfTest(OfficeCase):
    def test_a_day_ends_at_midnight_in_shanghai(self):
        task = a_task(self.gxc, issued_on=START)
        late_evening = at(date(2026, 3, 3), 23, 59)
        moved(task, "accept", on=date(2026, 3, 3), hour=23, minute=59)
        self.assertEqual(late_evening.utcoffset(), timedelta(hours=8))
        self.assertEqual(record.as_of(date(2026, 3, 2)).get().status, "pending")
        self.assertEqual(record.as_of(date(2026, 3, 3)).get().status, "in_progress")
        self.assertFalse(record.as_of(date(2026, 3, 1)).exists())

    def test_the_last_events_state_is_the_tasks_state(self):
        task = a_task(self.gxc, status="completed", cooperating=[self.cgc], targets=[("企业", 5)])
        event = record.as_of(date(2030, 1, 1)).get()
        for name in record.STATE:
            self.assertEqual(getattr(event, name), getattr(task, name), name)
        same = TaskEvent.objects.filter(pk=event.pk, status=F("task__status"), due_on=F("task__due_on"))
        self.assertTrue(same.exists())
