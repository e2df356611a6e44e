"""One bureau's month over the REST API alone: from the plan's file to the bulletin's file and the scorecard.

People act now; what jobs do when the month is over is done as of its end.
"""

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from reports import summaries
from reports.bulletins import making
from reports.hints.services import look_at_reports
from reports.models import Bulletin
from reports.periods import Period
from tasks import services
from tests.builders import at
from tests.cases import OfficeTransactionCase
from tests.reports import word

PLAN = """云江市科学技术局{year}年工作要点

一、重点任务
1.建设科技企业孵化器。新建科技企业孵化器3家以上。（牵头单位：高新技术处；完成时限：{year}年12月底前）
2.推进技术合同登记。（牵头单位：成果转化处；完成时限：{late.year}年{late.month}月{late.day}日前）
3.完善科研诚信制度。（牵头单位：办公室；完成时限：{year}年12月底前）
"""


class MonthTest(OfficeTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        today = timezone.localdate()
        self.period = Period.read(f"{today:%Y-%m}")
        self.over = at(self.period.ends_on + timedelta(days=1))
        self.quarter = f"{today.year}-Q{(today.month + 2) // 3}"
        self.plan = PLAN.format(year=today.year, late=today - timedelta(days=2))

    def say(self, who: str, method: str, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        how = {"format": "multipart"} if method == "post" and path == "plans/" else {}
        answer = getattr(self.as_(who), method)(f"/api/v1/{path}", body, **how, **more)
        self.assertEqual(answer.status_code, status, f"{method} {path}: {answer.content[:2000]!r}")
        return answer.json()

    def move(self, who: str, task: dict[str, Any], move: str, **body: Any) -> dict[str, Any]:
        return self.say(who, "post", f"tasks/{task['id']}/moves/{move}/", body)

    def test_a_month(self) -> None:
        self.plan_comes_in()
        self.departments_work()
        self.supervisor_looks_again()
        figures, pk = self.month_ends()
        self.bulletin_goes_out(figures, pk)
        self.scores_are_drawn()

    def plan_comes_in(self) -> None:
        file = SimpleUploadedFile("工作要点.txt", self.plan.encode())
        plan = self.say("supervisor", "post", "plans/", {"file": file, "issuer": "KJJ"}, 201)
        self.assertEqual(plan["warnings"], [])
        issued = self.say("supervisor", "post", f"plans/{plan['id']}/issue/", {}, 201)
        self.assertEqual(issued, {"tasks": 3})
        rows = self.say("viewer", "get", f"tasks/?plan={plan['id']}&ordering=id")["results"]
        self.assertEqual([row["lead"]["code"] for row in rows], ["GXC", "CGC", "BGS"])
        self.incubators, self.contracts, self.integrity = rows

    def departments_work(self) -> None:
        task, (target,) = self.incubators, self.incubators["targets"]
        self.move("liaison", task, "accept")
        actual = [{"id": target["id"], "actual": 3}]
        self.move("liaison", task, "report", note="新增孵化器3家。", progress=95, targets=actual)
        self.move("head", task, "submit", note="指标已完成，申请办结。")
        self.assertEqual(self.move("supervisor", task, "approve")["status"], "completed")
        self.move("liaison2", self.contracts, "accept")
        for progress in (20, 30):
            self.move(
                "liaison2",
                self.contracts,
                "report",
                note="按计划推进。",
                progress=progress,
                problems="人手不足。",
            )
        self.say("leader", "post", f"tasks/{self.contracts['id']}/urge/", {"note": "请抓紧办理"})
        board = self.say("leader", "get", "reports/overdue/")["departments"]
        self.assertEqual([unit["department"]["code"] for unit in board], ["CGC"])

    def supervisor_looks_again(self) -> None:
        look_at_reports(timezone.now())
        hints = self.say("supervisor", "get", "hints/?seen=false")["results"]
        self.assertEqual(sorted(hint["reason"] for hint in hints), ["bare", "bare", "copied"])
        self.assertEqual({hint["report"]["task"]["id"] for hint in hints}, {self.contracts["id"]})
        for hint in hints:
            self.say("supervisor", "post", f"hints/{hint['id']}/seen/")
        self.assertEqual(self.say("supervisor", "get", "hints/?seen=false")["results"], [])
        self.assertEqual(self.say("head2", "get", "hints/")["results"], [])

    def month_ends(self) -> tuple[dict[str, Any], int]:
        services.mark_late(now=timezone.now())  # the first day after it was due has ended
        self.say("supervisor", "post", "summaries/", {"period": self.period.name}, 400)  # it still runs
        made = summaries.make(self.period, self.kjj, now=self.over)
        found = self.say("leader", "get", f"summaries/?period={self.period.name}")["results"]
        self.assertEqual([row["id"] for row in found], [made.pk])
        figures = self.say("leader", "get", f"summaries/{made.pk}/")["figures"]
        self.assertEqual(
            (figures["tasks"], figures["headline"]["done"], figures["headline"]["overdue"]), (3, 1, 1)
        )
        self.assertEqual(figures["headline"]["reports"], 3)
        self.assertEqual(figures["task_ids"]["by_status"]["pending"], [self.integrity["id"]])
        return figures, made.pk

    def bulletin_goes_out(self, figures: dict[str, Any], pk: int) -> None:
        summary = self.say("supervisor", "get", f"summaries/{pk}/")
        self.assertIn("3项重点任务中已完成1项", summary["narrative"])
        text = summary["narrative"] + "\n请成果转化处说明情况。"
        headers = {"If-Match": f'"{summary["version"]}"'}
        self.say("supervisor", "patch", f"summaries/{pk}/", {"narrative": text}, headers=headers)
        self.say("head", "get", f"summaries/{pk}/", status=404)
        self.say("supervisor", "post", f"summaries/{pk}/release/")
        self.assertEqual(self.say("head", "get", f"summaries/{pk}/")["narrative"], text)
        self.assertEqual(self.say("head", "get", f"summaries/{pk}/")["figures"], figures)
        for bulletin in Bulletin.objects.filter(summary=pk).order_by("id"):
            making.make(bulletin.pk, now=self.over)
        files = {}
        for kind in ("docx", "xlsx"):
            answer = self.as_("head").get(f"/api/v1/summaries/{pk}/file/?format={kind}")
            self.assertEqual(answer.status_code, 200, kind)
            files[kind] = b"".join(answer.streaming_content)
        self.assertIn("请成果转化处说明情况。", word.seen(files["docx"]))
        book = load_workbook(io.BytesIO(files["xlsx"]))
        cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        for task in (self.incubators, self.contracts, self.integrity):
            self.assertTrue(any(task["code"] in cell for cell in cells), task["code"])

    def scores_are_drawn(self) -> None:
        card = self.say("supervisor", "get", f"reports/scorecard/?period={self.quarter}")
        points = {
            unit["department"]["code"]: sorted(point["anchor"] for point in unit["points"])
            for unit in card["departments"]
        }
        self.assertEqual(points["GXC"], ["on_time"])
        self.assertEqual(points["CGC"], ["late"])
