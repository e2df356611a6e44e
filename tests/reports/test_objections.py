"""A department objects to a point, a supervisor answers: who may, once, and what is on the record."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from config.errors import DomainError
from plans.org.models import Department, User
from reports import tidings
from reports.models import Notification, ScoreObjection
from reports.scoring.card import scorecard
from reports.scoring.objections import answer_objection, object_to
from reports.scoring.points import Point
from reports.scoring.rules import quarter
from tasks import record, services
from tasks.models import Task, TaskEvent
from tasks.services.splitting import Part
from tests.builders import a_membership, a_task, at, moved
from tests.cases import OfficeCase, OfficeTransactionCase
from tests.races import at_once

Q3 = quarter("2026-Q3")
LATE = date(2026, 8, 3)
RAISED, ANSWERED, AFTER = date(2026, 10, 12), date(2026, 10, 13), date(2026, 10, 14)


class Objecting:
    def late(self, lead: Department | None = None, **fields: Any) -> TaskEvent:
        values = {"status": "in_progress", "issued_on": date(2026, 3, 2), "due_on": date(2026, 7, 31)}
        task = a_task(lead or self.gxc, **values | fields)
        services.mark_late(now=at(LATE))
        return task.events.get(data__has_key="was_late")

    def raised(self, event: TaskEvent, **given: Any) -> ScoreObjection:
        values = {"note": "系统维护所致", "actor": self.head, "now": at(RAISED)} | given
        return object_to(event.pk, values.pop("anchor", "late"), values.pop("department", self.gxc), **values)

    def answered(self, objection: ScoreObjection, **given: Any) -> ScoreObjection:
        values = {"upheld": True, "note": "情况属实", "actor": self.supervisor, "now": at(ANSWERED)}
        return answer_objection(objection.pk, **values | given)

    def point(self, unit: Department | None = None, as_of: date | None = None) -> tuple[Point, int]:
        """The only one of the department's, and its score."""
        cards = scorecard(self.admin, AFTER, period=Q3, as_of=as_of).departments
        (card,) = [card for card in cards if card.department.id == (unit or self.gxc).pk]
        (point,) = card.points
        return point, card.score


class ObjectionTest(Objecting, OfficeCase):
    def refused(self, code: str, call: Callable[[], Any]) -> None:
        before = [(task.version, task.head_hash) for task in Task.objects.order_by("pk")]
        rows = list(ScoreObjection.objects.values().order_by("pk"))
        with self.subTest(code), self.assertRaises(DomainError) as refusal:
            call()
        self.assertEqual(refusal.exception.code, code)
        self.assertEqual([(task.version, task.head_hash) for task in Task.objects.order_by("pk")], before)
        self.assertEqual(list(ScoreObjection.objects.values().order_by("pk")), rows)

    def test_both_words_stand_on_the_record_and_on_the_card(self):
        event = self.late()
        objection = self.raised(event)
        point, score = self.point()
        self.assertEqual((point.objection.note, point.objection.upheld, score), ("系统维护所致", None, 99))
        self.answered(objection)
        point, score = self.point()
        self.assertEqual((point.points, point.void, point.rule.points, score), (0, "upheld", -1, 100))
        self.assertEqual((point.objection.answer, point.objection.answered_by), ("情况属实", "杜查"))
        said = event.task.events.filter(kind="comment").order_by("seq")
        self.assertEqual([each.note for each in said], ["系统维护所致", "情况属实"])
        self.assertEqual([each.actor for each in said], [self.head, self.supervisor])
        self.assertEqual([each.data["objection"].get("upheld") for each in said], [None, True])
        self.assertIsNone(record.broken_link(event.task_id))

    def test_turned_down_the_point_counts(self):
        self.answered(self.raised(self.late()), upheld=False)
        point, score = self.point()
        self.assertEqual((point.points, point.objection.upheld, score), (-1, False, 99))

    def test_days_before_know_nothing_of_it(self):
        event = self.late()
        before = self.point(as_of=date(2026, 10, 11))
        objection = self.raised(event)
        waiting = self.point(as_of=RAISED)
        self.answered(objection)
        self.assertEqual(self.point(as_of=date(2026, 10, 11)), before)
        self.assertEqual(self.point(as_of=RAISED), waiting)
        self.assertIsNone(before[0].objection)

    def test_a_helper_objects_to_its_own_point_alone(self):
        task = a_task(self.gxc, status="submitted", cooperating=[self.cgc], issued_on=LATE)
        moved(task, "approve", on=LATE, hour=15)
        event = task.events.get(kind="approve")
        objection = self.raised(event, anchor="on_time", department=self.cgc, actor=self.head2)
        self.answered(objection)
        self.assertEqual([self.point(unit)[1] for unit in (self.gxc, self.cgc)], [101, 100])

    def test_who_led_it_then_may_object_after_it_was_handed_on(self):
        event = self.late()
        moved(event.task, "reassign", on=date(2026, 8, 10), lead=self.cgc)
        self.refused("point_unknown", lambda: self.raised(event, department=self.cgc, actor=self.head2))
        self.assertEqual(self.raised(event).department, self.gxc)

    def test_what_is_refused(self):
        event = self.late()
        self.refused("note_required", lambda: self.raised(event, note=" "))
        self.refused("point_unknown", lambda: self.raised(event, anchor="returned"))
        self.refused("point_unknown", lambda: self.raised(event.task.events.get(kind="issued")))
        self.refused("point_unknown", lambda: self.raised(event, department=self.cgc, actor=self.head2))
        self.refused("point_unknown", lambda: self.raised(event, actor=self.head2))
        self.refused("point_unknown", lambda: self.raised(TaskEvent(pk=10**12)))
        for person in (self.supervisor, self.leader, self.viewer):
            self.refused("objection_not_yours", partial(self.raised, event, actor=person))
        objection = self.raised(event, actor=self.liaison)
        self.refused("objection_raised", lambda: self.raised(event))
        self.refused("note_required", lambda: self.answered(objection, note=""))
        for person in (self.head, self.leader, self.viewer, self.stranger):
            self.refused("objection_not_yours", partial(self.answered, objection, actor=person))
        self.answered(objection, upheld=False)
        self.refused("objection_answered", lambda: self.answered(objection))

    def test_nobody_answers_what_they_raised_themself(self):
        a_membership(self.head, self.kjj, "supervisor")
        head = User.objects.get(pk=self.head.pk)
        objection = self.raised(self.late(), actor=head)
        self.refused("objection_own", partial(self.answered, objection, actor=head))
        self.answered(objection, actor=self.supervisor)
        objection = self.raised(self.late(), actor=self.admin)
        self.refused("objection_own", partial(self.answered, objection, actor=self.admin))

    def test_the_head_who_split_a_task_is_no_judge_of_its_parts(self):
        whole = a_task(self.gxc, status="in_progress", issued_on=date(2026, 3, 2), due_on=date(2026, 7, 31))
        services.split_task(whole.pk, [Part(self.cgc)], actor=self.head, now=at(date(2026, 3, 4)))
        part = Task.objects.get(parent=whole.pk)
        services.mark_late(now=at(LATE))
        event = part.events.get(data__has_key="was_late")
        objection = self.raised(event, department=self.cgc, actor=self.head2)
        self.refused("objection_not_yours", partial(self.answered, objection, actor=self.head))
        self.answered(objection)


class TellingTest(Objecting, OfficeTransactionCase):
    def test_both_sides_are_told(self):
        objection = self.raised(self.late())
        tidings.tell_events(at(RAISED, 10))
        asked = Notification.objects.filter(title__startswith="考核异议：")
        self.assertEqual([message.user for message in asked], [self.supervisor])
        self.assertIn("高新处处长：系统维护所致", asked.get().text)
        self.answered(objection)
        tidings.tell_events(at(ANSWERED, 10))
        answered = Notification.objects.filter(title__startswith="考核异议已采纳")
        self.assertEqual({message.user for message in answered}, {self.head, self.liaison})
        services.comment(objection.task_id, note="谢谢", actor=self.head, now=at(ANSWERED, 11))
        before = Notification.objects.count()
        tidings.tell_events(at(ANSWERED, 12))
        self.assertEqual(Notification.objects.count(), before, "of a plain comment nobody is")

    def test_the_answer_goes_to_whose_point_it_is(self):
        event = self.late()
        moved(event.task, "reassign", on=date(2026, 8, 10), lead=self.cgc)
        self.answered(self.raised(event), upheld=False)
        tidings.tell_events(at(ANSWERED, 10))
        told = Notification.objects.filter(title__startswith="考核异议未采纳")
        self.assertEqual({message.user for message in told}, {self.head, self.liaison})


class RaceTest(Objecting, OfficeTransactionCase):
    def test_of_two_answers_one_counts(self):
        event = self.late()
        objection = self.raised(event)
        found = at_once(*(partial(self.answered, objection, upheld=upheld) for upheld in (True, False)))
        (refusal,) = [each for each in found if isinstance(each, DomainError)]
        self.assertEqual(refusal.code, "objection_answered")
        self.assertEqual(event.task.events.filter(kind="comment").count(), 2)

    def test_of_two_objections_one_is_raised(self):
        event = self.late()
        found = at_once(*(partial(self.raised, event, actor=who) for who in (self.head, self.liaison)))
        (refusal,) = [each for each in found if isinstance(each, DomainError)]
        self.assertEqual(refusal.code, "objection_raised")
        self.assertEqual(event.task.events.filter(kind="comment").count(), 1)
