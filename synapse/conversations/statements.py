"""The package's SQL files as statements."""

from functools import cache
from importlib import resources

import sqlalchemy as sa


@cache
def statement(name: str) -> sa.TextClause:
    """Return the statement in ``name``.sql."""
    text = resources.files("synapse.conversations").joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return sa.text(text)
