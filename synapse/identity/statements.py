"""The package's SQL files as statements."""

from functools import cache
from importlib import resources

import sqlalchemy as sa


@cache
def statement(name: str) -> sa.TextClause:
    """Return the statement in ``sql/name.sql``."""
    folder = resources.files("synapse.identity").joinpath("sql")
    return sa.text(folder.joinpath(f"{name}.sql").read_text(encoding="utf-8"))
