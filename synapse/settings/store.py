"""Versions of the settings in Postgres: read, save, roll back, tell what changed.

Version numbers have no gaps: whoever saves holds a lock until the transaction ends. Each version holds the
whole document; the newest is in force. A listener on the channel ``synapse_settings`` hears each number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.app import settings_profiles, settings_versions
from synapse.errors import ConfigurationError, SynapseError
from synapse.security.audit import Actor, record
from synapse.settings.changes import Change, changed_sections, changes_between
from synapse.settings.documents import bring_up_to_date, dump, place
from synapse.settings.sections import Settings
from synapse.settings.validation import (
    FieldProblem,
    InvalidSettingsError,
    check_document,
    check_sections,
)
from synapse.settings.words import Bilingual

CHANNEL = "synapse_settings"
_LOCK = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended("synapse/settings", 0))
_versions = settings_versions.c


class VersionConflictError(SynapseError):
    """Somebody else saved in between."""


class UnknownVersionError(SynapseError):
    """There is no version of this number."""


@dataclass(frozen=True)
class SettingsVersion:
    """Settings as they were at one version."""

    version: int
    settings: Settings
    profile: str = "default"


@dataclass(frozen=True)
class ChangelogEntry:
    """One version and how it differs from the one before."""

    version: int
    profile: str
    author: str
    comment: str
    created_at: datetime
    effective_from: datetime
    changes: list[Change]


def read_document(document: dict[str, Any], version: int) -> Settings:
    """Return the settings of a stored document.

    Raises:
        ConfigurationError: A newer Synapse wrote it, or it was changed by hand.
    """
    try:
        return Settings.model_validate(bring_up_to_date(document))
    except ValueError as error:
        raise ConfigurationError(
            f"Version {version} of the settings cannot be read by this version of Synapse.",
            hint="Install the version that wrote it, or roll back: synapse settings rollback N.",
        ) from error


def newest_version(connection: sa.Connection) -> int:
    """Return the number of the version in force; 0 where nothing was ever saved."""
    return int(
        connection.execute(sa.select(sa.func.coalesce(sa.func.max(_versions.version), 0))).scalar_one()
    )


def current_settings(connection: sa.Connection) -> SettingsVersion:
    """Return the newest version; version 0 with all defaults where nothing was ever saved."""
    row = connection.execute(
        sa.select(_versions.version, _versions.document, _versions.profile)
        .order_by(_versions.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return SettingsVersion(0, Settings())
    return SettingsVersion(row.version, read_document(row.document, row.version), row.profile)


def settings_at(connection: sa.Connection, version: int) -> SettingsVersion:
    """Return one version.

    Raises:
        UnknownVersionError: There is none of this number.
    """
    row = connection.execute(
        sa.select(_versions.document, _versions.profile).where(_versions.version == version)
    ).one_or_none()
    if row is None:
        raise UnknownVersionError(
            f"There is no version {version} of the settings.", hint="`synapse settings history` lists them."
        )
    return SettingsVersion(version, read_document(row.document, version), row.profile)


def section_version(connection: sa.Connection, name: str) -> int:
    """Return the version in which a section last changed; 0 while it has its defaults."""
    query = sa.select(sa.func.coalesce(sa.func.max(_versions.version), 0)).where(
        _versions.changed_sections.contains([name])
    )
    return int(connection.execute(query).scalar_one())


def save_settings(
    connection: sa.Connection,
    settings: Settings,
    *,
    author: str | Actor,
    comment: str = "",
    effective_from: datetime | None = None,
    expected_version: int | None = None,
    profile: str | None = None,
    action: str = "settings.save",
) -> int:
    """Append a version in the caller's transaction and write the audit log.

    Args:
        connection: Open transaction; the caller commits.
        settings: The full document.
        author: Who changes it.
        comment: Why.
        effective_from: From when thresholds apply; now unless told otherwise.
        expected_version: The version that the author saw; None to save whatever stands there.
        profile: Profile that becomes active; the active one unless told otherwise.
        action: What the audit log calls it.

    Returns:
        The number of the version in force afterwards; the old one where nothing differs.

    Raises:
        InvalidSettingsError: Sections contradict one another.
        VersionConflictError: Somebody else saved in between.
    """
    check_sections(settings)
    connection.execute(sa.select(_LOCK))
    current = current_settings(connection)
    if expected_version is not None and expected_version != current.version:
        raise _conflict(expected_version, current.version)
    actor = author if isinstance(author, Actor) else Actor(author)
    if actor.vet is not None and settings.access != current.settings.access:
        actor.vet(connection, settings.access)
    before, after = dump(current.settings), dump(settings)
    wanted_profile = profile or current.profile
    changes = changes_between(before, after)
    is_same = not changes and wanted_profile == current.profile and effective_from is None
    if is_same and current.version > 0:
        return current.version
    version = current.version + 1
    values: dict[str, object] = {
        "version": version,
        "profile": wanted_profile,
        "document": after,
        "changed_sections": changed_sections(before, after),
        "author": actor.name,
        "comment": comment,
    }
    if effective_from is not None:
        values["effective_from"] = effective_from
    connection.execute(sa.insert(settings_versions).values(**values))
    _follow(connection, wanted_profile, after, actor)
    record(
        connection,
        actor,
        action,
        f"settings/{version}",
        before={change.path: change.before for change in changes},
        after={change.path: change.after for change in changes},
    )
    connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(version))))
    return version


def save_section(
    connection: sa.Connection,
    name: str,
    values: object,
    *,
    author: Actor,
    expected_version: int | None,
    comment: str = "",
    effective_from: datetime | None = None,
    now: datetime | None = None,
) -> int:
    """Replace one section.

    Args:
        connection: Open transaction; the caller commits.
        name: Dotted name of the section.
        values: Its new fields as JSON values.
        author: Who changes it.
        expected_version: Version in which the author saw the section last changed; None to overwrite.
        comment: Why.
        effective_from: From when thresholds apply, not in the future.
        now: The time of the call.

    Raises:
        InvalidSettingsError: The values cannot be saved.
        VersionConflictError: Somebody else changed this section in between.
    """
    if effective_from is not None and effective_from > (now or datetime.now(UTC)):
        late = Bilingual("не может быть в будущем", "cannot lie in the future")
        raise InvalidSettingsError([FieldProblem("/effective_from", late)])
    connection.execute(sa.select(_LOCK))
    current = current_settings(connection)
    settings = check_document(place(dump(current.settings), name, values))
    standing = section_version(connection, name)
    if expected_version is not None and expected_version != standing:
        raise _conflict(expected_version, standing)
    return save_settings(connection, settings, author=author, comment=comment, effective_from=effective_from)


def roll_back(
    connection: sa.Connection,
    version: int,
    *,
    author: Actor,
    comment: str = "",
    expected_version: int | None = None,
) -> int:
    """Make the content of an earlier version the newest one.

    Raises:
        UnknownVersionError: There is no such version.
        InvalidSettingsError: Its content no longer holds together.
        VersionConflictError: Somebody else saved in between.
    """
    old = settings_at(connection, version)
    return save_settings(
        connection,
        old.settings,
        author=author,
        comment=comment or f"Back to version {version}",
        expected_version=expected_version,
        profile=old.profile,
        action="settings.rollback",
    )


def changelog(
    connection: sa.Connection, *, older_than: int | None = None, limit: int = 50
) -> list[ChangelogEntry]:
    """Return versions with their differences, newest first.

    Args:
        connection: To the warehouse.
        older_than: Last version of the page before; None for the first page.
        limit: Most versions returned.
    """
    query = sa.select(settings_versions).order_by(_versions.version.desc()).limit(limit + 1)
    if older_than is not None:
        query = query.where(_versions.version < older_than)
    rows = connection.execute(query).all()
    return list(_entries(rows, limit))


def _entries(rows: Any, limit: int) -> Iterator[ChangelogEntry]:
    for position, row in enumerate(rows[:limit]):
        is_first = position + 1 == len(rows)
        before = dump(Settings()) if is_first else bring_up_to_date(rows[position + 1].document)
        yield ChangelogEntry(
            version=row.version,
            profile=row.profile,
            author=row.author,
            comment=row.comment,
            created_at=row.created_at,
            effective_from=row.effective_from,
            changes=changes_between(before, bring_up_to_date(row.document)),
        )


def _follow(connection: sa.Connection, profile: str, document: dict[str, Any], actor: Actor) -> None:
    statement = insert(settings_profiles).values(name=profile, document=document, updated_by=actor.name)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"document": document, "updated_by": actor.name, "updated_at": sa.func.now()},
        )
    )


def _conflict(seen: int, standing: int) -> VersionConflictError:
    return VersionConflictError(
        f"Somebody saved version {standing} after version {seen}, which you saw.",
        hint="Reload, look at what changed, and save again.",
    )
