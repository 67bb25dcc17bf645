"""What every table shares."""

from typing import Any

import sqlalchemy as sa

SCHEMAS = ("raw", "core", "app")

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def identity() -> sa.Column[int]:
    """A surrogate key ``id``."""
    return sa.Column("id", sa.BigInteger, sa.Identity(always=False), primary_key=True)


def moment(name: str, **options: Any) -> sa.Column[Any]:
    """A ``timestamptz`` column."""
    return sa.Column(name, sa.TIMESTAMP(timezone=True), **options)


def now(name: str) -> sa.Column[Any]:
    """A ``timestamptz`` that is filled by the database when the row is written."""
    return moment(name, nullable=False, server_default=sa.func.now())
