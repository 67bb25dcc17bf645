"""Row counts and money totals of a database, to tell whether a restored one is the same."""

from collections.abc import Iterable

import psycopg
from psycopg import sql

from synapse.operations.backups.manifest import Figures

SCHEMAS = ("raw", "core", "app", "marts")

_TABLES = """
select n.nspname, c.relname
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where n.nspname = any(%s) and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
order by 1, 2
"""
_MONEY = """
select table_schema, table_name, column_name
from information_schema.columns
where table_schema = 'marts' and data_type = 'numeric' and numeric_scale = 2
order by 1, 2, 3
"""


def read_figures(connection: psycopg.Connection[tuple[object, ...]]) -> Figures:
    """Count and sum inside the connection's transaction."""
    tables = connection.execute(_TABLES, (list(SCHEMAS),)).fetchall()
    rows = {f"{schema}.{table}": _one(connection, "count(*)", (schema, table)) for schema, table in tables}
    totals = {
        f"{schema}.{table}.{column}": _one(connection, "coalesce(sum({}), 0)", (schema, table), (column,))
        for schema, table, column in connection.execute(_MONEY).fetchall()
    }
    return Figures(
        rows={name: int(str(count)) for name, count in rows.items()},
        totals={name: str(total) for name, total in totals.items()},
    )


def _one(
    connection: psycopg.Connection[tuple[object, ...]],
    expression: str,
    table: tuple[object, ...],
    columns: Iterable[object] = (),
) -> object:
    wanted = sql.SQL(expression).format(*(sql.Identifier(str(column)) for column in columns))
    query = sql.SQL("select {} from {}").format(wanted, sql.Identifier(*map(str, table)))
    row = connection.execute(query).fetchone()
    return row[0] if row else None
