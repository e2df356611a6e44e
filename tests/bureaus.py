"""A bureau with one of everything that has an address, whatever day it is: for tests of every route."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from plans.models import Plan, Target
from plans.org.models import ApiToken, Department, Role, User
from reports import bulletins, contacts, summaries
from reports.bulletins import making
from reports.calendars import make_calendar
from reports.models import Notification, ReportHint, Webhook
from reports.periods import Kind, Period
from reports.webhooks import services as webhooks
from tasks.models import Report, Task, TaskEvent
from tasks.states import Status
from tests import builders
from tests.cases import Office

TEXT = """{issuer}{year}年工作要点

一、主要目标
1.{mark}高新技术企业达到300家。
二、重点任务
1.{mark}建设科技企业孵化器。新建科技企业孵化器5家以上。（牵头单位：{lead}；完成时限：{year}年11月底前）
2.{mark}推进技术合同登记。（牵头单位：火星办）
"""


@dataclass
class Bureau:
    """`mark` stands in every text of it, so that a leak shows; `ids` are its things by name."""

    issuer: Department
    lead: Department
    helper: Department
    people: dict[str, User]
    mark: str
    ids: dict[str, Any] = field(default_factory=dict)


def the_cast(office: Office) -> Bureau:
    """The bureau that the named cast works in."""
    roles = {role: getattr(office, role) for role in Role.values}
    return Bureau(office.kjj, office.gxc, office.cgc, roles, "甲局")


def another(office: Office) -> Bureau:
    """The bureau elsewhere, with a person in each role as well."""
    lead = builders.a_department("ZZC", "种植业处", office.elsewhere)
    helper = builders.a_department("XMC", "畜牧处", office.elsewhere)
    people = {}
    for role in Role.values:
        people[role] = builders.a_user(f"{role}_elsewhere", display_name=f"乙局{role}")
        post = lead if role in ("liaison", "head") else office.elsewhere
        builders.a_membership(people[role], post, role)
    return Bureau(office.elsewhere, lead, helper, people, "乙局")


class Furnished:
    """Puts one of everything into a bureau, through the services and the API as its people would."""

    def __init__(self, office: Office, bureau: Bureau) -> None:
        self.office, self.bureau, self.ids = office, bureau, bureau.ids
        self.today = timezone.localdate()
        self.due_on = self.today + timedelta(days=200)
        self.clients = {who: office.as_(person) for who, person in bureau.people.items()}
        self.clients["admin"] = office.as_("admin")
        self.plans()
        self.tasks()
        self.asked()
        self.scored()
        self.messages()
        self.summary()
        self.revision()

    def plans(self) -> None:
        bureau, year = self.bureau, self.due_on.year
        text = TEXT.format(issuer=bureau.issuer.name, year=year, mark=bureau.mark, lead=bureau.lead.name)
        file = SimpleUploadedFile(f"{bureau.mark}要点.txt", text.encode())
        body = {"file": file, "issuer": bureau.issuer.code}
        draft = self.post("supervisor", "plans/", body, format="multipart")
        items = {item["kind"]: item["id"] for item in reversed(draft["items"])}
        self.ids |= {"draft": draft["id"], "draft_item": items["task"]}
        issued = builders.a_plan(
            bureau.issuer, code=f"{bureau.issuer.code}-A", title=f"{bureau.mark}工作要点"
        )
        goal = builders.a_goal(issued, f"{bureau.mark}高新技术企业达到300家")
        self.ids |= {"issued": issued.pk, "goal": goal.goal.pk, "goal_target": goal.targets.get().pk}
        done = builders.a_plan(bureau.issuer, code=f"{bureau.issuer.code}-B", title=f"{bureau.mark}旧要点")
        # The record began before the month that is summed up.
        self.task("last_year", "closed", plan=done, issued_on=self.today - timedelta(days=70))
        Plan.objects.filter(pk=done.pk).update(status=Plan.Status.ISSUED)
        self.ids["done_plan"] = done.pk

    def task(self, name: str, status: str, **more: Any) -> Task:
        bureau = self.bureau
        more = {
            "plan": Plan.objects.filter(pk=self.ids.get("issued")).first(),
            "issued_on": self.today - timedelta(days=1),
            **more,
        }
        task = builders.a_task(
            bureau.lead,
            status=status,
            title=f"{bureau.mark}{name}",
            body=f"{bureau.mark}举措",
            due_on=self.due_on,
            cooperating=[bureau.helper],
            **more,
        )
        self.ids[name] = task.pk
        return task

    def tasks(self) -> None:
        """One in each status, named as it; and some for what is asked, split and attached."""
        for status in Status.values:
            self.task(status, status)
        self.ids["plan_item"] = Task.objects.get(pk=self.ids["pending"]).plan_item_id
        busy = self.task("busy", "in_progress", targets=[("新增企业", 60)])
        self.ids["target"] = busy.targets.get().pk
        self.task("whole", "in_progress")
        self.task("waiting", "in_progress")
        builders.an_actual(
            Target.objects.get(pk=self.ids["goal_target"]), 100, self.today - timedelta(days=1)
        )

    def asked(self) -> None:
        ids, mark = self.ids, self.bureau.mark
        later = str(self.due_on + timedelta(days=20))
        for name, body in {
            "comment": ("liaison", "comments/", {"note": f"{mark}留言"}),
            "instruction": ("leader", "instructions/", {"note": f"{mark}批示"}),
            "step": ("liaison", "checklist/", {"text": f"{mark}步骤"}),
        }.items():
            who, path, given = body
            ids[name] = self.post(who, f"tasks/{ids['busy']}/{path}", given)["id"]
        report = {"note": f"{mark}进展", "progress": 30, "targets": [{"id": ids["target"], "actual": 12}]}
        self.post("liaison", f"tasks/{ids['busy']}/moves/report/", report)
        filed = Report.objects.get(task=ids["busy"])
        hint = {"reason": "copied", "text": f"{mark}雷同", "made_at": timezone.now()}
        ids["hint"] = ReportHint.objects.create(report=filed, **hint).pk
        file = {"file": SimpleUploadedFile(f"{mark}附件.txt", f"{mark}内容".encode())}
        ids["attachment"] = self.post(
            "liaison", f"tasks/{ids['busy']}/attachments/", file, format="multipart"
        )["id"]
        asked = {"due_on": later, "note": f"{mark}申请延期"}
        ids["extension"] = self.post("head", f"tasks/{ids['waiting']}/extensions/", asked)["id"]
        part = {"lead": self.bureau.helper.code, "title": f"{mark}分任务"}
        ids["part"] = self.post("head", f"tasks/{ids['whole']}/children/", part)["id"]

    def scored(self) -> None:
        """Two points of the lead's, and what it objects to one of them."""
        ids, lead = self.ids, self.bureau.lead.code
        events = TaskEvent.objects.filter(task__in=(ids["closed"], ids["completed"]), kind="approve")
        told, ids["earned"] = events.order_by("pk").values_list("pk", flat=True)
        point = {"event": told, "anchor": "on_time", "department": lead, "note": f"{self.bureau.mark}异议"}
        ids["objection"] = self.post("head", "reports/objections/", point)["id"]

    def messages(self) -> None:
        for role, person in self.bureau.people.items():
            message = Notification.objects.create(
                user=person,
                title=f"{self.bureau.mark}消息",
                created_at=timezone.now(),
                task_id=self.ids["busy"],
            )
            self.ids[f"message_{role}"] = message.pk
            token, _ = ApiToken.issue(person, f"{self.bureau.mark}令牌", ["read"])
            self.ids[f"token_{role}"] = token.pk
            url = f"feishu://{self.bureau.issuer.code}-{role}"
            bot, _ = contacts.add_bot(person, f"{self.bureau.mark}群", url, timezone.now())
            self.ids[f"bot_{role}"] = bot.pk
            named = f"{self.bureau.mark}日历"
            feed, url = make_calendar(person, named, None, by=None, now=timezone.now())
            self.ids |= {f"calendar_{role}": feed.pk, "secret": url.rpartition("/")[2].removesuffix(".ics")}
            self.ids[f"webhook_{role}"] = self.webhook(person).pk

    def summary(self) -> None:
        """Of the month before, edited and not released, with its workbook."""
        bureau, now = self.bureau, timezone.now()
        made = summaries.make(Period.around(self.today, Kind.MONTH).before, bureau.issuer, now=now)
        text = f"{bureau.mark}通报正文。"
        edited = summaries.edit(made.pk, text, actor=bureau.people["supervisor"], now=now, version=0)
        for file in bulletins.request(edited, actor=None, now=now):
            if file.format == "xlsx":
                making.make(file.pk, now=now)
        self.ids["summary"] = made.pk

    def revision(self) -> None:
        """A corrected file of the issued plan, with one item more."""
        bureau = self.bureau
        text = (
            f"工作要点（修订）\n\n一、重点任务\n1.{bureau.mark}修订新增。（牵头单位：{bureau.lead.name}）\n"
        )
        file = {"file": SimpleUploadedFile(f"{bureau.mark}修订.txt", text.encode())}
        path = f"plans/{self.ids['issued']}/revisions/"
        made = self.post("supervisor", path, file, format="multipart")
        self.ids |= {"revision": made["id"], "digest": made["digest"]}

    def webhook(self, person: User) -> Webhook:
        """With a call on its list."""
        name = f"{self.bureau.mark}推送"
        given = {"url": "https://hook.example.test/", "by": None, "now": timezone.now()}
        webhook = webhooks.make(person, name=name, **given)
        webhook.deliveries.create(
            event=TaskEvent.objects.filter(task=self.ids["busy"]).latest("id"),
            message_id="msg_1",
            called_at=timezone.now(),
            ok=False,
            error=f"{self.bureau.mark}答复 500。",
            milliseconds=12,
        )
        return webhook

    def post(self, who: str, path: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.clients[who].post(f"/api/v1/{path}", body, **more)
        assert answer.status_code in (200, 201), (path, answer.content.decode())
        return answer.json()
