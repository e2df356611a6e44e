"""系统管理: every list opens, searches and asks little; what is on the record is only looked at."""

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from plans.org.models import DepartmentAlias, User, Workday
from reports import summaries
from reports.models import ReminderRule
from reports.periods import Kind, Period
from tasks import services
from tests import bureaus
from tests.cases import OfficeCase
from tests.pages import INLINE, MOST_QUERIES, a_late_task, days, queries_of, signed_in

# What may be taken back or corrected there: nothing of it is on the record.
DELETABLE = {
    *("org.departmentalias", "org.membership", "org.workday", "org.apitoken", "reports.lettertemplate"),
    *("axes.accessattempt", "mfa.authenticator", "socialaccount.socialaccount"),
}
CHANGEABLE = {
    *("org.user", "org.department", "org.departmentalias", "org.membership", "org.workday"),
    "reports.reminderrule",
}
ADDABLE = {*CHANGEABLE, "reports.scorerule", "reports.lettertemplate"}


def address(model: type[Model], page: str, *args: int) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


class AdminTests(OfficeCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        bureaus.Furnished(cls(), bureaus.the_cast(cls()))
        for n in range(20):
            a_late_task(cls, title=f"第{n}项重点工作")
        DepartmentAlias.objects.create(department=cls.gxc, name="高新科")
        Workday.objects.create(day=days(1), is_workday=False, note="调休")
        month = Period.around(days(0), Kind.MONTH).before
        summaries.make(month, cls.kjj, now=timezone.now())
        services.comment(cls.task().pk, note="请抓紧", actor=cls.liaison, now=timezone.now())

    @classmethod
    def task(cls):
        return apps.get_model("tasks.task").objects.order_by("pk").first()

    def setUp(self):
        self.client = signed_in(self.admin)
        self.registered = {model._meta.label_lower: model for model in admin.site._registry}

    def test_every_list_opens_and_searches_with_few_queries(self):
        for label, model in self.registered.items():
            with self.subTest(label):
                self.assertTrue(admin.site._registry[model].search_fields)
                self.assertLessEqual(queries_of(self.client, address(model, "changelist")), MOST_QUERIES)
                self.assertEqual(self.client.get(address(model, "changelist"), {"q": "x"}).status_code, 200)

    def test_every_row_opens(self):
        for label, model in self.registered.items():
            if row := model._base_manager.first():
                with self.subTest(label):
                    page = self.client.get(address(model, "change", row.pk))
                    self.assertEqual(page.status_code, 200)
                    self.assertNotRegex(page.content.decode(), INLINE)

    def test_only_what_is_set_up_is_added_or_changed(self):
        for label, model in self.registered.items():
            entry, request = admin.site._registry[model], self.as_admin()
            with self.subTest(label):
                self.assertEqual(entry.has_add_permission(request), label in ADDABLE)
                self.assertEqual(entry.has_change_permission(request), label in CHANGEABLE)
                opened = self.client.get(address(model, "add")).status_code
                self.assertEqual(opened, 200 if label in ADDABLE else 403)

    def test_nothing_on_the_record_is_deleted_by_anybody(self):
        for label, model in self.registered.items():
            if label in DELETABLE:
                continue
            with self.subTest(label):
                self.assertFalse(admin.site._registry[model].has_delete_permission(self.as_admin()))
                row = model._base_manager.first()
                if row is None:
                    continue
                count = model._base_manager.count()
                refused = self.client.post(address(model, "delete", row.pk), {"post": "yes"})
                self.assertEqual(refused.status_code, 403)
                bulk = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
                self.client.post(address(model, "changelist"), bulk)
                self.assertEqual(model._base_manager.count(), count)

    def test_nothing_on_the_record_is_changed_by_anybody(self):
        for label, model in self.registered.items():
            row = model._base_manager.first()
            if label in CHANGEABLE or row is None:
                continue
            with self.subTest(label):
                before = model._base_manager.filter(pk=row.pk).values().get()
                refused = self.client.post(address(model, "change", row.pk), {"note": "x"})
                self.assertEqual(refused.status_code, 403)
                self.assertEqual(model._base_manager.filter(pk=row.pk).values().get(), before)

    def test_every_model_has_a_chinese_name(self):
        for label, model in self.registered.items():
            with self.subTest(label):
                self.assertRegex(str(model._meta.verbose_name_plural), r"[\u4e00-\u9fff]|Webhook")

    def test_columns_of_the_libraries_lists_are_chinese_too(self):
        for label, model in self.registered.items():
            if not label.startswith(("axes.", "mfa.", "socialaccount.")):
                continue
            for column in admin.site._registry[model].list_display:
                with self.subTest(label, column=column):
                    self.assertRegex(str(model._meta.get_field(column).verbose_name), r"[\u4e00-\u9fff]")

    def test_the_record_and_the_rules_are_all_there(self):
        wanted = (
            *("org.user", "org.department", "org.membership", "org.workday", "org.apitoken"),
            *("plans.plan", "plans.planitem", "plans.planchange", "plans.planrevision"),
            *("tasks.task", "tasks.taskevent", "tasks.report", "tasks.attachment", "tasks.extension"),
            *("tasks.instruction", "tasks.seal", "reports.reminderrule", "reports.scorerule"),
            *("reports.lettertemplate", "reports.reminder", "reports.notification", "reports.delivery"),
            *("reports.bulletin", "reports.summary", "axes.accessattempt", "mfa.authenticator"),
        )
        self.assertLessEqual(set(wanted), set(self.registered))

    def test_a_department_is_found_by_its_other_name_and_set_aside(self):
        page = self.client.get(address(self.registered["org.department"], "changelist"), {"q": "高新科"})
        self.assertContains(page, self.gxc.name)
        sent = {
            **{"code": "BGS", "name": self.bgs.name, "short_name": "", "parent": self.kjj.pk},
            **{"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"},
        }
        self.client.post(address(type(self.bgs), "change", self.bgs.pk), sent)
        self.bgs.refresh_from_db()
        self.assertFalse(self.bgs.is_active)

    def test_a_person_is_made_given_a_post_and_set_aside(self):
        password = "qing-gai-mima-9"
        made = {"username": "xin", "display_name": "新同志", "usable_password": "true"}
        none = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
        sent = {**made, **none, "password1": password, "password2": password}
        self.client.post(address(User, "add"), sent)
        person = User.objects.get(username="xin")
        post = {
            **{"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"},
            **{"memberships-0-user": person.pk, "memberships-0-department": self.gxc.pk},
            "memberships-0-role": "liaison",
        }
        self.client.post(address(User, "change", person.pk), {"username": "xin", **post})
        person.refresh_from_db()
        self.assertEqual(person.memberships.get().department, self.gxc)
        self.assertFalse(person.is_active)

    def test_a_rule_is_switched_off(self):
        rule = ReminderRule.objects.first()
        page = self.client.get(address(ReminderRule, "change", rule.pk))
        fields = page.context["adminform"].form.initial
        sent = {name: value for name, value in fields.items() if name != "is_active" and value is not None}
        self.client.post(address(ReminderRule, "change", rule.pk), sent)
        rule.refresh_from_db()
        self.assertFalse(rule.is_active)

    def test_the_first_page_says_what_is_done_there(self):
        page = self.client.get(reverse("admin:index"))
        self.assertContains(page, "单位和人员只停用，不删除")
        self.assertNotRegex(page.content.decode(), INLINE)

    def as_admin(self):
        request = self.client.get("/admin/").wsgi_request
        request.user = self.admin
        return request
