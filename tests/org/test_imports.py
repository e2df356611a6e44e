from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.test import TestCase

from config.errors import DomainError
from plans.org.models import ApiToken, Department, Membership, User
from tests.builders import a_user

DEPARTMENTS = """code,name,short_name,parent_code,aliases
GXC,高新技术处,高新处,KJJ,高新科|高新技术科
KJJ,青垣市科学技术局,市科技局,,
"""
USERS = """username,display_name,email,department_code,role,password
lin,林联络,lin@example.test,GXC,liaison,correct-horse-9
lin,林联络,lin@example.test,KJJ,督查员,correct-horse-9
gao,高处长,,GXC,head,
"""


class ImportCase(TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "名单.csv"

    def run_command(self, name: str, content: str | bytes) -> list[str]:
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        call_command(name, str(self.path), stdout=out)
        return out.getvalue().splitlines()


class DepartmentImportTest(ImportCase):
    def test_each_line_says_what_it_did_and_again_does_nothing(self):
        told = self.run_command("import_departments", DEPARTMENTS)
        self.assertEqual(told, ["created GXC 高新技术处", "created KJJ 青垣市科学技术局"])
        unit = Department.objects.get(code="GXC")
        self.assertEqual((unit.parent.code, unit.short_name), ("KJJ", "高新处"))
        self.assertEqual(sorted(alias.name for alias in unit.aliases.all()), ["高新技术科", "高新科"])
        again = self.run_command("import_departments", DEPARTMENTS)
        self.assertEqual(again, ["unchanged GXC 高新技术处", "unchanged KJJ 青垣市科学技术局"])
        changed = self.run_command("import_departments", DEPARTMENTS.replace("高新处,", "高技处,"))
        self.assertEqual(changed[0], "updated GXC 高新技术处")

    def test_two_bureaus_may_each_have_an_office_of_the_same_name(self):
        offices = "NYJ,农业农村局,,,\nBGS,办公室,,KJJ,\nNBG,办公室,,NYJ,\n"
        told = self.run_command("import_departments", DEPARTMENTS + offices)
        self.assertEqual(told[2:], ["created NYJ 农业农村局", "created BGS 办公室", "created NBG 办公室"])
        again = self.run_command("import_departments", DEPARTMENTS + offices)
        self.assertEqual({line.split()[0] for line in again}, {"unchanged"})

    def test_excels_encodings_are_read(self):
        for encoding in ("utf-8-sig", "gb18030"):
            self.run_command("import_departments", DEPARTMENTS.encode(encoding))
            self.assertEqual(Department.objects.get(code="GXC").name, "高新技术处")

    def test_a_wrong_line_is_named_and_nothing_is_saved(self):
        for content, words in [
            (DEPARTMENTS.replace("KJJ,高新科", "XXX,高新科"), "第2行"),
            (DEPARTMENTS + ",无代码,,,\n", "第4行"),
            (DEPARTMENTS.replace("市科技局,,", "市科技局,GXC,"), "绕成了一圈"),
            ("code,name\nA,B\n", "缺少列"),
            (DEPARTMENTS + f"BIG,{'长' * 101},,,\n", "第4行"),
            (DEPARTMENTS + f"BIG,大,,,{'长' * 101}\n", "第4行"),
            (DEPARTMENTS + f"BIG,{'长' * 200_000},,,\n", "第3行"),
            (DEPARTMENTS + "TWO,高新技术处,,KJJ,\n", "第4行：同一上级单位之下已有同名单位"),
            (DEPARTMENTS + 'QUO,"某局,,,\nRES,其他局,,,\n', "不是CSV格式"),
            (DEPARTMENTS + "NUL,某\0局,,,\n", "不是文本"),
        ]:
            with self.subTest(words), self.assertRaises(DomainError) as caught:
                self.run_command("import_departments", content)
            self.assertIn(words, caught.exception.message)
            self.assertEqual(Department.objects.count(), 0)


class UserImportTest(ImportCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_command("import_departments", DEPARTMENTS)

    def test_a_person_may_have_several_posts(self):
        told = self.run_command("import_users", USERS)
        self.assertEqual(told, ["created lin GXC liaison", "updated lin KJJ 督查员", "created gao GXC head"])
        posts = Membership.objects.filter(user__username="lin").values_list("department__code", "role")
        self.assertEqual(set(posts), {("GXC", "liaison"), ("KJJ", "supervisor")})
        self.assertTrue(User.objects.get(username="lin").check_password("correct-horse-9"))
        self.assertFalse(User.objects.get(username="gao").has_usable_password())
        again = self.run_command("import_users", USERS)
        self.assertEqual(
            again, ["unchanged lin GXC liaison", "unchanged lin KJJ 督查员", "unchanged gao GXC head"]
        )

    def test_a_wrong_line_is_named_and_nothing_is_saved(self):
        for old, new, words in [
            ("GXC,liaison", "XXX,liaison", "第2行"),
            ("GXC,head", "GXC,boss", "第4行"),
            ("lin@example.test", "not an address", "第2行"),
        ]:
            with self.subTest(new), self.assertRaises(DomainError) as caught:
                self.run_command("import_users", USERS.replace(old, new))
            self.assertIn(words, caught.exception.message)
            self.assertEqual(User.objects.count(), 0)


class CreateTokenTest(TestCase):
    def test_it_prints_the_token_and_nothing_else(self):
        user = a_user("lin")
        out = StringIO()
        call_command("create_token", "lin", "--name", "OA", "--scopes", "read", stdout=out)
        (token,) = out.getvalue().splitlines()
        row = ApiToken.objects.get(user=user)
        self.assertEqual((row.token_hash, row.scopes), (ApiToken.hash(token), ["read"]))

    def test_what_can_not_be_is_said(self):
        a_user("lin")
        for args in (
            ["nobody", "--name", "x"],
            ["lin", "--name", "x", "--scopes", "admin"],
            ["lin", "--name", ""],
            ["lin", "--name", "x" * 101],
            ["lin", "--name", "x", "--days", "0"],
            ["lin", "--name", "x", "--days", "-1"],
            ["lin", "--name", "x", "--days", "99999999"],
        ):
            with self.assertRaises(DomainError):
                call_command("create_token", *args)
        self.assertEqual(ApiToken.objects.count(), 0)
