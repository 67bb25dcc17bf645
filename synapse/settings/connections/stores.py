"""Tests of the storage and the database."""

import io
import secrets
from datetime import datetime
from importlib import resources
from time import perf_counter

import sqlalchemy as sa

from synapse.database.migrate import current_revision, newest_revision
from synapse.errors import StorageError
from synapse.settings.connections.report import ConnectionTestError, Fact, Finding
from synapse.settings.integrations import Database, Storage
from synapse.settings.words import Bilingual
from synapse.storage import ObjectStore

PROBE_FOLDER = "probes/"
_PROBE_BYTES = 64 * 1024
_LOOK = resources.files("synapse.settings.connections").joinpath("database_look.sql")


def try_storage(store: ObjectStore, settings: Storage, *, now: datetime) -> Finding:
    """Write, read back and delete a probe; compare the storage's clock with ours.

    Args:
        store: The object storage.
        settings: Tolerated difference of the clocks.
        now: The time of the call.
    """
    key = f"{PROBE_FOLDER}{secrets.token_hex(8)}"
    content = secrets.token_bytes(_PROBE_BYTES)
    try:
        began = perf_counter()
        store.put(key, io.BytesIO(content), content_type="application/octet-stream")
        written = perf_counter()
        try:
            with store.open(key) as stream:
                read = stream.read()
            done = perf_counter()
            skew = (store.stat(key).modified_at - now).total_seconds()
        finally:
            store.delete(key)
    except StorageError as error:
        raise ConnectionTestError(
            Bilingual(f"Хранилище отказало: {error.message}", f"The storage refused: {error.message}"),
            Bilingual("Проверьте SYNAPSE_STORAGE_URL, права и место.", error.hint),
        ) from error
    facts = (
        Fact(Bilingual("Запись 64 КиБ", "Writing 64 KiB"), f"{(written - began) * 1000:.0f} ms"),
        Fact(Bilingual("Чтение", "Reading"), f"{(done - written) * 1000:.0f} ms"),
        Fact(Bilingual("Часы хранилища", "The storage's clock"), f"{skew:+.0f} s"),
    )
    if read != content:
        return Finding(
            False,
            Bilingual("Прочитано не то, что записано.", "What was read is not what was written."),
            Bilingual("Проверьте диск хранилища.", "Look at the storage's disk."),
            facts,
        )
    if abs(skew) > settings.clock_skew_seconds:
        return Finding(
            False,
            Bilingual(
                f"Хранилище работает, но его часы расходятся с нашими на {abs(skew):.0f} с.",
                f"The storage works, but its clock differs from ours by {abs(skew):.0f} s.",
            ),
            Bilingual("Настройте NTP на обеих машинах.", "Set up NTP on both machines."),
            facts,
        )
    works = Bilingual(
        "Хранилище работает: запись, чтение и удаление прошли.",
        "The storage works: writing, reading and deleting went well.",
    )
    return Finding(True, works, facts=facts)


def try_database(engine: sa.Engine, settings: Database) -> Finding:
    """Connect, look at version, rights, schema and free connections.

    Args:
        engine: Of the warehouse.
        settings: How many connections should be free.
    """
    try:
        began = perf_counter()
        with engine.connect() as connection:
            connection.execute(sa.text("set local statement_timeout = '5s'"))
            row = connection.execute(sa.text(_LOOK.read_text())).one()
        milliseconds = (perf_counter() - began) * 1000
        revision, newest = current_revision(engine), newest_revision()
    except sa.exc.DBAPIError as error:
        raise ConnectionTestError(
            Bilingual("База данных не отвечает.", "The database does not answer."),
            Bilingual(
                "Проверьте SYNAPSE_DATABASE_URL и сервер.", "Look at SYNAPSE_DATABASE_URL and the server."
            ),
        ) from error
    facts = (
        Fact(Bilingual("PostgreSQL", "PostgreSQL"), row.version),
        Fact(Bilingual("Ответ", "Answer"), f"{milliseconds:.0f} ms"),
        Fact(Bilingual("Свободных соединений", "Free connections"), f"{row.free} / {row.most}"),
        Fact(Bilingual("Наш пул", "Our pool"), engine.pool.status()),
        Fact(Bilingual("Схема", "Schema"), f"{revision} / {newest}"),
    )
    if row.missing:
        lacking = ", ".join(row.missing)
        return Finding(
            False,
            Bilingual(f"Не хватает прав на схемы: {lacking}.", f"Rights are missing on schemas: {lacking}."),
            Bilingual("Выдайте CREATE и USAGE роли Synapse.", "Grant CREATE and USAGE to Synapse's role."),
            facts,
        )
    if row.free < settings.free_connections:
        return Finding(
            False,
            Bilingual(f"Свободно только {row.free} соединений.", f"Only {row.free} connections are free."),
            Bilingual("Увеличьте max_connections.", "Raise max_connections."),
            facts,
        )
    return Finding(True, Bilingual("База данных работает.", "The database works."), facts=facts)
