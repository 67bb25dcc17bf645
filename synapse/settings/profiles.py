"""Profiles: named sets of settings that can be kept, compared, carried to another machine and activated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.app import settings_profiles
from synapse.errors import SynapseError
from synapse.security.audit import Actor, record
from synapse.settings.changes import Change, changes_between
from synapse.settings.documents import dump
from synapse.settings.sections import Settings
from synapse.settings.store import current_settings, read_document, save_settings
from synapse.settings.validation import FieldProblem, InvalidSettingsError, check_document
from synapse.settings.words import Bilingual

FORMAT = "synapse-settings/1"
TEMPLATE = "template"
_profiles = settings_profiles.c


class UnknownProfileError(SynapseError):
    """No profile has this name."""


class ProfileInUseError(SynapseError):
    """The name is taken, reserved, or the profile is active."""


@dataclass(frozen=True)
class Profile:
    """A profile without its document."""

    name: str
    description: str
    is_active: bool
    updated_by: str
    updated_at: datetime


@dataclass(frozen=True)
class ImportPlan:
    """What an import did, or would do."""

    profile: str
    is_new: bool
    changes: list[Change]


def list_profiles(connection: sa.Connection) -> list[Profile]:
    """Return all profiles by name; the active one is marked."""
    active = current_settings(connection).profile
    rows = connection.execute(sa.select(settings_profiles).order_by(_profiles.name))
    return [
        Profile(row.name, row.description, row.name == active, row.updated_by, row.updated_at) for row in rows
    ]


def document_of(connection: sa.Connection, name: str) -> dict[str, Any]:
    """Return a profile's document; ``template`` means the defaults that Synapse ships.

    Raises:
        UnknownProfileError: There is no such profile.
    """
    if name == TEMPLATE:
        return dump(Settings())
    row = connection.execute(sa.select(_profiles.document).where(_profiles.name == name)).one_or_none()
    if row is not None:
        return dump(read_document(row.document, 0))
    current = current_settings(connection)
    if name == current.profile:  # nothing was saved yet
        return dump(current.settings)
    raise UnknownProfileError(f"There is no profile {name[:80]!r}.", hint="The list of profiles names them.")


def create_profile(
    connection: sa.Connection, name: str, *, author: Actor, description: str = "", source: str = TEMPLATE
) -> None:
    """Make a profile from another one or from the template, without activating it.

    Raises:
        ProfileInUseError: The name is taken.
        UnknownProfileError: There is no profile ``source``.
    """
    document = document_of(connection, source)
    _refuse_reserved(name)
    taken = connection.execute(sa.select(_profiles.name).where(_profiles.name == name)).one_or_none()
    if taken is not None or name == current_settings(connection).profile:
        raise ProfileInUseError(f"There is a profile {name!r} already.", hint="Choose another name.")
    connection.execute(
        sa.insert(settings_profiles).values(
            name=name, description=description, document=document, updated_by=author.name
        )
    )
    record(connection, author, "profile.create", f"profile/{name}", after={"source": source})


def activate_profile(
    connection: sa.Connection, name: str, *, author: Actor, expected_version: int | None = None
) -> int:
    """Make a profile's document the newest version; later changes are kept in this profile.

    Returns:
        The number of the version in force afterwards.
    """
    _refuse_reserved(name)
    settings = check_document(document_of(connection, name))
    return save_settings(
        connection,
        settings,
        author=author,
        comment=f"Profile {name}",
        expected_version=expected_version,
        profile=name,
        action="profile.activate",
    )


def delete_profile(connection: sa.Connection, name: str, *, author: Actor) -> None:
    """Delete a profile that is not active; versions saved under it stay in the history."""
    if name == current_settings(connection).profile:
        raise ProfileInUseError(f"The profile {name!r} is active.", hint="Activate another one first.")
    document_of(connection, name)
    _refuse_reserved(name)
    connection.execute(sa.delete(settings_profiles).where(_profiles.name == name))
    record(connection, author, "profile.delete", f"profile/{name}")


def compare_profiles(connection: sa.Connection, name: str, other: str = TEMPLATE) -> list[Change]:
    """Return how a profile differs from another one or from the template; ``before`` is the other's value."""
    return changes_between(document_of(connection, other), document_of(connection, name))


def export_profile(connection: sa.Connection, name: str) -> dict[str, Any]:
    """Return a profile as a file for another machine; it holds no secret."""
    return {"format": FORMAT, "profile": name, "settings": document_of(connection, name)}


def import_profile(
    connection: sa.Connection, exported: Mapping[str, Any], *, author: Actor, name: str | None = None
) -> ImportPlan:
    """Take a profile from an exported file; roll the transaction back for a dry run.

    An import into the active profile becomes a new version at once.

    Raises:
        InvalidSettingsError: The file is not an export, or its settings cannot be saved.
    """
    settings = check_document(_exported_document(exported))
    profile = name or str(exported.get("profile") or "imported")
    _refuse_reserved(profile)
    known = {found.name for found in list_profiles(connection)} | {current_settings(connection).profile}
    before = document_of(connection, profile if profile in known else TEMPLATE)
    plan = ImportPlan(profile, profile not in known, changes_between(before, dump(settings)))
    if profile == current_settings(connection).profile:
        save_settings(connection, settings, author=author, comment="Import", action="settings.import")
        return plan
    if plan.is_new:
        create_profile(connection, profile, author=author)
    connection.execute(
        sa.update(settings_profiles)
        .where(_profiles.name == profile)
        .values(document=dump(settings), updated_by=author.name, updated_at=sa.func.now())
    )
    record(
        connection,
        author,
        "profile.import",
        f"profile/{profile}",
        before={change.path: change.before for change in plan.changes},
        after={change.path: change.after for change in plan.changes},
    )
    return plan


def _exported_document(exported: Mapping[str, Any]) -> Mapping[str, Any]:
    document = exported.get("settings")
    if exported.get("format") != FORMAT or not isinstance(document, Mapping):
        wrong = Bilingual("это не файл выгрузки настроек", "this is not an export of settings")
        raise InvalidSettingsError([FieldProblem("/format", wrong)])
    return document


def _refuse_reserved(name: str) -> None:
    if name == TEMPLATE:
        raise ProfileInUseError("`template` means the defaults.", hint="Make a profile of your own from it.")
