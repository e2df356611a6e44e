"""常用视图: tabs above the ledger, some for everyone by their posts, some that a person keeps."""

from django.http import QueryDict
from django.urls import reverse

from tasks.models import SavedView
from tasks.pages import saved
from tests.builders import a_task
from tests.cases import OfficeCase
from tests.pages import EVIL, MOST_QUERIES, days, queries_of, signed_in, today

LEDGER, VIEWS = reverse("tasks:list"), reverse("tasks:views")


class SavedViewTests(OfficeCase):
    def tabs(self, who: str, query: str = "") -> dict[str, dict]:
        page = signed_in(getattr(self, who)).get(f"{LEDGER}?{query}")
        return {tab["label"]: tab for tab in page.context["page"].tabs}

    def keeps(self, who: str, name: str, query: str):
        return signed_in(getattr(self, who)).post(VIEWS, {"name": name, "query": query}, follow=True)

    def test_everyone_is_offered_what_their_posts_ask_for(self):
        self.assertIn("我牵头的", self.tabs("liaison"))
        self.assertNotIn("待审核", self.tabs("liaison"))
        self.assertIn("待审核", self.tabs("supervisor"))
        self.assertNotIn("我牵头的", self.tabs("supervisor"))

    def test_the_usual_views_find_what_they_say(self):
        fresh = {"issued_on": today(), "due_on": days(60)}
        a_task(self.gxc, title="牵头的", cooperating=[self.cgc], **fresh)
        a_task(self.cgc, title="配合的", cooperating=[self.gxc], **fresh)
        tabs, client = self.tabs("liaison"), signed_in(self.liaison)
        for label, title in (("我牵头的", "牵头的"), ("我配合的", "配合的")):
            page = client.get(f"{LEDGER}?{tabs[label]['query']}")
            self.assertEqual([row.task.title for row in page.context["rows"]], [title])
            here = [tab["label"] for tab in page.context["page"].tabs if tab["here"]]
            self.assertEqual(here, [label])

    def test_what_is_kept_is_a_tab_from_then_on(self):
        page = self.keeps("liaison", f"我的{EVIL}", "light=red&ordering=-due_on&cursor=x&q=&nonsense=1")
        self.assertContains(page, "已保存视图")
        self.assertNotContains(page, EVIL)
        view = SavedView.objects.get()
        self.assertEqual(view.query, "light=red&ordering=-due_on")
        self.assertTrue(self.tabs("liaison", "ordering=-due_on&light=red")[view.name]["here"])
        self.assertFalse(self.tabs("liaison", "light=red")[view.name]["here"])
        self.assertNotIn(view.name, self.tabs("head"))

    def test_the_name_again_is_the_same_view(self):
        self.keeps("liaison", "红灯的", "light=red")
        page = self.keeps("liaison", "红灯的", "light=yellow")
        self.assertContains(page, "已改为现在的条件")
        self.assertEqual(SavedView.objects.get().query, "light=yellow")

    def test_it_can_be_renamed_and_deleted_by_its_owner_alone(self):
        for name in ("一", "二"):
            self.keeps("liaison", name, "light=red")
        first = SavedView.objects.get(name="一")
        rename, delete = (reverse(f"tasks:view-{act}", args=[first.pk]) for act in ("rename", "delete"))
        self.assertEqual(signed_in(self.head).post(rename, {"name": "三"}).status_code, 404)
        self.assertEqual(signed_in(self.head).post(delete).status_code, 404)
        owner = signed_in(self.liaison)
        self.assertContains(owner.post(rename, {"name": "二"}, follow=True), "已有同名视图")
        self.assertContains(owner.post(rename, {"name": " "}, follow=True), "请填写视图名称")
        self.assertContains(owner.post(rename, {"name": "三"}, follow=True), 'value="三"')
        self.assertEqual(owner.get(delete).status_code, 405)
        self.assertContains(owner.post(delete, follow=True), "已删除视图“三”")
        self.assertEqual([view.name for view in SavedView.objects.all()], ["二"])

    def test_no_more_than_can_be_looked_over(self):
        for n in range(saved.MOST_VIEWS):
            SavedView.objects.create(user=self.liaison, name=str(n), query="")
        self.assertContains(self.keeps("liaison", "再一个", "light=red"), "最多保存20个视图")
        self.assertContains(self.keeps("liaison", "0", "light=red"), "已改为现在的条件")
        self.assertContains(self.keeps("liaison", "x" * 31, ""), "30")
        self.assertContains(self.keeps("head", "多", "columns=" + "x" * 2100), "条件过多")
        self.assertEqual(SavedView.objects.count(), saved.MOST_VIEWS)

    def test_queries(self):
        self.assertContains(signed_in(self.liaison).get(VIEWS), "还没有保存视图")
        self.keeps("liaison", "一", "light=red")
        client = signed_in(self.liaison)
        self.assertLessEqual(queries_of(client, VIEWS), MOST_QUERIES)
        self.assertLessEqual(queries_of(client, LEDGER), MOST_QUERIES)

    def test_the_same_list_has_the_same_address(self):
        one, other = QueryDict("status=b&status=a&q="), QueryDict("cursor=1&status=a&status=b&status=a")
        self.assertEqual(saved.address_of(one), saved.address_of(other))
