"""What lists find by index is what plain words say."""

import random
import time
from itertools import product

from django.db import connection
from django.db.models import Q

from plans.org.models import Department, User
from tasks.filters import HOUR, TaskFilterSet, common_pairs
from tasks.models import Helper, Task, TaskText
from tests import builders
from tests.builders import a_task, moved
from tests.cases import OfficeCase

TEXTS = (
    "建设科技企业孵化器",
    "培育“专精特新”企业，Q3 达到 50% 以上",
    "路径 C:\\data\\x_1 与 it's 'quoted' \"all\"",
    "😀科技成果转化👍率",
    "Straße ÉCOLE σοφός İstanbul ı",
    "A & B | C ! (d) <-> e:* f",
    "一",
)
WORDS = (
    *("科技", "企业", "孵化器", "科", "器", "Q3", "q3", "50%", "%", "_", "x_1", "x-1", "\\", "C:\\d"),
    *(
        "'",
        "it's",
        '"all"',
        "''",
        "😀",
        "科技成果转化👍",
        "👍率",
        "straße",
        "STRASSE",
        "école",
        "ÉCOLE",
        "ΣΟΦΌΣ",
    ),
    *("i", "ı", "istanbul", "&", "|", "!", "(d)", "<->", ":*", "e:*", "一", "业器", "没有"),
    *("企业 Q3", "科技 建设", "科技\u3000率", "KJJ-2026", "kjj-2026-01", "-02"),
)


class WordsTest(OfficeCase):
    def setUp(self) -> None:
        for text in TEXTS:
            a_task(self.gxc, title=text)
        Task.objects.filter(title="一").update(body="\n".join(TEXTS[:3]))

    def found(self, q: str) -> set[int]:
        filters = TaskFilterSet({"q": q}, Task.objects.all())
        self.assertTrue(filters.is_valid(), q)
        return set(filters.qs.values_list("pk", flat=True))

    def holding(self, q: str) -> set[int]:
        """The meaning, without any index."""
        tasks = Task.objects.all()
        for word in q.split():
            tasks = tasks.filter(Q(title__icontains=word) | Q(body__icontains=word) | Q(code__icontains=word))
        return set(tasks.values_list("pk", flat=True))

    def test_every_kind_of_word_finds_exactly_the_tasks_that_hold_it(self):
        hits = 0
        for word in WORDS:
            with self.subTest(word):
                self.assertEqual(self.found(word), self.holding(word))
                hits += len(self.holding(word))
        self.assertGreater(hits, len(WORDS))

    def test_words_of_common_pairs_are_found_just_the_same(self):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE tasks_tasktext")
        common_pairs.cache_clear()
        self.addCleanup(common_pairs.cache_clear)
        self.assertIn("科技", common_pairs(int(time.time() // HOUR)))
        for word in WORDS:
            with self.subTest(word):
                self.assertEqual(self.found(word), self.holding(word))

    def test_any_piece_of_any_text_finds_it(self):
        by_title = {task.title: task.pk for task in Task.objects.all()}
        for text in TEXTS:
            for start, length in product(range(len(text)), (1, 2, 3, 7)):
                piece = text[start : start + length]
                if piece.split() == [piece]:
                    self.assertIn(by_title[text], self.found(piece), (text, piece))

    def test_what_is_corrected_is_found_by_its_new_words_only(self):
        task = a_task(self.gxc, title="建立实验室")
        self.assertEqual(self.found("实验室"), {task.pk})
        Task.objects.filter(pk=task.pk).update(title="建立工作站")
        self.assertEqual((self.found("实验室"), self.found("工作站")), (set(), {task.pk}))

    def test_a_move_leaves_the_text_alone(self):
        task = a_task(self.gxc)
        with connection.cursor() as cursor:
            cursor.execute("SELECT xmin::text FROM tasks_tasktext WHERE task_id = %s", [task.pk])
            before = cursor.fetchone()
            moved(task, "accept", on=builders.TODAY)
            cursor.execute("SELECT xmin::text FROM tasks_tasktext WHERE task_id = %s", [task.pk])
            self.assertEqual(cursor.fetchone(), before)

    def test_a_text_longer_than_any_plan_is_kept(self):
        long = "".join(map(chr, range(0x4E00, 0x9FFF))) * 10
        task = Task.objects.first()
        Task.objects.filter(pk=task.pk).update(body=long)
        self.assertEqual(self.found("一丁丂"), {task.pk})
        self.assertEqual(TaskText.objects.count(), Task.objects.count())


class SeenByTest(OfficeCase):
    """`seen_by` against what it stands for: issuer, plan's issuer, lead, helpers."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        chance = random.Random(4)
        cls.units = [cls.gxc, cls.cgc, cls.ptc, cls.rcc, cls.ncc]
        sub = [builders.a_department(f"GXC{n}", parent=cls.gxc) for n in (1, 2)]
        cls.units += sub
        for n in range(40):
            lead, *helpers = chance.sample(cls.units, chance.randint(1, 4))
            a_task(lead, title=f"任务{n}", cooperating=helpers)
        away = builders.a_plan(cls.elsewhere)
        a_task(cls.elsewhere, plan=away, cooperating=[cls.gxc])
        for task in chance.sample(list(Task.objects.all()), 25):
            others = chance.sample(cls.units, 3)
            moved(task, "reassign", on=builders.TODAY, lead=others[0], cooperating=others[1:])
        cls.people = []
        for n in range(30):
            person = builders.a_user(f"person{n}")
            for unit in chance.sample([*cls.units, cls.kjj, cls.elsewhere], chance.randint(0, 2)):
                builders.a_membership(person, unit, chance.choice(["head", "liaison", "viewer", "leader"]))
            cls.people.append(person)

    def test_a_person_sees_what_their_departments_lead_help_with_or_issued(self):
        for person in (*self.people, self.stranger, self.supervisor, self.admin):
            with self.subTest(person.username):
                person = User.objects.get(pk=person.pk)
                self.assertEqual(pks(Task.objects.visible_to(person)), self.meant_for(person))

    def meant_for(self, person: User) -> set[int]:
        if person.is_superuser:
            return pks(Task.objects)
        seen = person.standing.seen
        helped = Helper.objects.filter(department__in=seen).values("task")
        mine = Q(issuer__in=seen) | Q(plan__issuer__in=seen) | Q(lead__in=seen) | Q(pk__in=helped)
        return pks(Task.objects.filter(mine))

    def test_a_departments_tasks_are_those_it_or_one_below_leads_or_helps(self):
        for unit in (*self.units, self.kjj, self.elsewhere):
            with self.subTest(unit.code):
                below = Department.objects.subtree([unit.pk])
                helped = Helper.objects.filter(department__in=below).values("task")
                meant = Task.objects.filter(Q(lead__in=below) | Q(pk__in=helped))
                self.assertEqual(pks(Task.objects.of_department(unit)), pks(meant))


def pks(tasks) -> set[int]:
    return set(tasks.values_list("pk", flat=True))
