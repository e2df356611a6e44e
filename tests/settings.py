"""The tests' settings: servers and data of their own, so that a running `make run` never meets them."""

import os
from pathlib import Path

os.environ.setdefault("EMBED_HOME", str(Path(__file__).resolve().parent.parent / "var" / "test"))
# What a power cut would take from a test database is nobody's work.
os.environ.setdefault("EMBED_FSYNC", "off")
# Twenty threads at once are twenty connections, or they would only queue for the pool.
os.environ.setdefault("DATABASE_POOL", "24")

from config.settings import *  # noqa: E402, F403
from config.settings import EMBEDDED_BROKER, REDIS_URL  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# pytest-xdist's workers share a Valkey: a numbered database each (it has sixteen; 0 is a single run's).
if EMBEDDED_BROKER:
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    REDIS_URL = CELERY_BROKER_URL = REDIS_URL.replace("virtual_host=0", f"virtual_host={_worker % 16}")
