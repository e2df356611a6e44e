"""A bureau whose words are all Latin: what is still Chinese on its pages, the program says."""

import re
from typing import Any

from django.apps import apps
from django.db import connection, models
from lxml import html

from reports.pace import Pace

CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
# What the system itself has written, and keeps: pages say that it is Chinese, or know it again.
KEPT = {
    *("reports.Notification.title", "reports.Notification.text", "reports.ReportHint.text"),
    *("reports.Summary.narrative", "reports.ScoreRule.name", "reports.ScoreRule.basis"),
}
KEPT_WORDS = set(Pace)
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-label", "value", "content", "aria-description")


def turn_latin() -> None:
    """Every Chinese character of the office's own words becomes one letter; places in texts stay right."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # else the record stays
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if turns(field):
                    turn(cursor, model, field)
        cursor.execute("SET LOCAL session_replication_role = origin")


def turns(field: models.Field) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and str(field) not in KEPT and field.model._meta.managed


def turn(cursor: Any, model: type[models.Model], field: models.Field) -> None:
    rows = model._base_manager.order_by().values_list("pk", field.attname)
    changed = [(pk, after) for pk, before in rows if (after := latin(before)) != before]
    table, column, key = model._meta.db_table, field.column, model._meta.pk.column
    given = [(field.get_db_prep_save(value, connection), pk) for pk, value in changed]
    if given:
        cursor.executemany(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', given)


def latin(value: Any) -> Any:
    match value:
        case dict():
            return {latin(key): latin(one) for key, one in value.items()}
        case list():
            return [latin(one) for one in value]
        case str() if value not in KEPT_WORDS:
            return CHINESE.sub(lambda found: "".join(chr(97 + ord(c) % 26) for c in found[0]), value)
    return value


def chinese_on(page: str) -> list[str]:
    """What a page says in Chinese without saying that it is Chinese."""
    tree = html.document_fromstring(page)
    for kept in tree.xpath("//*[@lang='zh-CN']"):
        kept.drop_tree()
    texts = [text.strip() for text in tree.xpath("//text()[not(parent::script)]")]
    texts += [element.get(name, "") for name in SHOWN for element in tree.xpath(f"//*[@{name}]")]
    return [text[:200] for text in texts if CHINESE.search(text)]
