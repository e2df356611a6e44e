"""Examples for the whole contract, from one table of values by field.

An example of a request or an answer is put together from its schema, so it can't fall behind it. A field that
the table does not know is a warning, which `tests/test_schema.py` does not let pass.
"""

from typing import Any

from drf_spectacular.drainage import warn

Schema = dict[str, Any]

HASH = "9f2c4d0b7a6e1538c0d4e8f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5"
SITE = "https://ducha.example/api/v1"
PLAN_TEXT = """云江市科学技术局2026年工作要点

一、重点任务
1.建设科技企业孵化器。新建科技企业孵化器5家以上。（牵头单位：高新技术处；完成时限：2026年11月底）
"""
EVENT = {
    **{"id": 57, "task": 4, "seq": 3, "kind": "report", "label": "填报", "actor": 3},
    **{"actor_name": "高新处联络员", "note": "新增孵化器3家，其余2家正在验收。"},
    **{"data": {"progress": [40, 60]}, "at": "2026-09-25T16:20:00+08:00", "status": "in_progress"},
    **{"progress": 60, "due_on": "2026-11-30", "lead": 2},
    **{"helpers": [{"department": 3, "role": "cooperating"}], "deadline_kind": "by"},
    **{"assigned_on": "2026-03-02", "accepted_on": "2026-03-04", "submitted_on": None},
    **{"completed_on": None, "was_late": False, "previous_hash": HASH[::-1], "hash": HASH},
}
# By field; by component and field where one word means two things; by `Input` and field in what is sent in;
# or a whole component. Of an invented city.
VALUES: dict[str, Any] = {
    # who
    "username": "supervisor",
    "display_name": "杜查",
    "email": "supervisor@example.test",
    "is_superuser": False,
    "scopes": ["read", "write"],
    "Token.name": "OA",
    "TokenInput": {"name": "OA", "scopes": ["read"], "expires_at": "2026-12-31T23:59:59+08:00"},
    "NewToken.name": "OA",
    "NewToken.token": "3q2-7wAbCdEfGhIjKlMnOpQrStUvWxYz0123456789A",
    "Calendar.name": "督办任务",
    "CalendarInput": {"name": "督办任务", "department": "GXC"},
    "NewCalendar.name": "督办任务",
    "NewCalendar.url": f"{SITE}/calendar/3q2-7wAbCdEfGhIjKlMnOpQrStUvWxYz0123456789A.ics",
    "actor": 3,
    "actor_name": "高新处联络员",
    "DepartmentShort": {"id": 2, "code": "GXC", "name": "高新技术处"},
    "Department": {
        **{"id": 2, "code": "GXC", "name": "高新技术处", "short_name": "高新处"},
        **{"parent": 1, "is_active": True},
    },
    "Helper": {"id": 3, "code": "CGC", "name": "成果转化处", "role": "cooperating"},
    "ItemUnit": {"id": 3, "code": "CGC", "name": "成果转化处", "role": "cooperating", "printed": "成果处"},
    "HelperState": {"department": 3, "role": "cooperating"},
    # plans and goals
    "Plan.id": 1,
    "Plan.code": "KJJ-2026",
    "Plan.title": "云江市科学技术局2026年工作要点",
    "PlanShort": {"id": 1, "title": "云江市科学技术局2026年工作要点"},
    "UploadInput.title": "云江市科学技术局2026年工作要点",
    "issuer_text": "云江市科学技术局",
    "document_number": "云科发〔2026〕3号",
    "year": 2026,
    "issued_on": "2026-02-27",
    "Plan.status": "draft",
    "Archived": {
        **{"id": 1, "code": "KJJ-2026", "title": "云江市科学技术局2026年工作要点", "status": "archived"},
    },
    "Plan.progress": None,
    "failure": "",
    "file": PLAN_TEXT,
    "file_name": "2026年工作要点.docx",
    "sha256": HASH,
    "released_at": "2026-03-02T09:00:00+08:00",
    "Warning": {"code": "owner_unknown", "message": "“火星办”未对应到单位。", "start": 1042, "end": 1045},
    "UnresolvedName.name": "火星办",
    "ResolveNameInput.name": "火星办",
    "UnresolvedName.items": 3,
    "Resolved": {"items": 3, "plans": 1},
    "Issued.tasks": 22,
    "CarryInput": {"from": 1, "tasks": [4, 12], "dry_run": True},
    "Carrying": {
        "results": [
            {"task": 4, "code": "KJJ-2025-04", "item": None, "result": "created"},
            {"task": 12, "code": "KJJ-2025-12", "item": 9, "result": "linked"},
        ]
    },
    "ComparedPlan": {
        **{"id": 2, "code": "KJJ-2026", "title": "云江市科学技术局2026年工作要点", "year": 2026},
    },
    "Comparison.other": {
        **{"id": 1, "code": "KJJ-2025", "title": "云江市科学技术局2025年工作要点", "year": 2025},
    },
    # revisions
    "Revision.number": 1,
    "Revision.status": "confirmed",
    "Revision.file_name": "云江市科技局2026年工作要点（修订）.docx",
    "Revision.note": "按局长办公会意见修订。",
    "RevisionDetail.number": 1,
    "RevisionDetail.status": "proposed",
    "RevisionDetail.file_name": "云江市科技局2026年工作要点（修订）.docx",
    "RevisionDetail.decided_by": None,
    "RevisionDetail.decided_at": None,
    "RevisionDetail.note": "",
    "RevisionDetail.digest": HASH,
    "RevisionLine": {
        **{"no": 1, "kind": "date"},
        "item": {"id": 9, "path": "二/（一）", "kind": "task", "heading": "建设科技企业孵化器"},
        "before": {"due_on": "2026-09-30", "deadline": "9月底前"},
        "after": {"due_on": "2026-11-30", "deadline": "11月底前"},
        "task": {"id": 4, "code": "KJJ-2026-04", "status": "in_progress", "due_on": "2026-09-30"},
        **{"possible": True, "why": "任务期限由2026-09-30改为2026-11-30。"},
    },
    "ConfirmInput": {"digest": HASH, "lines": [1], "note": "按局长办公会意见修订。"},
    "ComparedItem.task": {
        **{"id": 4, "code": "KJJ-2025-04", "status": "in_progress", "progress": 60, "due_on": "2025-11-30"},
        **{"lead": {"id": 2, "code": "GXC", "name": "高新技术处"}, "was_late": True},
    },
    "Asked.name": "科技企业孵化器",
    "likeness": 0.4127,
    "PlanItem.continues": None,
    "ItemChangeInput.continues": None,
    "SuggestedLead": {
        "department": {"id": 2, "code": "GXC", "name": "高新技术处"},
        "reason": "2025年同类任务“培育科技型中小企业”由高新技术处牵头",
        **{"plan": {"id": 1, "title": "云江市科学技术局2025年工作要点"}, "item": 9, "likeness": 0.4127},
    },
    "PlanItem.parent": 3,
    "item": 9,
    "number": "（一）",
    "path": "二/（一）",
    "item_path": "二/（一）",
    "heading": "建设科技企业孵化器",
    "Goal.heading": "高新技术企业达到300家",
    "GoalFigures.heading": "高新技术企业达到300家",
    "lead_text": "高新处",
    "start": 310,
    "end": 372,
    "Deadline": {"text": "2026年11月底前", "kind": "by", "start": 356, "end": 366},
    "GoalActualInput.target": 6,
    "GoalActual.target": 6,
    "stated_by": "杜查",
    "measured_on": "2026-09-30",
    # quantities
    "unit": "家",
    "value": 5,
    "value_max": None,
    "actual": 3,
    "Target.name": "科技企业孵化器",
    "TaskTarget.name": "科技企业孵化器",
    "GoalTarget": {
        **{
            "id": 6,
            "name": "高新技术企业",
            "comparator": ">=",
            "value": 300,
            "value_max": None,
            "unit": "家",
        },
        **{"start": 120, "end": 133, "actual": 268, "measured_on": "2026-09-30"},
    },
    "GoalFigure": {
        **{
            "id": 6,
            "name": "高新技术企业",
            "comparator": ">=",
            "value": 300,
            "value_max": None,
            "unit": "家",
        },
        **{"actual": 268, "measured_on": "2026-09-30"},
    },
    # tasks
    "id": 4,
    "task": 4,
    "code": "KJJ-2026-04",
    "title": "建设科技企业孵化器",
    "body": "新建科技企业孵化器5家以上。",
    "deadline_kind": "by",
    "reporting_cycle": "monthly",
    "status": "in_progress",
    "progress": 60,
    "light": "green",
    "due_on": "2026-11-30",
    "original_due_on": "2026-11-30",
    "red_on": "2026-12-01",
    "assigned_on": "2026-03-02",
    "accepted_on": "2026-03-04",
    "submitted_on": None,
    "completed_on": None,
    "is_overdue": False,
    "days_overdue": 0,
    "was_late": False,
    "version": 4,
    "Move": {"name": "submit", "label": "申请办结", "note_required": False},
    "Child": {
        **{"id": 31, "code": "KJJ-2026-04-1", "title": "建设东城区孵化器"},
        "lead": {"id": 3, "code": "CGC", "name": "成果转化处"},
        **{"status": "in_progress", "progress": 40, "due_on": "2026-10-31"},
    },
    "text": "完成选址",
    "done_on": "2026-04-20",
    "Input.lead": "GXC",
    "Input.cooperating": ["CGC"],
    "Input.department": "BGS",
    "issuer": {"id": 1, "code": "KJJ", "name": "云江市科学技术局"},
    "Input.issuer": "KJJ",
    "default_lead": "BGS",
    "keeper": {"id": 2, "code": "GXC", "name": "高新技术处"},
    "Input.keeper": "GXC",
    "MoveInput": {
        **{
            "note": "新增孵化器3家，其余2家正在验收。",
            "progress": 60,
            "problems": "东城区用地手续尚未办结。",
        },
        **{"next_steps": "会同成果转化处协调用地。", "targets": [{"id": 6, "actual": 3}]},
    },
    # what was done
    "Attachment.name": "验收报告.pdf",
    "Attachment.sha256": HASH,
    "size": 182044,
    "media_type": "application/pdf",
    "report": 17,
    "AttachmentInput": {"file": "孵化器验收报告（扫描件）"},
    "note": "新增孵化器3家，其余2家正在验收。",
    "done": "新增孵化器3家，其余2家正在验收。",
    "problems": "东城区用地手续尚未办结。",
    "next_steps": "会同成果转化处协调用地。",
    "reason": "",
    "period": "2026-09",
    "starts_on": "2026-09-01",
    "ReportPeriod.due_on": "2026-09-24",
    "reported_on": "2026-09-22",
    "was_missing": False,
    "reported_by": "高新处联络员",
    "uploaded_by": "高新处联络员",
    "Event": EVENT,
    "FeedEvent": {**EVENT, "task_code": "KJJ-2026-04"},
    "more": False,
    "from_due_on": "2026-11-30",
    "Extension.due_on": "2026-12-20",
    "ExtensionInput.due_on": "2026-12-20",
    "Extension.status": "granted",
    "asked_by": "高新处处长",
    "decision": "同意。",
    "decided_by": "杜查",
    "answer_by": "2026-10-20",
    "given_by": "分管领导",
    "answer": "用地手续已于10月16日办结。",
    "answered_by": "高新处联络员",
    "TaskActual.target": 6,
    "event": 57,
    "ids": [4, 12],
    "BulkInput": {"move": "approve", "ids": [4, 12], "note": "同意办结。", "dry_run": True},
    "BulkResults": {
        "results": [
            {"id": 4, "ok": True, "status": "completed"},
            {
                **{"id": 12, "ok": False, "status": "in_progress", "code": "move_not_allowed"},
                "message": "任务为办理中，不能进行此操作。",
            },
        ]
    },
    "ImportInput": {
        **{"file": "任务编号,任务,牵头单位\nKJJ-2026-04,建设科技企业孵化器,高新技术处\n", "plan": "KJJ-2026"},
        "dry_run": True,
    },
    "PartInput": {
        **{"lead": "CGC", "title": "建设成果转化类孵化器", "note": "分区推进。"},
        "targets": [{"id": 6, "value": 2}],
    },
    "Imported": {
        "results": [
            {"row": 2, "code": "KJJ-2026-04", "action": "updated", "changes": {"进度": [40, 60]}},
            {
                **{"row": 3, "code": "KJJ-2026-99", "action": "refused", "error": "not_found"},
                "message": "没有编号为“KJJ-2026-99”的任务，或您无权查看。",
            },
        ],
        **{"created": 0, "updated": 1, "unchanged": 0, "refused": 1, "warnings": []},
    },
    # figures and messages
    "as_of": "2026-10-14",
    "Overview.tasks": 22,
    "DepartmentStanding.tasks": 22,
    "StatusCounts": {
        **{"pending": 2, "declined": 0, "in_progress": 11, "submitted": 2},
        **{"completed": 4, "closed": 2, "suspended": 1, "cancelled": 0},
    },
    "LightCounts": {"red": 3, "yellow": 4, "green": 8, "blue": 6, "grey": 1},
    "on_time_rate": 0.83,
    "average_progress": 61.5,
    "time_share": 0.74,
    "OverdueTask": {
        **{"id": 12, "code": "KJJ-2026-12", "title": "组织技术合同登记", "due_on": "2026-09-30"},
        **{"days_overdue": 14, "reminded": 3},
        "last_report": {"at": "2026-09-25T16:20:00+08:00", "note": "合同文本正在会签。"},
    },
    "Reminder.rule": "due-10",
    "rule_name": "到期前10个工作日",
    "step": 10,
    "audience": "head",
    "Reminder.due_on": "2026-11-30",
    "Reminder.period": None,
    "Reminder.instruction": None,
    "remind_on": "2026-11-16",
    "Reminder.outcome": "sent",
    "Reminder.number": 2,
    "delivered_at": "2026-11-16T08:30:00+08:00",
    "recipients": ["高新处处长"],
    "digest_on": None,
    "Notification.task": {"id": 4, "code": "KJJ-2026-04", "title": "建设科技企业孵化器"},
    "Contact": {"by_email": True, "quiet_from": "22:00", "quiet_until": "07:30"},
    "ContactInput": {"quiet_from": "22:00", "quiet_until": "07:30"},
    "Bot": {
        **{"id": 3, "name": "高新处工作群", "scheme": "feishu", "url": "feishu://****7d21"},
        **{"is_active": True, "created_at": "2026-03-02T09:00:00+08:00"},
    },
    "BotInput": {
        **{"name": "高新处工作群"},
        **{"url": "https://open.feishu.cn/open-apis/bot/v2/hook/0a9c1f3e-52d6-4b8a-93c7-1e5f6a2b7d21"},
    },
    "Trial": {"sent": False, "error": "飞书答复 19024：Key Words Not Found"},
    "Hint": {
        "id": 41,
        "report": {
            "id": 57,
            "task": {"id": 4, "code": "KJJ-2026-04", "title": "建设科技企业孵化器"},
            "department": {"id": 2, "code": "GXC", "name": "高新技术处"},
            **{"reported_at": "2026-10-23T16:20:00+08:00", "progress": 60, "done": "按计划推进。"},
        },
        "reason": "copied",
        "text": "与2026年9月25日的填报内容相同（“按计划推进。”），请核实是否有新的进展。",
        **{"made_at": "2026-10-23T16:21:00+08:00", "seen_by": None, "seen_at": None},
    },
    "Scorecard": {
        **{"as_of": "2026-10-14", "period": "2026-Q3", "final": True},
        "rules": [
            {
                **{"anchor": "on_time", "name": "按期办结", "version": 1, "points": 1, "helper_points": 0.5},
                **{"counts_from": "2026-01-01", "basis": "督办考核办法第六条"},
            }
        ],
        "departments": [
            {
                "department": {"id": 2, "code": "GXC", "name": "高新技术处"},
                **{"base": 100, "score": 101, "note": "", "tasks": 6},
                "points": [
                    {
                        "anchor": "on_time",
                        "rule": {"name": "按期办结", "version": 1, "points": 1},
                        **{"role": "lead", "points": 1, "void": ""},
                        "task": {"id": 4, "code": "KJJ-2026-04", "title": "建设科技企业孵化器"},
                        "event": {
                            **{"id": 57, "kind": "approve", "at": "2026-09-25T16:20:00+08:00"},
                            "period": None,
                        },
                        "objection": None,
                    }
                ],
            },
            {
                "department": {"id": 3, "code": "CGC", "name": "成果转化处"},
                **{"base": 100, "score": None, "note": "本季度没有承办任务，不计分。", "tasks": 0},
                "points": [],
            },
        ],
    },
    "Objection": {
        **{"id": 5, "department": {"id": 2, "code": "GXC", "name": "高新技术处"}, "period": "2026-Q3"},
        **{"anchor": "late", "event": 57},
        "task": {"id": 4, "code": "KJJ-2026-04", "title": "建设科技企业孵化器"},
        **{"note": "系统维护期间无法申请办结。", "raised_by": "高新处处长"},
        **{"raised_at": "2026-10-12T09:00:00+08:00", "upheld": True, "answer": "情况属实，不予扣分。"},
        **{"answered_by": "杜查", "answered_at": "2026-10-13T10:00:00+08:00"},
    },
    "ObjectionInput": {
        **{"event": 57, "anchor": "late", "department": "GXC", "note": "系统维护期间无法申请办结。"},
    },
    "ObjectionAnswerInput": {"upheld": True, "note": "情况属实，不予扣分。"},
    "Notification.title": "催办：建设科技企业孵化器",
    "Notification.text": "第1次催办：请于10月20日前填报进展。",
    "read_at": None,
    "Webhook.name": "OA",
    "NewWebhook.name": "OA",
    "url": "https://oa.example.cn/hooks/ducha",
    "WebhookInput": {
        **{"name": "OA", "url": "https://oa.example.cn/hooks/ducha"},
        **{"kinds": ["urge", "instruction", "return"], "after": "now"},
    },
    "WebhookChange": {"kinds": [], "is_active": True},
    "kinds": ["urge", "instruction", "return"],
    "cursor": "AAAAAQAAAAAAALxVAAAAAAABYMc46mBP",
    "RedeliverInput": {"after": "AAAAAQAAAAAAALxVAAAAAAABYMc46mBP"},
    "NewWebhook.secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
    "failures": 0,
    "failing_since": None,
    "paused_at": None,
    "WebhookDelivery": {
        **{"id": 812, "event": 57, "message_id": "msg_4_1_57", "called_at": "2026-09-25T16:20:08+08:00"},
        **{"ok": False, "status": 503, "error": "答复 503。", "milliseconds": 214},
    },
    "SummaryInput": {"period": "2026-10", "department": "GXC"},
    "Summary.period": "2026-10",
    "Summary.starts_on": "2026-10-01",
    "ends_on": "2026-10-31",
    "made_at": "2026-11-01T00:15:00+08:00",
    "Summary.version": 1,
    "Summary.released_at": "2026-11-03T10:00:00+08:00",
    "released_by": "杜查",
    "figures": {
        **{"period": "2026-10", "starts_on": "2026-10-01", "ends_on": "2026-10-31", "tasks": 22},
        "completed": {"count": 1, "tasks": [{"id": 4, "code": "KJJ-2026-04"}]},
        "pace": [{"name": "已完成", "count": 8, "percent": 36.4, "tasks": [4, 7, 9, 11, 12, 15, 17, 20]}],
    },
    "narrative": "截至2026年10月31日，22项重点任务中已完成8项、超进度3项、达进度6项、欠进度4项、其他1项。",
    "Bulletin": {
        **{"format": "docx", "status": "ready", "done": 22, "total": 22, "failure": ""},
        "made_at": "2026-11-03T10:00:07+08:00",
    },
    "Workdays.days": 5,
    # what pages share
    "next": f"{SITE}/tasks/?cursor=WyJkdWVfb24iLGZhbHNlLCIyMDI2LTExLTMwIiw0XQ",
    "previous": None,
}
BY_FORMAT = {"date": "2026-10-14", "date-time": "2026-10-14T09:00:00+08:00"}


class Examples:
    """Puts examples together for the schemas of one contract."""

    def __init__(self, components: dict[str, Schema]) -> None:
        self.components = components

    def of(self, schema: Schema, component: str = "", field: str = "") -> Any:
        """An example of `schema`, which is a component's field or stands by itself."""
        if "$ref" in schema:
            return self.of_component(schema["$ref"].rpartition("/")[2], component, field)
        if "examples" in schema:
            return schema["examples"][0]
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else kinds[0]
        properties = schema.get("properties")
        known, value = self.named(component, field)
        if properties is not None:
            return {name: self.of(inner, component, name) for name, inner in properties.items()}
        if known and (kind != "array" or isinstance(value, list)):
            return value
        if kind == "array":
            return [self.of(schema["items"], component, field)]
        return self.unnamed(schema, kind, component, field)

    def of_component(self, name: str, component: str, field: str) -> Any:
        known, value = self.named(plain(name), "")
        if known:
            return value
        inner = self.components[name]
        # An enumeration is a component of its own: its value belongs to the field.
        return self.of(inner, *((component, field) if "enum" in inner else (plain(name), "")))

    def named(self, component: str, field: str) -> tuple[bool, Any]:
        kind = "Input" if component.endswith("Input") else ""
        names = (component, component.removesuffix("Detail"), kind)
        keys = (*(f"{name}.{field}" for name in names), field) if field else names
        return next(((True, VALUES[key]) for key in keys if key in VALUES), (False, None))

    def unnamed(self, schema: Schema, kind: str, component: str, field: str) -> Any:
        for branch in ("oneOf", "anyOf", "allOf"):
            if branch in schema:
                return self.of(schema[branch][0], component, field)
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("format") in BY_FORMAT:
            return BY_FORMAT[schema["format"]]
        if kind == "boolean":
            return False
        warn(f"config.api.examples knows no value for {component}.{field}")
        return None


def plain(name: str) -> str:
    """The serializer's name, of a component for requests too."""
    return name.removeprefix("Patched").removesuffix("Request")


def add_examples(result: Schema, **rest: Any) -> Schema:
    """Hook of drf-spectacular: each body that is a component refers to an example of it, if it has none."""
    schemas = result["components"]["schemas"]
    shared = result["components"].setdefault("examples", {})
    examples = Examples(schemas)
    for media in bodies(result):
        name = media["schema"].get("$ref", "").rpartition("/")[2]
        if name and "examples" not in media:
            shared.setdefault(name, {"value": examples.of(media["schema"])})
            media["examples"] = {"example": {"$ref": f"#/components/examples/{name}"}}
    return result


def bodies(result: Schema) -> list[Schema]:
    """The media types of every request and of every answer that is no refusal."""
    found: list[Schema] = []
    for operations in result["paths"].values():
        for operation in operations.values():
            given = [operation.get("requestBody", {}), *operation["responses"].values()]
            found += [media for body in given for media in body.get("content", {}).values()]
    return found
