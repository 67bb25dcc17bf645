"""One part of Synapse in a container of its own: `synapse part NAME`."""

import os
from importlib import resources

from synapse.database.engine import engine_for
from synapse.database.migrate import migrate
from synapse.embedded.instance import Instance
from synapse.embedded.parts import Addresses, PartName, commands, workspace_text
from synapse.environment import secrets_folder
from synapse.errors import ConfigurationError
from synapse.security.audit import Actor
from synapse.security.key_register import adopt_key
from synapse.storage import open_store
from synapse.storage.s3 import S3Store

CODE_HOST, CODE_PORT = "code", 4000
NOTIFY_KEY, METRICS_KEY = "notify_key", "metrics_key"
WEBHOOK = "arn:minio:sqs::main:webhook"  # MINIO_NOTIFY_WEBHOOK_…_main in deploy/init.sh


def become(name: PartName, instance: Instance) -> None:
    """Replace this process by a part.

    Args:
        name: Which; ``migrate`` does its work and returns instead.
        instance: Its database is a server of its own.

    Raises:
        ConfigurationError: No database server is given.
    """
    environment = instance.environment
    if not environment.database_url.get_secret_value():
        raise ConfigurationError(
            "A part of its own needs a database server: SYNAPSE_DATABASE_URL is not set.",
            hint="`synapse up` runs all parts on an embedded one.",
        )
    instance.prepare()
    os.environ.update(instance.variables())
    if name == "migrate":
        prepare_outside(instance)
        return
    home = instance.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(
        resources.files("synapse.embedded").joinpath("dagster.yaml").read_text()
    )
    workspace = home / "workspace.yaml"
    workspace.write_text(workspace_text(CODE_HOST, CODE_PORT))
    addresses = Addresses(
        api_host=environment.api_host,
        api_port=environment.api_port,
        dagster_host="0.0.0.0",  # noqa: S104  the container's own; the network inside reaches it
        dagster_port=environment.dagster_port,
        code_port=CODE_PORT,
        workspace=str(workspace),
        worker=environment.worker_name,
        queues=environment.worker_queues,
    )
    command = commands(addresses)[name]
    os.execv(command[0], command)  # noqa: S606


def prepare_outside(instance: Instance) -> None:
    """Bring the schema up to date, make the bucket and let it tell of new objects; safe to repeat."""
    environment = instance.environment
    engine = engine_for(environment.warehouse_url)
    migrate(engine)
    store = open_store(environment.objects_url)
    if key := _given(METRICS_KEY):
        with engine.begin() as connection:
            adopt_key(connection, key, name="prometheus", scopes=["metrics"], author=Actor("migrate"))
    if key := _given(NOTIFY_KEY):
        with engine.begin() as connection:
            adopt_key(connection, key, name="storage", scopes=["notify"], author=Actor("migrate"))
        if isinstance(store, S3Store):
            store.announce_new_objects(WEBHOOK)


def _given(secret: str) -> str:
    path = secrets_folder() / secret
    return path.read_text().strip() if path.exists() else ""
