"""A built warehouse, as the tests of this folder read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row


@dataclass(frozen=True)
class Built:
    """A built warehouse.

    Attributes:
        url: ``postgresql://…`` of the database.
        results: What dbt says of each model and test: name, status and message.
    """

    url: str
    results: Sequence[tuple[str, str, str]]

    def rows(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        """Rows of a query."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def row(self, mart: str, key: str, value: str) -> dict[str, Any]:
        """The one row of a mart whose ``key`` has the value."""
        query = sql.SQL("select * from marts.{} where {} = %s").format(
            sql.Identifier(mart), sql.Identifier(key)
        )
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            (row,) = connection.execute(query, [value]).fetchall()
            return row
