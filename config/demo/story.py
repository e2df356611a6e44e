"""What happened in the demo bureau: for each task of this year its deadline, and what was done to it."""

from dataclasses import dataclass, field
from typing import Any

ISSUED_DAYS_AGO = 120


@dataclass(frozen=True)
class Step:
    """A move or an act. `part`: on which part of the split task, counted from 1."""

    days_ago: int
    move: str
    who: str
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    part: int = 0


def accepted(who: str, days_ago: int = 118) -> Step:
    return Step(days_ago, "accept", who)


def every(cycle: str, days_ago: int = 117) -> Step:
    """From then on reports are due in that cycle."""
    return Step(days_ago, "set_cycle", "supervisor", more={"reporting_cycle": cycle})


def report(days_ago: int, who: str, progress: int, note: str, **more: Any) -> Step:
    return Step(days_ago, "report", who, note, {"progress": progress, **more})


def part(days_ago: int, number: int, who: str, progress: int, note: str, *actuals: str) -> Step:
    """A part's report, with its figures."""
    return Step(days_ago, "report", who, note, {"progress": progress, "actuals": actuals}, part=number)


# Lead → its shares of the two targets of the first task.
SHARES = {"GXC": ("30", "260"), "CGC": ("12", "100"), "PTC": ("12", "100"), "NCC": ("6", "60")}
PILOTS = """职务科技成果赋权改革试点单位名单

1. 青垣理工学院（赋权协议已签订）
2. 青垣市农业科学研究所（赋权协议已签订）
3. 青垣光电材料研究院（赋权协议正在会签）
4. 青垣职业技术学院（赋权协议正在会签）
"""

# Task number → (days from today to its deadline, or None to keep the plan's own; its moves).
STORY: dict[int, tuple[int | None, list[Step]]] = {
    1: (
        40,
        [
            accepted("liaison"),
            report(
                70, "liaison", 35, "培育库入库企业138家，已开展申报辅导3批。", next_steps="组织第四批辅导。"
            ),
            report(
                25,
                "liaison",
                72,
                "净增高新技术企业41家，科技型中小企业入库396家。",
                problems="部分企业研发费用归集不规范。",
            ),
            report(20, "liaison2", 60, "已为17家企业匹配成果转化项目。"),
            Step(19, "comment", "liaison", "转化项目清单请发我处，一并列入辅导计划。"),
            Step(18, "comment", "liaison2", "清单已发，另有5家下周对接。"),
            Step(12, "split", "head", more={"shares": SHARES}),
            every("weekly", 11),
            *(Step(11, "accept", who, part=n) for n, who in ((1, "liaison"), (2, "liaison2"), (3, "admin"))),
            part(5, 1, "liaison", 80, "第四批辅导企业已全部申报。", "24", "215"),
            part(5, 2, "liaison2", 75, "转化企业中9家通过认定。", "9", "83"),
            part(4, 3, "admin", 65, "孵化载体内新增认定10家。", "10", "110"),
        ],
    ),
    2: (
        -9,
        [
            accepted("liaison"),
            every("monthly"),
            report(45, "liaison", 40, "已走访重点企业63户，培训4场。", problems="人手不足。"),
            Step(6, "urge", "supervisor", "走访已到期，请本周内反馈进展。"),
            Step(2, "urge", "leader"),
            Step(2, "instruct", "leader", "请说明走访滞后的原因和补救措施。", {"answer_in": 5}),
        ],
    ),
    3: (
        -20,
        [
            accepted("head"),
            report(60, "liaison", 80, "完成初赛和复赛，报名项目217个。"),
            Step(24, "submit", "head", "大赛决赛已完成，推荐14个项目参加省赛。", {"actuals": ["14"]}),
            Step(21, "approve", "supervisor", "材料齐全，同意办结。"),
            Step(12, "close", "supervisor"),
            Step(5, "recheck", "leader", "抽查3个项目，情况属实。", {"outcome": "solid"}),
        ],
    ),
    4: (
        30,
        [
            accepted("liaison2"),
            every("monthly"),
            report(92, "liaison2", 20, "登记技术合同210项，成交额15亿元。", actuals=("210", "15")),
            report(61, "liaison2", 38, "登记技术合同430项，成交额31亿元。", actuals=("430", "31")),
            report(30, "liaison2", 55, "登记技术合同640项，成交额47亿元。", actuals=("640", "47")),
            Step(
                3, "ask_extension", "head2", "交易大厅装修验收推迟，线下供需对接顺延一个月。", {"later": 30}
            ),
        ],
    ),
    5: (
        None,
        [accepted("liaison2"), report(15, "liaison2", 68, "第三季度专场对接会签约23个项目，累计签约66个。")],
    ),
    6: (
        -35,
        [
            accepted("liaison2"),
            report(50, "liaison2", 90, "试点方案已报市政府审定。"),
            Step(40, "submit", "head2", "试点方案已印发，4家单位启动试点。", {"actuals": ["4"]}),
            Step(33, "return", "supervisor", "请补充试点单位名单和赋权协议。"),
            report(31, "liaison2", 95, "已补充名单，赋权协议签订2份。"),
            Step(31, "attach", "liaison2", more={"file": "试点单位名单.txt", "text": PILOTS}),
            Step(12, "instruct", "leader", "其余2份赋权协议何时签订？请督促办理。", {"answer_in": 5}),
            Step(10, "answer", "head2", "已与两家单位约定，会签后即签订，预计两周内完成。"),
        ],
    ),
    7: (38, []),
    8: (60, [Step(117, "decline", "admin", "孵化器绩效评价由成果转化处负责，建议改派。")]),
    9: (50, [accepted("admin"), Step(30, "suspend", "supervisor", "省级平台系统升级，暂缓至年底前恢复。")]),
    10: (
        3,
        [
            accepted("admin"),
            report(10, "admin", 88, "签约引进科技人才团队15个。"),
            Step(4, "submit", "admin", "引进科技人才团队16个，申请办结。", {"actuals": ["16"]}),
        ],
    ),
    11: (
        None,
        [accepted("admin"), report(20, "admin", 60, "办理外国人工作许可89件，平均用时压缩至5个工作日。")],
    ),
    12: (
        -60,
        [
            accepted("admin"),
            report(90, "admin", 70, "已选派科技特派员188名。"),
            Step(50, "submit", "admin", "选派科技特派员263名，全部到岗。", {"actuals": ["263"]}),
            Step(46, "approve", "supervisor", "同意办结，超期10天，请引以为戒。"),
        ],
    ),
    13: (
        45,
        [
            accepted("admin"),
            report(35, "admin", 30, "示范基地选址完成2个。"),
            report(5, "admin", 45, "示范基地选址完成2个。"),  # copied: the supervisor is hinted at it
        ],
    ),
    14: (None, []),
    15: (90, [Step(60, "cancel", "supervisor", "与市委宣传部工作合并，不再单独推进。")]),
}
