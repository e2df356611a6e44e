"""Whether the system is well: for load balancers and for whoever is called at night. Tells no secrets."""

import logging
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.models import Delivery, JobRun

logger = logging.getLogger(__name__)
# The ordered feed shows nothing newer than the oldest transaction that may still write, in any database
# of the server: transaction ids are the server's.
FEED_LAG = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)
    FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of others, so that a broker's trouble restarts no web server."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 while the database or the broker is away; when jobs last ran is for people to judge."""
    database, figures = well("database", read_figures)
    broker, _ = well("broker", reach_broker)
    ready = database and broker
    answer = {
        "status": "ok" if ready else "unavailable",
        "database": "ok" if database else "unavailable",
        "broker": "ok" if broker else "unavailable",
        **(figures or {"feed_lag_seconds": None, "deliveries": None, "jobs": {}}),
    }
    return JsonResponse(answer, status=200 if ready else 503)


def well(name: str, ask: Callable[[], Any]) -> tuple[bool, Any]:
    """Whatever goes wrong is logged here and not told outside."""
    try:
        return True, ask()
    except Exception:
        logger.exception("readyz: %s", name)
        return False, None


def read_figures() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(FEED_LAG)
        lag = cursor.fetchone()[0]
    runs = JobRun.objects.order_by("job").values_list("job", "ran_at")
    return {
        "feed_lag_seconds": round(float(lag), 1),
        "deliveries": {
            "waiting": Delivery.objects.waiting().count(),
            "dead": Delivery.objects.dead().count(),
        },
        "jobs": {job: at.isoformat() for job, at in runs},
    }


def reach_broker() -> None:
    with current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
