from datetime import timedelta

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from plans.org.models import ApiToken
from tests.builders import a_task
from tests.cases import OfficeCase


class TokenTest(OfficeCase):
    def get(self, header: str, url: str = "/api/v1/me/"):
        return APIClient().get(url, headers={"Authorization": header})

    def test_only_a_hash_is_kept(self):
        row, token = ApiToken.issue(self.liaison, "脚本", ["read"])
        self.assertNotIn(token, str(ApiToken.objects.filter(pk=row.pk).values().get()))
        self.assertEqual(self.get(f"Bearer {token}").json()["username"], "liaison")

    def test_a_token_that_is_wrong_expired_or_of_somebody_who_left_is_refused(self):
        past = timezone.now() - timedelta(seconds=1)
        _, expired = ApiToken.issue(self.liaison, "旧", ["read"], expires_at=past)
        _, left = ApiToken.issue(self.head2, "离职", ["read"])
        self.head2.is_active = False
        self.head2.save()
        for header in (
            "Bearer wrong",
            f"Bearer {expired}",
            f"Bearer {left}",
            "Bearer",
            "Bearer a b",
            "Bearer \xff",
        ):
            response = self.get(header)
            self.assertEqual((response.status_code, response.json()["code"]), (401, "token_invalid"), header)
            self.assertTrue(response["WWW-Authenticate"].startswith("Bearer"))
        self.assertEqual(self.get("").json()["code"], "not_authenticated")
        self.assertEqual(self.get("Basic YTpi").status_code, 401)

    def test_reading_is_not_writing(self):
        task = a_task(self.gxc)
        url = f"/api/v1/tasks/{task.pk}/moves/accept/"
        reader = self.as_("liaison", "read")
        self.assertEqual(reader.get("/api/v1/tasks/").status_code, 200)
        response = reader.post(url, {})
        self.assertEqual((response.status_code, response.json()["code"]), (403, "scope_missing"))
        task.refresh_from_db()
        self.assertEqual(task.status, "pending")
        writer = self.as_("liaison", "write")
        self.assertEqual(writer.get("/api/v1/tasks/").status_code, 200, "write includes read")
        self.assertEqual(writer.post(url, {}).status_code, 200)

    def test_a_token_of_the_same_name_replaces_the_old_one(self):
        _, old = ApiToken.issue(self.liaison, "脚本", ["read"])
        _, new = ApiToken.issue(self.liaison, "脚本", ["read"])
        self.assertEqual(self.get(f"Bearer {old}").status_code, 401)
        self.assertEqual(self.get(f"Bearer {new}").status_code, 200)

    def test_the_pages_session_works_too_but_not_without_csrf(self):
        task = a_task(self.gxc)
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.liaison)
        self.assertEqual(client.get("/api/v1/me/").json()["scopes"], ["read", "write"])
        response = client.post(f"/api/v1/tasks/{task.pk}/moves/accept/", {}, content_type="application/json")
        self.assertEqual(response.status_code, 403)


class PeopleTest(OfficeCase):
    def test_me_tells_ones_posts(self):
        me = self.as_("liaison").get("/api/v1/me/").json()
        post = {"department": {"id": self.gxc.pk, "code": "GXC", "name": "高新技术处"}, "role": "liaison"}
        self.assertEqual((me["username"], me["memberships"]), ("liaison", [post]))

    def test_departments_are_listed_for_those_who_belong(self):
        rows = self.as_("liaison").get("/api/v1/departments/").json()["results"]
        self.assertEqual(
            [row["code"] for row in rows], ["BGS", "CGC", "GXC", "KJJ", "NCC", "NYJ", "PTC", "RCC"]
        )
        one = self.as_("liaison").get(f"/api/v1/departments/{self.gxc.pk}/").json()
        self.assertEqual((one["short_name"], one["parent"]), ("高新处", self.kjj.pk))
        self.assertEqual(self.as_("anonymous").get("/api/v1/departments/").status_code, 401)

    def test_an_unknown_address_or_version_is_a_problem_too(self):
        for url in (
            "/api/v1/nothing/",
            "/api/v2/tasks/",
            "/api/x",
            "/api/v1/tasks/999999/",
            "/api/v1/tasks/9" + "9" * 30 + "/",
        ):
            response = self.as_("supervisor").get(url)
            self.assertEqual((response.status_code, response.json()["code"]), (404, "not_found"), url)
            self.assertEqual(response["Content-Type"], "application/problem+json")

    def test_the_wrong_method_is_a_problem_too(self):
        response = self.as_("supervisor").delete("/api/v1/tasks/")
        self.assertEqual((response.status_code, response.json()["code"]), (405, "method_not_allowed"))

    def test_broken_json_is_a_problem_too(self):
        client = self.as_("supervisor")
        task = a_task(self.gxc)
        response = client.post(f"/api/v1/tasks/{task.pk}/moves/accept/", "{", content_type="application/json")
        self.assertEqual((response.status_code, response.json()["code"]), (400, "parse_error"))
        for body in ("[]", '"x"', "null", "12"):
            response = client.post(
                f"/api/v1/tasks/{task.pk}/moves/cancel/", body, content_type="application/json"
            )
            self.assertEqual(response.status_code, 400, body)
