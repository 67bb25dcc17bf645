"""Ad-hoc SQL for people and scripts, read-only unless asked otherwise."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import psycopg
from psycopg.abc import QueryNoTemplate

from synapse.errors import SynapseError

Access = Literal["read only", "read write"]


class QueryError(SynapseError):
    """Postgres refused the query."""


@dataclass(frozen=True)
class Answer:
    """Rows of a query with the names of their columns."""

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]

    def as_csv(self) -> str:
        """Return RFC 4180 text with a header line."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()

    def as_json(self) -> str:
        """Return a JSON array of objects; dates in ISO form, decimals as text."""
        objects = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return orjson.dumps(objects, default=str, option=orjson.OPT_INDENT_2).decode()


def run_query(url: str, query: str, *, access: Access = "read only") -> Answer:
    """Run one statement.

    Args:
        url: ``postgresql://…`` of the warehouse.
        query: The statement as a person typed it.
        access: ``read only`` lets Postgres refuse every change.

    Raises:
        QueryError: The statement is wrong or not allowed; Postgres' own words are quoted.
    """
    with psycopg.connect(url) as connection:
        connection.read_only = access == "read only"
        try:
            statement: QueryNoTemplate = query.encode()
            cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            refused = isinstance(error, psycopg.errors.ReadOnlySqlTransaction)
            raise QueryError(
                f"Postgres refused the query: {error.diag.message_primary or error}.",
                hint="Add --write if you mean to change data." if refused else "",
            ) from error
        return Answer([column.name for column in cursor.description or []], rows)
