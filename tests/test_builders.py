"""The builders keep their promises: other tests rest on them."""

from tasks.record import broken_link
from tests.builders import WAYS, a_task, at
from tests.cases import OfficeCase


class BuilderTests(OfficeCase):
    def test_a_task_reaches_every_status_on_an_unbroken_record(self):
        for status in WAYS:
            with self.subTest(status=status):
                task = a_task(self.gxc, status=status, cooperating=[self.cgc], targets=[("孵化器", 3)])
                self.assertEqual((task.status, task.issuer, task.lead), (status, self.kjj, self.gxc))
                self.assertEqual(task.assigned_on, self.issued_on)
                self.assertIsNone(broken_link(task.pk))

    def test_a_progress_is_a_report(self):
        task = a_task(self.gxc, status="in_progress", progress=40)
        self.assertEqual(task.progress, 40)
        self.assertEqual(task.reports.get().reported_at, at(self.issued_on, 10, 30))

    def test_each_person_stands_where_the_cast_says(self):
        self.assertTrue(self.supervisor.standing.holds(self.gxc.pk, "supervisor"))
        self.assertTrue(self.head.standing.holds(self.gxc.pk, "head"))
        self.assertFalse(self.head.standing.holds(self.cgc.pk, "head"))
        self.assertEqual(self.stranger.standing.seen, {self.elsewhere.pk})
