"""通报 as files: asked for once, made once by whichever worker has it, and what stands in them."""

from datetime import date

from reports import bulletins, summaries
from reports.models import Bulletin, Summary
from reports.periods import Period
from tests.builders import a_task, at
from tests.cases import OfficeCase

OCTOBER = Period.read("2026-10")
NOVEMBER_2 = at(date(2026, 11, 2))


class RequestTest(OfficeCase):
    def setUp(self) -> None:
        a_task(self.gxc)
        self.summary = summaries.make(OCTOBER, None, now=NOVEMBER_2)

    def asked(self) -> list[tuple[int, str, int]]:
        rows = bulletins.request(self.summary, actor=self.supervisor, now=NOVEMBER_2)
        return [(row.pk, row.format, row.version) for row in rows]

    def test_both_formats_are_asked_for_once(self):
        first = self.asked()
        self.assertEqual([row[1:] for row in first], [("docx", 0), ("xlsx", 0)])
        self.assertEqual(self.asked(), first)
        Summary.objects.update(version=1)
        self.summary.refresh_from_db()
        self.assertEqual([row[1:] for row in self.asked()], [("docx", 1), ("xlsx", 1)])
        self.assertEqual(Bulletin.objects.count(), 4)

    def test_one_that_failed_is_begun_anew(self):
        docx, xlsx = self.asked()
        Bulletin.objects.filter(pk=docx[0]).update(status="failed", failure="模板有误", attempt=3)
        again = self.asked()
        self.assertNotEqual(again[0], docx)
        self.assertEqual(again[1], xlsx)
        row = Bulletin.objects.get(pk=again[0][0])
        self.assertEqual((row.status, row.failure, row.attempt), ("waiting", "", 0))
