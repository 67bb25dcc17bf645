"""What commands that change the warehouse's own records share: the database, and who types."""

import contextlib
import getpass
from collections.abc import Iterator

import sqlalchemy as sa

from synapse.database.engine import engine_for
from synapse.embedded.instance import Instance
from synapse.environment import load_environment
from synapse.security.audit import Actor


@contextlib.contextmanager
def warehouse() -> Iterator[sa.Engine]:
    """The database of the instance, started for the block if it is not running."""
    instance = Instance(load_environment())
    with instance.database():
        url = instance.variables()["SYNAPSE_DATABASE_URL"]
        yield engine_for("postgresql+psycopg://" + url.partition("://")[2])


def author() -> Actor:
    """Whoever types, as the audit log names them."""
    return Actor(f"cli:{getpass.getuser()}")
