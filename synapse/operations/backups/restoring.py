"""Bring a copy back: into new databases first, compared, and only then in the place of the old ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from synapse.operations.backups.dump import restore_dump
from synapse.operations.backups.errors import BackupError
from synapse.operations.backups.figures import read_figures
from synapse.operations.backups.making import WAREHOUSE
from synapse.operations.backups.manifest import IndexedObject, Manifest
from synapse.operations.backups.objects import read_index, restore_objects
from synapse.operations.backups.place import Place
from synapse.progress import Report
from synapse.storage import ObjectStore

_BI_ROLE = """
do $$ begin
    create role synapse_bi nologin;
exception when duplicate_object or insufficient_privilege then null;
end $$
"""
_END_SESSIONS = """
select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()
"""
_HAS_DATA = """
select exists (select from raw.files) or exists (select from app.settings_versions)
    or exists (select from raw.messages) or exists (select from raw.web_events)
"""
# An object written back has a new version; what was read of the old one is not read again.
_FOLLOW_FILES = """
update raw.files as known set etag = moved.now_etag
from moved where known.key = moved.key and known.etag = moved.then_etag
"""
_FOLLOW_RECORDINGS = """
update core.recordings as known
set etag = (
    select string_agg(coalesce(moved.now_etag, part.etag), '|' order by part.position)
    from unnest(string_to_array(known.etag, '|')) with ordinality as part (etag, position)
    left join moved on part.etag = moved.then_etag and moved.key in (known.key, known.pair_key)
)
where exists (select from moved where moved.key in (known.key, known.pair_key))
"""


def choose(place: Place, copy_id: str | None) -> Manifest:
    """The named copy, or the newest.

    Raises:
        BackupError: There is none.
    """
    copies = place.manifests()
    if not copies:
        raise BackupError("There is no complete copy.", hint="Check the address of the place.")
    if copy_id is None:
        return copies[-1]
    found = next((copy for copy in copies if copy.id == copy_id), None)
    if found is None:
        raise BackupError(
            f"There is no complete copy {copy_id}.", hint="`synapse backup --list` shows those there are."
        )
    return found


def has_data(url: str) -> bool:
    """Whether the database of ``url`` holds anything of a company."""
    with psycopg.connect(url) as connection:
        known = connection.execute("select to_regclass('app.settings_versions')").fetchone()
        if known is None or known[0] is None:
            return False
        row = connection.execute(_HAS_DATA).fetchone()
        return bool(row and row[0])


def restore_databases(
    place: Place, copy: Manifest, databases: dict[str, str], *, now: datetime, report: Report
) -> list[str]:
    """Restore every dump into a new database, compare the figures, then exchange old and new by renaming.

    Args:
        place: Where the copy is.
        copy: Which.
        databases: ``postgresql://`` URLs by name; those the copy lacks are left alone.
        now: Names the old databases.
        report: Told of the progress.

    Returns:
        Names of the old databases, which are kept.

    Raises:
        BackupError: The copy is damaged, or what was restored differs; the old databases stay in place.
    """
    wanted = {name: url for name, url in databases.items() if name in copy.dumps}
    fresh: dict[str, str] = {}
    try:
        for number, (name, url) in enumerate(wanted.items()):
            report(number, len(wanted), name)
            fresh[name] = restore_dump_of(place, copy, name, url, suffix=f"restored_{copy.id.lower()}")
        compare(copy, fresh[WAREHOUSE])
    except BaseException:
        for url in fresh.values():
            _drop(url)
        raise
    return [_exchange(url, fresh[name], now) for name, url in wanted.items()]


def restore_dump_of(place: Place, copy: Manifest, name: str, url: str, *, suffix: str) -> str:
    """Restore one dump into a new database beside ``url``.

    Returns:
        The new database's URL.
    """
    stored = copy.dumps[name]
    place.verify(stored)
    database = f"{conninfo_to_dict(url)['dbname']}_{suffix}"
    fresh = make_conninfo(url, dbname=database)
    with _maintenance(url) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
        admin.execute(sql.SQL("create database {} template template0").format(sql.Identifier(database)))
        admin.execute(_BI_ROLE)
        major = admin.info.server_version // 10_000
    try:
        with place.read(stored.key, stored.sha256) as stream:
            restore_dump(fresh, major, stream)
    except BaseException:
        _drop(fresh)
        raise
    return fresh


def forget(url: str, databases: list[str]) -> None:
    """Drop databases that were kept aside, on the server of ``url``."""
    for name in databases:
        _drop(make_conninfo(url, dbname=name))


def compare(copy: Manifest, url: str) -> None:
    """Hold a restored warehouse against the copy's figures.

    Raises:
        BackupError: They differ; the first differences are named.
    """
    with psycopg.connect(url) as connection:
        differences = copy.figures.differences(read_figures(connection))
    if differences:
        raise BackupError(
            f"What was restored differs from the copy: {'; '.join(differences[:5])}.",
            hint="The old database is untouched. Take another copy, and tell who looks after Synapse.",
        )


def restore_storage(place: Place, copy: Manifest, store: ObjectStore, url: str, *, report: Report) -> int:
    """Write the objects back and let the warehouse know their new versions.

    Returns:
        How many objects were written.
    """
    written = 0
    with psycopg.connect(url) as connection:
        connection.execute("create temporary table moved (key text, then_etag text, now_etag text)")
        with connection.cursor().copy("copy moved from stdin") as rows:
            for entry, info in _written(place, copy, store):
                rows.write_row((entry.key, entry.etag, info))
                written += 1
                if written % 100 == 0:
                    report(written, copy.objects, "objects")
        connection.execute("create index on moved (key)")
        connection.execute(_FOLLOW_FILES)
        connection.execute(_FOLLOW_RECORDINGS)
    report(written, copy.objects, "objects")
    return written


def _written(place: Place, copy: Manifest, store: ObjectStore) -> Iterator[tuple[IndexedObject, str]]:
    entries = read_index(place, copy)
    versions = restore_objects(place, read_index(place, copy), store)
    yield from ((entry, info.etag) for entry, info in zip(entries, versions, strict=True))


@contextmanager
def _maintenance(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        yield connection


def _drop(url: str) -> None:
    name = str(conninfo_to_dict(url)["dbname"])
    with _maintenance(url) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _exchange(url: str, fresh: str, now: datetime) -> str:
    """Rename the old database away and the new one into its place."""
    name = str(conninfo_to_dict(url)["dbname"])
    restored = str(conninfo_to_dict(fresh)["dbname"])
    old = f"{name}_before_{now:%Y%m%dt%H%M%S}"
    rename = sql.SQL("alter database {} rename to {}")
    with _maintenance(url) as admin:
        exists = admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
        if exists:
            admin.execute(_END_SESSIONS, (name,))
            admin.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
        admin.execute(rename.format(sql.Identifier(restored), sql.Identifier(name)))
    return old
