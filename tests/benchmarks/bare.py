"""The bare limit: the same rows and fields by psycopg and orjson behind the same server, and nothing else.

Without a framework, sign-in, rules or record. Its statements come in BARE, as tests.benchmarks.serving wrote
them from the same querysets.
"""

import json
import os
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import orjson
from psycopg_pool import ConnectionPool

TOLD = json.loads(os.environ["BARE"])
pool = ConnectionPool(TOLD["database"], max_size=8, kwargs={"prepare_threshold": 0})


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """/list, /one/7, and POST /move/7."""
    name, _, pk = environ["PATH_INFO"].strip("/").partition("/")
    given = {"pk": int(pk)} if pk else None
    with pool.connection() as connection:
        if name == "move":
            environ["wsgi.input"].read()
            connection.execute(TOLD["update"], given)
            answer = connection.execute(TOLD["insert"], given).fetchone()
        else:
            found = connection.execute(TOLD[name], given).fetchall()
            rows = [dict(zip(TOLD["fields"], row, strict=True)) for row in found]
            answer = rows[0] if pk else {"results": rows}
    body = orjson.dumps(answer, default=plain)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError
