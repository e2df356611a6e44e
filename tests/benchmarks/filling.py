"""A city's tasks of eight years, made inside the database: twenty bureaus, some three hundred departments.

Most are closed, as they are anywhere after a few years; one in twenty is a part of another. Plans, items,
tasks, helpers, targets, steps and some five events a task are copies of one real task's rows with their own
words, dates, states and departments; drawn by chance, but the same chance every time. The events' hashes
prove nothing.
"""

from typing import Any

from django.db import connection, models
from django.utils import timezone

from plans.models import Plan, PlanItem
from plans.org.models import Department, Membership, User
from tasks.models import ChecklistItem, Helper, Task, TaskEvent, TaskTarget
from tests import builders

BUREAUS, DEPARTMENTS, YEARS, PER_PLAN = 20, 15, 8, 100
# fmt: off
VERBS = [
    "推进", "建设", "培育", "完善", "实施", "组织", "开展", "落实", "加强", "打造", "启动", "编制",
    "支持", "引进",
]
SCOPES = [
    "全市", "市级", "省级", "国家级", "高新区", "经开区", "重点领域", "战略性新兴产业", "县域", "乡镇",
    "园区", "高校院所", "龙头企业", "中小企业", "长江经济带", "农业", "医疗卫生", "交通运输",
    "生态环境", "数字经济", "人工智能", "量子计算", "新材料", "集成电路", "生物医药", "低空经济",
]
THINGS = [
    "科技企业孵化器", "重点实验室", "技术创新中心", "成果转化平台", "高新技术企业", "科技型中小企业",
    "人才引进计划", "揭榜挂帅项目", "知识产权保护", "营商环境优化", "产业链强链补链", "老旧小区改造",
    "污水处理设施", "公共充电桩", "养老服务设施", "义务教育学位", "农村公路养护", "高标准农田",
    "河湖长制", "安全生产专项整治", "政务服务一网通办", "数据共享", "城市更新", "海绵城市",
    "职业技能培训", "社区卫生服务", "文化惠民工程", "体育场地", "应急避难场所", "粮食储备", "招商引资",
    "消费促进活动", "跨境电商", "会展经济", "夜间经济",
]
ENDS = [
    "工作", "项目", "行动", "建设", "三年行动", "试点", "专项", "任务", "工程", "机制",
]
# fmt: on


def fill(people: Any, count: int) -> None:
    """So many tasks with all that hangs on them, and fresh statistics."""
    task = builders.a_task(
        people.gxc,
        status="in_progress",
        due_on=timezone.localdate(),
        cooperating=[people.cgc],
        targets=[("科技企业", 60)],
    )
    ChecklistItem.objects.create(task=task, ordinal=1, text="制定方案")
    found_bureaus(people)
    with connection.cursor() as cursor:
        # As a restore does: no triggers, no look-ups of foreign keys.
        cursor.execute("SET session_replication_role = replica; SELECT setseed(0.4)")
        draw(cursor, people, count)
        copy_rows(cursor)
        cursor.execute("RESET session_replication_role")
        for model in (Plan, PlanItem, Task, Helper, TaskTarget, ChecklistItem, TaskEvent):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("VACUUM ANALYZE")


def found_bureaus(people: Any) -> None:
    """Besides the cast's own; the last department of each has few tasks."""
    bureaus = [Department(code=f"B{n}", name=f"云江市第{n}局") for n in range(1, BUREAUS)]
    Department.objects.bulk_create(bureaus)
    Department.objects.bulk_create(
        Department(code=f"{bureau.code}-{n}", name=f"第{n}处", parent=bureau)
        for bureau in bureaus
        for n in range(DEPARTMENTS)
    )
    fill_posts(bureaus)


def fill_posts(bureaus: list[Department]) -> None:
    """Somebody to remind everywhere."""
    units = list(Department.objects.filter(parent__in=bureaus).order_by("pk"))
    posts = [(unit, role) for unit in units for role in ("head", "liaison")]
    posts += [(bureau, role) for bureau in bureaus for role in ("supervisor", "leader")]
    names = [f"{unit.code}-{role}" for unit, role in posts]
    people = User.objects.bulk_create(User(username=n, email=f"{n}@example.test") for n in names)
    Membership.objects.bulk_create(
        Membership(user=person, department=unit, role=role)
        for person, (unit, role) in zip(people, posts, strict=True)
    )


def draw(cursor: Any, people: Any, count: int) -> None:
    """One line per task in a table of this session: its plan, its words, its days, its departments."""
    bureaus = list(Department.objects.filter(parent=None, pk__gt=people.elsewhere.pk))
    units = [
        list(Department.objects.filter(parent=bureau).order_by("pk").values_list("pk", flat=True))
        for bureau in (people.kjj, *bureaus)
    ]
    widest = max(map(len, units))
    cursor.execute(
        DRAW,
        {
            **{"count": count, "plans": max(1, count // PER_PLAN), "per_plan": PER_PLAN, "years": YEARS},
            "today": timezone.localdate(),
            "bureaus": [people.kjj.pk, *(bureau.pk for bureau in bureaus)],
            # Square, as SQL's arrays are: a smaller bureau's departments come again.
            "units": [[line[n % len(line)] for n in range(widest)] for line in units],
            **{"verbs": VERBS, "scopes": SCOPES, "things": THINGS, "ends": ENDS},
        },
    )
    cursor.execute("ANALYZE drawn")


# Weighted towards the year's end and the ends of quarters, as deadlines are; the last department of a bureau
# gets hardly anything.
DRAW = """
CREATE TEMPORARY TABLE drawn AS
WITH given AS (
    SELECT %(bureaus)s::bigint[] AS bureaus, %(units)s::bigint[] AS units, %(verbs)s::text[] AS verbs,
        %(scopes)s::text[] AS scopes, %(things)s::text[] AS things, %(ends)s::text[] AS ends
), chance AS (
    SELECT n, (n - 1) / %(per_plan)s AS plan, (n - 1) %% %(per_plan)s AS place,
        random() AS r, random() AS s, random() AS t, random() AS u, random() AS v, random() AS w
    FROM generate_series(1, %(count)s) n
), placed AS (
    SELECT *, 1 + plan %% cardinality(bureaus) AS bureau,
        extract(year FROM %(today)s::date)::int - %(years)s + 1 + plan * %(years)s / %(plans)s AS year
    FROM chance, given
), dated AS (
    SELECT *, make_date(least(year, extract(year FROM %(today)s::date)::int), 3, 1) + (10 * t)::int AS begun,
        CASE WHEN s < 0.4 THEN make_date(year, 12, 31)
            WHEN s < 0.6 THEN make_date(year, (ARRAY[6, 9, 11])[1 + (s * 100)::int %% 3], 30)
            ELSE make_date(year, 4, 1) + (u * 274)::int END AS due
    FROM placed
), told AS (
    SELECT n, plan, place, year, begun, due, r, bureaus[bureau] AS office, u, w,
        units[bureau][1 + floor(least(r * array_length(units, 2) * 1.07, array_length(units, 2) - 1.0001
            + (r > 0.9995)::int))::int] AS lead,
        CASE WHEN s < 0.6 THEN units[1 + (CASE WHEN t < 0.7 THEN bureau - 1
            ELSE floor(u * cardinality(bureaus)) END)::int %% cardinality(bureaus)
            ][1 + floor(v * (array_length(units, 2) - 1))::int] END AS helper,
        CASE WHEN t < 0.3 THEN units[bureau][1 + floor(w * (array_length(units, 2) - 1))::int] END AS second,
        verbs[1 + (r * 1e6)::int %% cardinality(verbs)] || scopes[1 + (s * 1e6)::int %% cardinality(scopes)]
            || things[1 + (t * 1e6)::int %% cardinality(things)]
            || ends[1 + (u * 1e6)::int %% cardinality(ends)] AS title,
        verbs[1 + (v * 1e6)::int %% cardinality(verbs)] || things[1 + (w * 1e6)::int %% cardinality(things)]
            || '，' || verbs[1 + (w * 1e5)::int %% cardinality(verbs)]
            || scopes[1 + (v * 1e5)::int %% cardinality(scopes)]
            || things[1 + (u * 1e5)::int %% cardinality(things)] || '，年内完成' || (10 + (u * 490)::int)
            || '项，' || verbs[1 + (u * 1e4)::int %% cardinality(verbs)]
            || things[1 + (s * 1e5)::int %% cardinality(things)] || '。' AS body,
        CASE WHEN year < extract(year FROM %(today)s::date) OR due < %(today)s::date - 20 AND v < 0.93
                THEN CASE WHEN w < 0.96 THEN 'closed' WHEN w < 0.97 THEN 'completed' ELSE 'cancelled' END
            WHEN v < 0.72 THEN 'in_progress' WHEN v < 0.80 THEN 'submitted' WHEN v < 0.85 THEN 'pending'
            WHEN v < 0.87 THEN 'suspended' WHEN v < 0.875 THEN 'declined' ELSE 'completed' END AS status
    FROM dated
), parted AS (
    SELECT *, place %% 20 = 19 AS is_part,
        CASE WHEN place %% 20 = 19 THEN lag(lead) OVER (ORDER BY n) ELSE office END AS issuer
    FROM told
), timed AS (
    SELECT *, begun + interval '9 hours' AS opened, greatest(begun + interval '7 days',
        least(due + interval '10 hours' - interval '40 days' * w, now() - interval '60 days' * r)) AS ended,
        array_remove(ARRAY[lead, issuer, office, helper, second], NULL) AS concerned,
        ARRAY(SELECT DISTINCT x FROM unnest(ARRAY[helper, second]) x WHERE x <> lead ORDER BY x) AS helpers,
        CASE WHEN status IN ('completed', 'closed') THEN (u < 0.1)::int
            WHEN status IN ('pending', 'declined') THEN 0 ELSE 1 + (5 * u)::int END AS reports
    FROM parted
)
SELECT *, CASE status WHEN 'pending' THEN 0 WHEN 'in_progress' THEN 0 WHEN 'completed' THEN 2
        WHEN 'closed' THEN 3 ELSE 1 END AS ends,
    ARRAY['issued'] || CASE WHEN status NOT IN ('pending', 'declined') THEN ARRAY['accept'] ELSE '{}' END
        || array_fill('report'::text, ARRAY[reports]) || CASE status WHEN 'declined' THEN ARRAY['decline']
            WHEN 'suspended' THEN ARRAY['suspend'] WHEN 'cancelled' THEN ARRAY['cancel']
            WHEN 'submitted' THEN ARRAY['submit'] WHEN 'completed' THEN ARRAY['submit', 'approve']
            WHEN 'closed' THEN ARRAY['submit', 'approve', 'close'] ELSE '{}' END AS kinds
FROM timed
"""


def copy_rows(cursor: Any) -> None:
    copy(cursor, Plan, "(SELECT DISTINCT plan, year, office FROM drawn) d", PLAN)
    copy(cursor, PlanItem, "drawn d", ITEM)
    copy(cursor, Task, "drawn d", TASK)
    for helper in ("helper", "second"):
        other = "AND d.second IS DISTINCT FROM d.helper" if helper == "second" else ""
        source = f"drawn d WHERE d.{helper} <> d.lead {other}"
        copy(
            cursor,
            Helper,
            source,
            {"id": None, "task_id": "first.task_id + d.n", "department_id": f"d.{helper}"},
        )
    copy(cursor, TaskTarget, "drawn d WHERE d.r < 0.6", TARGET)
    copy(cursor, ChecklistItem, "drawn d, generate_series(1, 2) step WHERE d.w < 0.4", STEP)
    copy(cursor, TaskEvent, EVENTS, EVENT)
    # The index at the end, at once: entry by entry takes several times as long.
    cursor.execute("SELECT pg_get_indexdef('tasks_text_bigrams'::regclass)")
    (index,) = cursor.fetchone()
    cursor.execute("SET maintenance_work_mem = '1GB'; DROP INDEX tasks_text_bigrams")
    cursor.execute(
        "INSERT INTO tasks_tasktext (task_id, bigrams) SELECT t.id, "
        "tasks_bigrams(concat_ws(chr(10), t.code, t.title, t.body)) FROM tasks_task t "
        "WHERE NOT EXISTS (SELECT 1 FROM tasks_tasktext x WHERE x.task_id = t.id)"
    )
    cursor.execute(index)


PLAN = {
    "id": "first.id + 1 + d.plan",
    "code": "'P' || d.plan",
    "title": "d.year || '年重点工作计划之' || d.plan",
    "year": "d.year",
    "issuer_id": "d.office",
    "released_at": "make_date(d.year, 3, 1)",
    "sha256": "lpad(d.plan::text, 64, '0')",
}
ITEM = {
    "id": "first.id + d.n",
    "plan_id": "first.plan_id + 1 + d.plan",
    "ordinal": "d.place",
    "number": "(d.place + 1)::text",
    "path": "(d.place + 1)::text",
    "heading": "d.title",
    "body": "d.body",
}
IS_DONE = "d.status IN ('completed', 'closed')"
SUBMITTED = "(d.ended - interval '1 day' * greatest(d.ends - 1, 0))::date"
HASH = "md5(d.n || '/' || {0}) || md5({0} || '/' || d.n)"
TASK = {
    "id": "first.id + d.n",
    "plan_id": "first.plan_id + 1 + d.plan",
    "plan_item_id": "first.plan_item_id + d.n - d.is_part::int",
    "parent_id": "CASE WHEN d.is_part THEN first.id + d.n - 1 END",
    "issuer_id": "d.issuer",
    "lead_id": "d.lead",
    "seen_by": "ARRAY(SELECT DISTINCT x FROM unnest(d.concerned) x ORDER BY x)",
    "code": "'P' || d.plan || '-' || to_char(d.place + 1, 'FM000')",
    "title": "d.title",
    "body": "d.body",
    "status": "d.status",
    "progress": f"CASE WHEN {IS_DONE} THEN 100 WHEN d.status IN ('pending', 'declined') THEN 0 "
    "ELSE (20 + 70 * d.w)::int END",
    "due_on": "d.due",
    "original_due_on": "d.due",
    "assigned_on": "d.begun",
    "accepted_on": "CASE WHEN d.status NOT IN ('pending', 'declined') THEN d.begun + 2 END",
    "submitted_on": f"CASE WHEN {IS_DONE} OR d.status = 'submitted' THEN {SUBMITTED} END",
    "completed_on": f"CASE WHEN {IS_DONE} THEN {SUBMITTED} END",
    "version": "cardinality(d.kinds)",
    "head_hash": HASH.format("cardinality(d.kinds)"),
    "updated_at": "CASE d.status WHEN 'pending' THEN d.opened ELSE d.ended END",
}
# Signed two days after issue, reports evenly spread, the last steps a day apart.
STEP_AT = """CASE WHEN step.seq = 1 THEN d.opened
    WHEN step.seq > cardinality(d.kinds) - d.ends
        THEN d.ended - interval '1 day' * (cardinality(d.kinds) - step.seq)
    WHEN step.seq = 2 THEN d.opened + interval '2 days'
    ELSE d.opened + interval '2 days' + (d.ended - d.opened - interval '2 days' - interval '1 day' * d.ends)
        * (step.seq - 2) / d.reports END"""
EVENTS = f"""drawn d, unnest(d.kinds) WITH ORDINALITY step(kind, seq), LATERAL (
    SELECT {STEP_AT} AS at, step.seq > 1 AND d.kinds[2] = 'accept' AS accepted,
        'submit' = ANY(d.kinds[:step.seq]) AS submitted, 'approve' = ANY(d.kinds[:step.seq]) AS approved
) now_is WHERE true ORDER BY now_is.at"""
EVENT = {
    "id": "nextval(pg_get_serial_sequence('tasks_taskevent', 'id'))",
    "task_id": "first.task_id + d.n",
    "seq": "step.seq",
    "kind": "step.kind",
    "note": "CASE step.kind WHEN 'report' THEN left(d.body, 40) ELSE '' END",
    "status": "CASE step.kind WHEN 'issued' THEN 'pending' WHEN 'decline' THEN 'declined' "
    "WHEN 'submit' THEN 'submitted' WHEN 'approve' THEN 'completed' WHEN 'close' THEN 'closed' "
    "WHEN 'suspend' THEN 'suspended' WHEN 'cancel' THEN 'cancelled' ELSE 'in_progress' END",
    "progress": "CASE WHEN now_is.approved THEN 100 WHEN d.kinds[2] = 'accept' THEN (20 + 70 * d.w)::int "
    "* greatest(least(step.seq - 2, d.reports), 0) / greatest(d.reports, 1) ELSE 0 END",
    "due_on": "d.due",
    "lead_id": "d.lead",
    "helpers": "(SELECT coalesce(jsonb_agg(jsonb_build_object('department', x, 'role', 'cooperating')), "
    "'[]') FROM unnest(d.helpers) x)",
    "assigned_on": "d.begun",
    "accepted_on": "CASE WHEN now_is.accepted THEN d.begun + 2 END",
    "submitted_on": f"CASE WHEN now_is.submitted THEN {SUBMITTED} END",
    "completed_on": f"CASE WHEN now_is.approved THEN {SUBMITTED} END",
    "at": "now_is.at",
    "transaction_id": "1",
    "previous_hash": f"CASE step.seq WHEN 1 THEN '' ELSE {HASH.format('step.seq - 1')} END",
    "hash": HASH.format("step.seq"),
}
TARGET = {
    "id": "first.id + d.n",
    "task_id": "first.task_id + d.n",
    "target_id": "NULL",
    "value": "10 + (d.w * 490)::int",
    "actual": f"CASE WHEN {IS_DONE} THEN 500 + d.r END",
}
STEP = {
    "id": "first.id + 2 * d.n + step",
    "task_id": "first.task_id + d.n",
    "ordinal": "step",
    "text": "d.title",
}


def copy(cursor: Any, model: type[models.Model], source: str, changed: dict[str, str | None]) -> None:
    """Insert the model's first row once for each row of `source`, with what is changed."""
    first = model.objects.order_by("pk").first()
    table = model._meta.db_table
    columns = {
        f'"{field.column}"': changed.get(field.column, f'first."{field.column}"')
        for field in model._meta.concrete_fields
        if not field.generated and changed.get(field.column, "") is not None
    }
    source, _, condition = source.partition(" WHERE ")
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns.values())} FROM {table} first, {source} "
        f"WHERE first.id = {first.pk} {'AND ' + condition if condition else ''}"
    )
