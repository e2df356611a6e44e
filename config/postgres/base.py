"""Django's PostgreSQL backend, but the embedded server is started when the first connection is wanted."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.backends.utils import CursorWrapper

from config import embedded


class DatabaseClient(PostgresClient):
    """`manage.py dbshell` with the wheel's own psql."""

    def runshell(self, parameters: list[str]) -> None:
        embedded.start_postgres()
        self.executable_name = str(embedded.postgres_program("psql"))
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Asked for once before the pool opens; without a pool, at every new connection."""
        embedded.start_postgres()
        return super().get_connection_params()

    def prepared(self) -> CursorWrapper:
        """A cursor that sends values apart from the statement, so that PostgreSQL can keep its plan.

        Whether it does is the option `prepare_threshold`: a pooler between us and PostgreSQL may forbid it.
        """
        self.ensure_connection()
        if self.queries_logged:
            return self.cursor()  # its statements can be read with their values in
        return self._prepare_cursor(psycopg.Cursor(self.connection))
