"""What assets need from outside: the warehouse and the storage."""

import dagster as dg
import sqlalchemy as sa
import structlog

from synapse import logs
from synapse.database.engine import engine
from synapse.environment import load_environment
from synapse.logs import REQUEST_TAG
from synapse.settings.reader import process_reader
from synapse.settings.store import SettingsVersion
from synapse.storage import ObjectStore, open_store
from synapse_assets.handover import Handover


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The Postgres that the environment names."""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Let the lines of a run carry its id and the one of the request that it answers."""
        run = context.run
        if run is None:
            return
        logs.configure("stderr")
        request_id = run.tags.get(REQUEST_TAG, "")
        structlog.contextvars.bind_contextvars(run_id=run.run_id, request_id=request_id)

    def engine(self) -> sa.Engine:
        """Return the process-wide engine."""
        return engine()

    def settings(self) -> SettingsVersion:
        """Return the settings in force now; a run keeps the ones it began with."""
        return process_reader(self.engine()).current()


class Storage(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The object storage that the environment names."""

    def store(self) -> ObjectStore:
        """Open the storage."""
        return open_store(load_environment().objects_url)


RESOURCES: dict[str, object] = {"warehouse": Warehouse(), "storage": Storage(), "handover": Handover()}
