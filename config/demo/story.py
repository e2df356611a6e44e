"""What happened in the demo bureau: for each task of this year's plan its deadline and its moves."""

from dataclasses import dataclass, field
from typing import Any

ISSUED_DAYS_AGO = 120


@dataclass(frozen=True)
class Step:
    days_ago: int
    move: str
    who: str
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def accepted(who: str, days_ago: int = 118) -> Step:
    return Step(days_ago, "accept", who)


def report(days_ago: int, who: str, progress: int, note: str, **more: Any) -> Step:
    return Step(days_ago, "report", who, note, {"progress": progress, **more})


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
        ],
    ),
    2: (
        -9,
        [
            accepted("liaison"),
            report(45, "liaison", 40, "已走访重点企业63户，培训4场。", problems="人手不足。"),
        ],
    ),
    3: (
        -20,
        [
            accepted("head"),
            report(60, "liaison", 80, "完成初赛和复赛，报名项目217个。"),
            Step(24, "submit", "head", "大赛决赛已完成，推荐14个项目参加省赛。", {"actuals": "14"}),
            Step(21, "approve", "supervisor", "材料齐全，同意办结。"),
            Step(12, "close", "supervisor"),
            Step(5, "recheck", "leader", "抽查3个项目，情况属实。", {"outcome": "solid"}),
        ],
    ),
    4: (30, [accepted("liaison2"), report(30, "liaison2", 55, "登记技术合同640项，成交额47亿元。")]),
    5: (
        None,
        [accepted("liaison2"), report(15, "liaison2", 68, "第三季度专场对接会签约23个项目，累计签约66个。")],
    ),
    6: (
        -35,
        [
            accepted("liaison2"),
            report(50, "liaison2", 90, "试点方案已报市政府审定。"),
            Step(40, "submit", "head2", "试点方案已印发，4家单位启动试点。", {"actuals": "4"}),
            Step(33, "return", "supervisor", "请补充试点单位名单和赋权协议。"),
            report(31, "liaison2", 95, "已补充名单，赋权协议签订2份。"),
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
            Step(4, "submit", "admin", "引进科技人才团队16个，申请办结。", {"actuals": "16"}),
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
            Step(50, "submit", "admin", "选派科技特派员263名，全部到岗。", {"actuals": "263"}),
            Step(46, "approve", "supervisor", "同意办结，超期10天，请引以为戒。"),
        ],
    ),
    13: (45, [accepted("admin"), report(35, "admin", 30, "示范基地选址完成2个。")]),
    14: (None, []),
    15: (90, [Step(60, "cancel", "supervisor", "与市委宣传部工作合并，不再单独推进。")]),
}
