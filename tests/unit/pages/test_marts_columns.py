"""The pages name only columns that the marts' contracts promise."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from synapse.reports.marts import marts
from synapse.reports.warehouse import MART_TABLES

_CONTRACTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
_TYPES = {
    "text": sa.Text,
    "boolean": sa.Boolean,
    "date": sa.Date,
    "timestamp with time zone": sa.TIMESTAMP,
    "integer": sa.Integer,
    "bigint": sa.Integer,
    "smallint": sa.Integer,
    "double precision": sa.Float,
    "numeric(14,2)": sa.Numeric,
    "numeric(9,6)": sa.Numeric,
    "numeric(14,6)": sa.Numeric,
    "numeric(20,8)": sa.Numeric,
    "text[]": sa.ARRAY,
    "jsonb": sa.JSON,
}


@pytest.mark.parametrize("table", marts.tables.values(), ids=lambda table: table.name)
def test_every_column_is_promised_with_its_type(table: sa.Table) -> None:
    contract = yaml.safe_load((_CONTRACTS / f"{table.name}.yml").read_text())
    model = next(model for model in contract["models"] if model["name"] == table.name)
    promised = {column["name"]: column["data_type"] for column in model["columns"]}
    assert [column.name for column in table.columns if column.name not in promised] == []
    wrong = {
        column.name: promised[column.name]
        for column in table.columns
        if not isinstance(column.type, _TYPES[promised[column.name]])
    }
    assert wrong == {}


def test_every_table_that_pages_read_is_looked_for() -> None:
    assert {table.name for table in marts.tables.values()} == set(MART_TABLES)
