from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from plans.org.models import Department, User
from tests.builders import a_department, a_membership, a_user
from tests.cases import OfficeCase


class StandingTest(OfficeCase):
    def test_liaison_and_head_reach_their_department_alone(self):
        below = a_department("GXC-1", parent=self.gxc)
        self.assertEqual(self.liaison.standing.seen, {self.gxc.pk})
        self.assertNotIn(below.pk, self.head.standing.seen)

    def test_supervisor_leader_and_viewer_reach_the_whole_subtree(self):
        below = a_department("GXC-1", parent=self.gxc)
        for who in (self.supervisor, self.leader, self.viewer):
            reach = User.objects.get(pk=who.pk).standing.seen
            self.assertLessEqual({self.kjj.pk, self.gxc.pk, below.pk}, reach)
            self.assertNotIn(self.elsewhere.pk, reach)

    def test_roles_belong_to_the_membership(self):
        both = a_user("both")
        a_membership(both, self.gxc, "liaison")
        a_membership(both, self.cgc, "supervisor")
        self.assertTrue(both.standing.holds(self.gxc.pk, "liaison"))
        self.assertFalse(both.standing.holds(self.gxc.pk, "supervisor"))
        self.assertTrue(both.standing.holds(self.cgc.pk, "supervisor"))

    def test_a_standing_costs_one_query(self):
        person = User.objects.get(pk=self.supervisor.pk)
        with self.assertNumQueries(1):
            self.assertTrue(person.standing.seen)
            self.assertTrue(person.standing.holds(self.gxc.pk, "supervisor"))

    def test_a_bureau_has_no_two_departments_of_one_name(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            a_department("GXC2", "高新技术处", self.kjj)
        a_department("NYJ-GXC", "高新技术处", self.elsewhere)
        self.assertEqual(Department.objects.filter(name="高新技术处").count(), 2)


class TreeTest(OfficeCase):
    def test_no_unit_stands_above_itself(self):
        below = a_department("GXC-1", parent=self.gxc)
        for parent in (self.kjj, self.gxc, below):
            self.kjj.parent = parent
            with self.assertRaises(ValidationError) as caught:
                self.kjj.full_clean()
            self.assertEqual(list(caught.exception.message_dict), ["parent"])
        below.parent = self.cgc
        below.full_clean()
