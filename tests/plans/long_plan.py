"""A year's plan of sixty items, invented: what an office's reviewer gets in spring, with its usual gaps."""

GOALS = (
    *("全社会研发经费投入增长8%以上", "高新技术企业总数达到460家", "技术合同成交额突破85亿元"),
    *("科技型中小企业入库1200家", "新增省级以上创新平台12个", "科技成果转化率达到45%"),
)
WORKS = (
    *(
        "建设科技企业孵化器",
        "培育高新技术企业",
        "办好成果对接会",
        "选派科技特派员",
        "组建创新联合体",
        "修订科研经费管理办法",
    ),
    *(
        "建设中试基地",
        "引进高层次人才",
        "开展科普进校园活动",
        "推进大型仪器共享",
        "建设农业科技园区",
        "实施重点研发计划",
    ),
    *(
        "清理科技项目积压",
        "编制年度科技统计报告",
        "推广应用新技术目录",
        "完善科研诚信档案",
        "举办创新创业大赛",
        "建设技术转移机构",
    ),
)
FIELDS = ("新材料", "智能装备", "生物医药")
UNITS = ("高新技术处", "成果转化处", "平台基地处", "人才处", "农村科技处", "办公室")
# Names no directory knows; each is asked about once.
STRANGERS = ("科技金融专班", "市大数据局", "双创服务站")
DATES = ("6月底前", "9月底前", "11月底前", "年底前", "")


def owners(n: int) -> str:
    if n % 18 == 5:  # printed without anybody
        return ""
    others = STRANGERS[n // 7 % 3] if n % 7 == 3 else UNITS[(n + 2) % 6]
    return f"（牵头单位：{UNITS[n % 6]}；配合单位：{others}）"


def plan_text(issuer: str = "云江市科学技术局", year: int = 2027, tasks: int = 54) -> str:
    """Six goals and the tasks: sixty items to look at unless told otherwise."""
    works = [f"{WORKS[n % 18]}（{FIELDS[n // 18 % 3]}）" for n in range(tasks)]
    lines = [
        f"{issuer}{year}年工作要点",
        "",
        "一、主要目标",
        "",
        "；".join(GOALS) + "。",
        "",
        "二、重点任务",
        "",
    ]
    for n, work in enumerate(works):
        due = DATES[n % 5]
        lines += [f"{n + 1}.{work}。{due}完成{3 + n}项以上，形成可复制的做法。{owners(n)}", ""]
    return "\n".join(lines)
