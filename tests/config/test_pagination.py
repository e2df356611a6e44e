"""The links between pages, which every list shares."""

from tests.builders import a_task
from tests.cases import OfficeCase


class LinkTests(OfficeCase):
    def test_links_keep_chinese_that_came_unescaped(self):
        for n in range(3):
            a_task(self.gxc, title=f"第{n}件")
        caller = self.as_("supervisor")
        first = caller.get("/api/v1/tasks/?q=件&page_size=2").json()
        second = caller.get(first["next"]).json()
        self.assertEqual((len(first["results"]), len(second["results"])), (2, 1))
