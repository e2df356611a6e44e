"""How many tasks departments had to work on in a quarter: without any, there is nothing to score."""

from datetime import datetime

from django.db import connection

from tasks.states import OPEN

STILL_OPEN = ", ".join(f"'{status}'" for status in OPEN)
HELPERS = "ARRAY(SELECT (helper->>'department')::bigint FROM jsonb_array_elements(event.helpers) helper)"
# Where tasks stood while they were open: those not touched since the quarter began as they stand today, the
# others as they stood on its eve and after each event within it. (The eve's event is found in the index
# tasks_event_order: the later ones, with all they say, are not read on the way.)
STOOD = f"""
    SELECT task.id AS task, task.plan_id AS plan, task.parent_id AS whole, %(since)s::timestamptz AS at,
        task.lead_id AS lead,
        ARRAY(SELECT department_id FROM tasks_helper helper WHERE helper.task_id = task.id) AS helpers
    FROM tasks_task task WHERE task.updated_at < %(since)s AND task.status IN ({STILL_OPEN})
    UNION ALL
    SELECT task.id, task.plan_id, task.parent_id, %(since)s, event.lead_id, {HELPERS}
    FROM tasks_task task JOIN tasks_taskevent event ON event.task_id = task.id AND event.seq = (
        SELECT seq FROM tasks_taskevent WHERE task_id = task.id AND at < %(since)s ORDER BY seq DESC LIMIT 1
    )
    WHERE task.updated_at >= %(since)s AND event.status IN ({STILL_OPEN})
    UNION ALL
    SELECT task.id, task.plan_id, task.parent_id, event.at, event.lead_id, {HELPERS}
    FROM tasks_taskevent event JOIN tasks_task task ON task.id = event.task_id
    WHERE event.at >= %(since)s AND event.at < %(until)s AND event.status IN ({STILL_OPEN})
"""
# As in `points.judged`: not what a task above was led by too.
LED_ABOVE = """
    EXISTS (
        SELECT FROM tasks_task above CROSS JOIN LATERAL (
            SELECT lead_id FROM tasks_taskevent event WHERE event.task_id = above.id AND event.at <= stood.at
            ORDER BY event.seq DESC LIMIT 1
        ) stood_above
        WHERE above.id IN (stood.whole, (SELECT parent_id FROM tasks_task WHERE id = stood.whole))
            AND stood_above.lead_id = stood.lead
    )
"""
COUNT = f"""
    SELECT department, count(*) FROM (
        SELECT DISTINCT stood.task, party.department
        FROM ({STOOD}) stood CROSS JOIN LATERAL unnest(stood.lead || stood.helpers) AS party (department)
        WHERE (%(plan)s::bigint IS NULL OR stood.plan = %(plan)s)
            AND (%(units)s::bigint[] IS NULL OR party.department = ANY(%(units)s))
            AND (stood.whole IS NULL OR NOT {LED_ABOVE})
    ) had GROUP BY department
"""


def tasks_of(
    since: datetime, until: datetime, *, plan: int | None = None, units: list[int] | None = None
) -> dict[int, int]:
    """By department: the tasks that it led or helped with, and that were open at any time in between."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"since": since, "until": until, "plan": plan, "units": units})
        return dict(cursor.fetchall())
