"""People: those who signed in, and the roles an administrator gave them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.app import users
from synapse.errors import SynapseError
from synapse.security.audit import Actor, record
from synapse.security.forward_auth import ForwardedUser
from synapse.security.roles import Role
from synapse.security.users import AccessDeniedError, User
from synapse.settings.policies import Access

_NOTE_VISIT_EVERY = timedelta(minutes=1)
_columns = users.c


class AccountError(SynapseError):
    """An account cannot be changed like this."""


class UnknownAccountError(AccountError):
    """Nobody of this name signed in or was given a role."""


@dataclass(frozen=True)
class Account:
    """A person as administrators see one.

    Attributes:
        role: Role given by an administrator; None: by the groups.
        effective_role: What holds now; None: no access.
    """

    name: str
    display_name: str
    role: Role | None
    effective_role: Role | None
    is_blocked: bool
    groups: tuple[str, ...]
    last_seen_at: datetime | None


def role_of_groups(groups: Iterable[str], access: Access) -> Role | None:
    """Return the highest role that the groups give; the default role where they give none."""
    mapping: Mapping[str, str] = access.group_roles
    ranks = list(Role)
    found = [Role(mapping[group]) for group in groups if group in mapping]
    if found:
        return max(found, key=ranks.index)
    return Role(access.default_role) if access.default_role else None


def role_of(connection: sa.Connection, person: ForwardedUser, access: Access) -> Role | None:
    """Return the role that somebody has: given by an administrator, else by the groups; None for none."""
    row = connection.execute(sa.select(users).where(_columns.name == person.name)).one_or_none()
    if row is not None and row.is_blocked:
        return None
    return _given_role(row) or role_of_groups(person.groups, access)


def _given_role(row: sa.Row[tuple[object, ...]] | None) -> Role | None:
    return Role(row.role) if row is not None and row.role else None


def sign_in(connection: sa.Connection, person: ForwardedUser, access: Access, *, now: datetime) -> User:
    """Return the user that a proxy vouches for, and note the visit at most once a minute.

    Raises:
        AccessDeniedError: Blocked, or neither the groups nor an administrator give a role.
    """
    row = connection.execute(sa.select(users).where(_columns.name == person.name)).one_or_none()
    groups = list(person.groups)
    is_known = row is not None and row.groups == groups and row.display_name == person.display_name
    seen_at = row.last_seen_at if row is not None else None
    if not is_known or seen_at is None or now - seen_at >= _NOTE_VISIT_EVERY:
        seen = {"display_name": person.display_name, "groups": groups, "last_seen_at": now}
        connection.execute(
            insert(users)
            .values(name=person.name, **seen)
            .on_conflict_do_update(index_elements=["name"], set_=seen)
        )
    if row is not None and row.is_blocked:
        raise AccessDeniedError("This account is blocked.", hint="Ask an administrator.")
    role = _given_role(row) or role_of_groups(groups, access)
    if role is None:
        raise AccessDeniedError(
            "Your groups give you no role in Synapse.",
            hint="Ask an administrator to map a group of yours to a role, or to give you one.",
        )
    return User(person.name, role)


def list_accounts(connection: sa.Connection, access: Access) -> list[Account]:
    """Return everybody by name."""
    rows = connection.execute(sa.select(users).order_by(_columns.name))
    return [_account(row, access) for row in rows]


def set_account(
    connection: sa.Connection, name: str, *, role: Role | None, is_blocked: bool, author: Actor
) -> None:
    """Give a person a role of their own (None: by groups) or block them; audited.

    Raises:
        AccountError: Administrators cannot lock themselves out.
    """
    if name == author.name and (is_blocked or role not in (None, Role.ADMIN)):
        raise AccountError("You cannot take your own rights away.", hint="Ask another administrator.")
    row = connection.execute(
        sa.select(_columns.role, _columns.is_blocked).where(_columns.name == name).with_for_update()
    ).one_or_none()
    values = {"role": role.value if role else None, "is_blocked": is_blocked}
    connection.execute(
        insert(users).values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values)
    )
    before = None if row is None else {"role": row.role, "is_blocked": row.is_blocked}
    if before != values:
        record(connection, author, "user.set", f"user/{name}", before=before, after=values)


def forget_account(connection: sa.Connection, name: str, *, author: Actor) -> None:
    """Remove a person's row; whoever signs in again starts with the role of the groups.

    Raises:
        UnknownAccountError: There is none.
    """
    row = connection.execute(
        sa.delete(users).where(_columns.name == name).returning(_columns.role, _columns.is_blocked)
    ).one_or_none()
    if row is None:
        raise UnknownAccountError(f"There is no account {name[:128]!r}.", hint="The list shows all.")
    before = {"role": row.role, "is_blocked": row.is_blocked}
    record(connection, author, "user.forget", f"user/{name}", before=before)


def _account(row: sa.Row[tuple[object, ...]], access: Access) -> Account:
    given = _given_role(row)
    effective = None if row.is_blocked else given or role_of_groups(row.groups, access)
    return Account(
        row.name, row.display_name, given, effective, row.is_blocked, tuple(row.groups), row.last_seen_at
    )
