"""The local PostgreSQL and Valkey that serve when no DATABASE_URL or REDIS_URL is set.

Reading settings starts nothing. A process that needs a server calls start_postgres() or start_valkey(): it is
started if it does not run, and held until the process exits; the last process out stops it. A process killed
with SIGKILL can stop nothing: the kernel frees its lock, and the next one finds the server as it is.
"""

from config.embedded.places import EmbeddedFailed, home, secret_key
from config.embedded.postgres import Postgres, postgres_program, postgres_settings
from config.embedded.valkey import Valkey, valkey_url

__all__ = [
    "EmbeddedFailed",
    "home",
    "postgres_program",
    "postgres_settings",
    "secret_key",
    "start_postgres",
    "start_valkey",
    "valkey_url",
]

_postgres = Postgres()
_valkey = Valkey()


def start_postgres() -> None:
    """Cheap when it runs already, so it is called at every new connection: a killed server comes back."""
    _postgres.start()


def start_valkey() -> None:
    _valkey.start()
