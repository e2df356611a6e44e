"""A corrected file beside an issued plan: what differs, what does not, and what is put aside."""

import io
from datetime import date

import docx

from plans import services
from plans.models import Plan, PlanItem, PlanRevision
from plans.services import Upload
from plans.services.revising import compare
from tasks.services import issue_plan
from tests.cases import OfficeCase

PLAN = """云江市科学技术局2026年工作要点

一、主要目标
净增高新技术企业120家，技术合同成交额突破45亿元。
二、重点任务
（一）做强创新主体
1.实施高企倍增行动。入库科技型中小企业不少于600家，6月底前完成首批认定。（牵头单位：高新技术处；配合单位：成果转化处）
2.推进科技特派员下乡。选派科技特派员300人下沉一线。（牵头单位：农村科技处）
一是组织供需对接。
二是开展年度考评。
三是表彰先进典型。
（二）建好创新平台
3.争创省重点实验室。组建云江学院实验室，9月底前完成论证。（牵头单位：平台基地处）
4.办好成果对接会。每季度举办一场专题对接。（牵头单位：成果转化处）
三、保障措施
5.加强督查问效。每月报送进展。（牵头单位：办公室）
"""


def issued_plan(case: OfficeCase, text: str = PLAN, name: str = "要点.txt") -> Plan:
    plan, _ = services.import_plan(Upload(text.encode(), name), actor=case.supervisor, now=case.now)
    issue_plan(plan, actor=case.supervisor, now=case.now, default_lead=case.gxc)
    return Plan.objects.get(pk=plan.pk)


def proposed(case: OfficeCase, plan: Plan, text: str, name: str = "要点（修订）.txt") -> PlanRevision:
    return services.propose(plan, Upload(text.encode(), name), actor=case.supervisor, now=case.now)[0]


class Revised(OfficeCase):
    def setUp(self) -> None:
        self.plan = issued_plan(self)

    def lines(self, *edits: tuple[str, str], text: str = PLAN) -> list[tuple[str, str]]:
        return [(line.kind, self.about(line)) for line in self.differences(*edits, text=text)]

    def differences(self, *edits: tuple[str, str], text: str = PLAN) -> list:
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        return compare(self.plan, proposed(self, self.plan, text)).differences

    @staticmethod
    def about(line) -> str:
        return line.match.row.heading if line.match.row else line.match.new.item.heading

    def item(self, heading: str) -> PlanItem:
        return self.plan.items.get(heading__startswith=heading)


class DifferenceTest(Revised):
    def test_the_plan_reads_as_it_is_meant_here(self):
        tasks = list(self.plan.items.filter(kind="task").values_list("heading", "due_on"))
        self.assertEqual(len(tasks), 5, tasks)
        self.assertEqual(self.plan.items.filter(kind="measure").count(), 3)
        self.assertEqual(self.plan.items.filter(kind="goal").count(), 2)

    def test_a_date_is_one_line_though_it_is_words_too(self):
        (line,) = self.differences(("6月底前", "10月底前"))
        self.assertEqual((line.kind, self.about(line)), ("date", "实施高企倍增行动"))
        self.assertEqual(line.before, {"due_on": "2026-06-30", "deadline": "6月底前"})
        self.assertEqual(line.after, {"due_on": "2026-10-31", "deadline": "10月底前"})
        self.assertIn("10月底前", line.words.body)

    def test_an_owner(self):
        (line,) = self.differences(("牵头单位：平台基地处", "牵头单位：人才处"))
        self.assertEqual(
            (line.kind, line.before["lead"]["code"], line.after["lead"]["code"]), ("owner", "PTC", "RCC")
        )

    def test_a_target(self):
        (line,) = self.differences(("300人", "350人"))
        self.assertEqual((line.kind, self.about(line)), ("target", "推进科技特派员下乡"))
        self.assertEqual([side["targets"][0]["value"] for side in (line.before, line.after)], ["300", "350"])

    def test_words_that_say_more_than_the_other_lines(self):
        found = self.lines(("选派科技特派员300人下沉一线", "选派科技特派员350人常驻行政村"))
        self.assertEqual(found, [(kind, "推进科技特派员下乡") for kind in ("text", "target")])

    def test_an_item_more_shifts_numbers_and_nothing_else(self):
        new = "3.建设概念验证中心。建成2家。（牵头单位：成果转化处）\n4.争创省重点实验室"
        shifted = [("5.加强督查", "6.加强督查"), ("4.办好", "5.办好"), ("3.争创省重点实验室", new)]
        self.assertEqual(self.lines(*shifted), [("added", "建设概念验证中心")])

    def test_an_item_less(self):
        (line,) = self.differences(
            ("4.办好成果对接会。每季度举办一场专题对接。（牵头单位：成果转化处）\n", "")
        )
        self.assertEqual((line.kind, line.before["lead"]["code"], line.after), ("removed", "CGC", None))

    def test_measures_come_and_go_with_their_task(self):
        whole = PLAN[PLAN.index("2.推进") : PLAN.index("（二）")]
        (line,) = self.differences((whole, ""))
        steps = ["组织供需对接", "开展年度考评", "表彰先进典型"]
        self.assertEqual((line.kind, line.before["steps"]), ("removed", steps))

    def test_a_measure_alone(self):
        self.assertEqual(self.lines(("二是开展年度考评。\n三是", "二是")), [("removed", "开展年度考评")])
        services.discard_revision(self.plan.revisions.get(), actor=self.supervisor, now=self.now)
        found = self.lines(("三是表彰先进典型。", "三是表彰先进典型。\n四是建立服务台账。"))
        self.assertEqual(found, [("added", "建立服务台账")])

    def test_a_goal(self):
        (line,) = self.differences(("高新技术企业120家", "高新技术企业150家"))
        self.assertEqual((line.kind, line.match.row.kind), ("target", "goal"))


class NoDifferenceTest(Revised):
    def test_another_layout_of_the_same_words(self):
        self.assertEqual(self.lines(("\n", "\r\n")), [])
        self.assertEqual(self.lines(("入库科技型", "入库 科技型")), [])

    def test_the_same_words_as_a_word_file(self):
        sheet = io.BytesIO()
        paper = docx.Document()
        for line in PLAN.splitlines():
            paper.add_paragraph(line)
        paper.save(sheet)
        upload = Upload(sheet.getvalue(), "要点.docx")
        revision, _ = services.propose(self.plan, upload, actor=self.supervisor, now=self.now)
        self.assertEqual(compare(self.plan, revision).differences, [])

    def test_the_same_unit_by_another_name(self):
        self.assertEqual(self.lines(("牵头单位：办公室", "牵头单位：局办公室")), [("text", "加强督查问效")])

    def test_what_was_corrected_by_hand_is_the_offices_own(self):
        """A date, a lead and a heading entered in review, which the new file says as the old one did."""
        plan, _ = services.import_plan(
            Upload(PLAN.replace("2026年工作", "2026年重点工作").encode(), "另一份.txt"),
            actor=self.supervisor,
            now=self.now,
        )
        edit = {"actor": self.supervisor, "now": self.now}
        items = {item.heading: item for item in plan.items.filter(kind="task")}
        services.change_item(
            items["加强督查问效"], heading="强化督查问效", lead=self.gxc, due_on=date(2026, 8, 1), **edit
        )
        issue_plan(plan, actor=self.supervisor, now=self.now)
        self.plan = Plan.objects.get(pk=plan.pk)
        text = PLAN.replace("2026年工作", "2026年重点工作")
        self.assertEqual(self.lines(("300人", "350人"), text=text), [("target", "推进科技特派员下乡")])
        services.discard_revision(self.plan.revisions.get(), **edit)
        (line,) = self.differences(("每月报送进展", "每月15日前报送进展情况"), text=text)[:1]
        self.assertEqual((line.kind, line.after["heading"]), ("text", "强化督查问效"))

    def test_what_was_added_by_hand_is_never_removed(self):
        added = {"kind": "task", "heading": "承办全省现场会", "lead": self.gxc}
        services.add_item(self.plan, actor=self.supervisor, now=self.now, **added)
        self.assertEqual(self.lines(("300人", "350人")), [("target", "推进科技特派员下乡")])

    def test_what_was_added_by_hand_and_is_printed_now_is_not_added_again(self):
        added = {"kind": "task", "heading": "承办全省现场会", "lead": self.gxc, "due_on": date(2026, 11, 1)}
        services.add_item(self.plan, actor=self.supervisor, now=self.now, **added)
        new = ("三、保障措施", "5.承办全省现场会。（牵头单位：高新技术处）\n三、保障措施")
        self.assertEqual(
            [kind for kind, about in self.lines(new) if about == "承办全省现场会" and kind == "added"], []
        )
