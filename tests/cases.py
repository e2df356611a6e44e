"""What the tests of services and interfaces start from: an office with its people, on a fixed day."""

from typing import Any, ClassVar

from django.test import TestCase, TransactionTestCase
from rest_framework.test import APIClient

from plans.org.models import ApiToken, Department, User
from tests import builders


def hire(office: Any) -> None:
    """Give `office` the bureau's departments (`kjj`, `gxc`, …) and the named cast (`head`, …)."""
    office.admin = builders.a_user("admin", display_name="系统管理员", is_superuser=True, is_staff=True)
    office.kjj = builders.a_department("KJJ", "云江市科学技术局", short_name="市科技局")
    for code, name, short_name in builders.UNITS:
        unit = builders.a_department(code, name, office.kjj, short_name=short_name)
        setattr(office, code.lower(), unit)
    for username, (code, role, display_name) in builders.POSTS.items():
        person = builders.a_user(username, display_name=display_name)
        builders.a_membership(person, getattr(office, code.lower()), role)
        setattr(office, username, person)
    # Signed in, but of another bureau: sees nothing of this one.
    office.elsewhere = builders.a_department("NYJ", "云江市农业农村局")
    office.stranger = builders.a_user("stranger", display_name="外单位人员")
    builders.a_membership(office.stranger, office.elsewhere, "head")


class Office:
    """The members that `hire` sets, and how a test speaks to the API."""

    admin: ClassVar[User]
    supervisor: ClassVar[User]
    leader: ClassVar[User]
    viewer: ClassVar[User]
    head: ClassVar[User]
    liaison: ClassVar[User]
    head2: ClassVar[User]
    liaison2: ClassVar[User]
    stranger: ClassVar[User]
    kjj: ClassVar[Department]
    gxc: ClassVar[Department]
    cgc: ClassVar[Department]
    ptc: ClassVar[Department]
    rcc: ClassVar[Department]
    ncc: ClassVar[Department]
    bgs: ClassVar[Department]
    elsewhere: ClassVar[Department]

    issued_on = builders.ISSUED_ON
    today = builders.TODAY
    now = builders.at(builders.TODAY)

    def as_(self, who: str | User, *scopes: str) -> APIClient:
        """A program with this person's token (`write`, unless said otherwise); "anonymous" has none."""
        client = APIClient()
        if who != "anonymous":
            person = getattr(self, who) if isinstance(who, str) else who
            name = f"test {ApiToken.objects.count()}"  # a token of the same name would replace the first
            _, token = ApiToken.issue(person, name, scopes or ("write",))
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client


class OfficeCase(Office, TestCase):
    """The office, made once per class; what a test changes is rolled back."""

    @classmethod
    def setUpTestData(cls) -> None:
        hire(cls)


class OfficeTransactionCase(Office, TransactionTestCase):
    """The office for tests that need real commits: races, and other processes."""

    def setUp(self) -> None:
        super().setUp()
        hire(self)
