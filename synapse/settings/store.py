"""Read and write versions of the settings."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from synapse.database.tables.app import settings_versions
from synapse.settings.sections import Settings


@dataclass(frozen=True)
class SettingsVersion:
    """Settings as they were at one version."""

    version: int
    settings: Settings


def current_settings(connection: sa.Connection) -> SettingsVersion:
    """Return the newest version; version 0 with all defaults where nothing was ever saved."""
    row = connection.execute(
        sa.select(settings_versions.c.version, settings_versions.c.document)
        .order_by(settings_versions.c.version.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return SettingsVersion(0, Settings())
    return SettingsVersion(row.version, Settings.model_validate(row.document))


def save_settings(
    connection: sa.Connection,
    settings: Settings,
    *,
    author: str,
    comment: str = "",
    effective_from: datetime | None = None,
) -> int:
    """Append a version in the caller's transaction.

    Args:
        connection: Open transaction; the caller commits.
        settings: The full document.
        author: Who changes it.
        comment: Why.
        effective_from: From when thresholds apply; now unless told otherwise.

    Returns:
        The new version's number.
    """
    newest = sa.select(sa.func.coalesce(sa.func.max(settings_versions.c.version), 0) + 1).scalar_subquery()
    values: dict[str, object] = {
        "version": newest,
        "document": settings.model_dump(mode="json"),
        "author": author,
        "comment": comment,
    }
    if effective_from is not None:
        values["effective_from"] = effective_from
    inserted = connection.execute(
        sa.insert(settings_versions).values(**values).returning(settings_versions.c.version)
    )
    return int(inserted.scalar_one())
