"""The tests' settings: servers and data of their own, so that a running `make run` never meets them."""

import os
from pathlib import Path

_home = Path(os.environ.get("EMBED_HOME", Path(__file__).resolve().parent.parent / "var" / "test"))
# Each of pytest-xdist's workers has servers of its own: the feed waits for every transaction on its server.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
os.environ["EMBED_HOME"] = str(_home if _home.name == _worker else _home / _worker)
# What a power cut would take from a test database is nobody's work.
os.environ.setdefault("EMBED_FSYNC", "off")
# Fifty threads at once are fifty connections, or they would only queue for the pool.
os.environ.setdefault("DATABASE_POOL", "56")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Nothing that a test does reaches a vendor.
BOT_HOSTS = dict.fromkeys(BOT_SCHEMES, "http://127.0.0.1:9")  # noqa: F405
