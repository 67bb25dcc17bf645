"""Passwords and tokens: encrypted at rest, written but not read by people, shown once after they were set."""

import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.app import secrets
from synapse.errors import ConfigurationError, SynapseError
from synapse.security.audit import Actor, record
from synapse.security.master_key import Keyring, Sealed
from synapse.settings.validation import is_storable
from synapse.settings.words import Bilingual

MAX_LENGTH = 8192
_columns = secrets.c


class SecretError(SynapseError):
    """A secret cannot be shown, set or used."""


class UnknownSecretError(SecretError):
    """No secret has this name, or it was never set."""


class SecretSealedError(SecretError):
    """It was shown already, or the time to show it has passed."""


@dataclass(frozen=True)
class SecretKind:
    """A secret that Synapse knows how to use.

    Attributes:
        title: What pages call it.
        is_ours: Synapse makes the value (a webhook's token), so that it can be rotated without giving one.
        test: Integration whose test uses it; empty where none does.
    """

    title: Bilingual
    is_ours: bool = False
    test: str = ""


KINDS: Mapping[str, SecretKind] = {
    "telegram.bot_token": SecretKind(
        Bilingual("Telegram: токен бота", "Telegram: bot token"), test="telegram"
    ),
    "telegram.webhook_secret": SecretKind(
        Bilingual("Telegram: секрет webhook", "Telegram: webhook secret"), is_ours=True
    ),
    "whatsapp.access_token": SecretKind(
        Bilingual("WhatsApp: токен доступа", "WhatsApp: access token"), test="whatsapp"
    ),
    "whatsapp.app_secret": SecretKind(Bilingual("WhatsApp: секрет приложения", "WhatsApp: app secret")),
    "whatsapp.verify_token": SecretKind(
        Bilingual("WhatsApp: токен проверки", "WhatsApp: verify token"), is_ours=True
    ),
    "mail.imap_password": SecretKind(Bilingual("Почта: пароль IMAP", "Mail: IMAP password"), test="mail"),
    "mail.smtp_password": SecretKind(Bilingual("Почта: пароль SMTP", "Mail: SMTP password"), test="mail"),
    "metabase.api_key": SecretKind(Bilingual("Metabase: ключ API", "Metabase: API key"), test="metabase"),
    "backups.passphrase": SecretKind(Bilingual("Копии: пароль шифрования", "Backups: passphrase")),
    "backups.s3_secret_key": SecretKind(Bilingual("Копии: секретный ключ S3", "Backups: secret key of S3")),
    "alerts.slack_url": SecretKind(Bilingual("Slack: адрес webhook", "Slack: webhook address"), test="slack"),
    "alerts.webhook_secret": SecretKind(
        Bilingual("Оповещения: подпись webhook", "Alerts: webhook signature"), is_ours=True, test="webhook"
    ),
}


@dataclass(frozen=True)
class SecretState:
    """What people may know of a secret."""

    name: str
    is_set: bool
    fingerprint: str = ""
    updated_by: str = ""
    updated_at: datetime | None = None
    revealable_until: datetime | None = None


def list_secrets(connection: sa.Connection, *, now: datetime) -> list[SecretState]:
    """Return every known secret, set or not; never a value."""
    rows = {row.name: row for row in connection.execute(sa.select(secrets))}
    found = []
    for name in KINDS:
        row = rows.get(name)
        if row is None:
            found.append(SecretState(name, is_set=False))
            continue
        until = row.revealable_until if row.revealable_until and row.revealable_until > now else None
        found.append(SecretState(name, True, row.fingerprint, row.updated_by, row.updated_at, until))
    return found


def put_secret(
    connection: sa.Connection,
    keyring: Keyring,
    name: str,
    value: str,
    *,
    author: Actor,
    now: datetime,
    reveal_for: timedelta,
    action: str = "secret.put",
) -> SecretState:
    """Encrypt and keep a value; the audit log gets fingerprints.

    Args:
        connection: Open transaction; the caller commits.
        keyring: Master keys.
        name: One of :data:`KINDS`.
        value: The secret.
        author: Who sets it.
        now: The time of the call.
        reveal_for: How long it may be shown, once.
        action: What the audit log calls it.

    Raises:
        SecretError: The value is empty or too long.
        UnknownSecretError: Synapse uses no secret of this name.
    """
    _kind(name)
    if not value.strip() or len(value) > MAX_LENGTH or not is_storable(value):
        raise SecretError(
            "A secret must have between 1 and 8192 characters that can be kept.", hint="Copy it again."
        )
    before = connection.execute(
        sa.select(_columns.fingerprint).where(_columns.name == name).with_for_update()
    ).scalar_one_or_none()
    sealed = keyring.seal(value, name)
    values = {
        "key_id": sealed.key_id,
        "nonce": sealed.nonce,
        "ciphertext": sealed.ciphertext,
        "fingerprint": keyring.fingerprint(value),
        "updated_by": author.name,
        "updated_at": now,
        "revealable_until": now + reveal_for,
    }
    connection.execute(
        insert(secrets)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
    fingerprint = str(values["fingerprint"])
    record(
        connection,
        author,
        action,
        f"secret/{name}",
        before=None if before is None else {"fingerprint": before},
        after={"fingerprint": fingerprint},
    )
    return SecretState(name, True, fingerprint, author.name, now, now + reveal_for)


def rotate_secret(
    connection: sa.Connection,
    keyring: Keyring,
    name: str,
    *,
    author: Actor,
    now: datetime,
    reveal_for: timedelta,
) -> SecretState:
    """Replace a secret of our own making by a new random one.

    Raises:
        SecretError: Somebody else issues this secret; set the new one instead.
    """
    if not _kind(name).is_ours:
        raise SecretError(
            f"The secret {name} is issued by the other side.", hint="Make a new one there and set it here."
        )
    value = randomness.token_urlsafe(32)
    return put_secret(
        connection,
        keyring,
        name,
        value,
        author=author,
        now=now,
        reveal_for=reveal_for,
        action="secret.rotate",
    )


def delete_secret(connection: sa.Connection, name: str, *, author: Actor) -> None:
    """Forget a secret.

    Raises:
        UnknownSecretError: It was not set.
    """
    _kind(name)
    fingerprint = connection.execute(
        sa.delete(secrets).where(_columns.name == name).returning(_columns.fingerprint)
    ).scalar_one_or_none()
    if fingerprint is None:
        raise _not_set(name)
    record(connection, author, "secret.delete", f"secret/{name}", before={"fingerprint": fingerprint})


def reveal_secret(
    connection: sa.Connection, keyring: Keyring, name: str, *, author: Actor, now: datetime
) -> str:
    """Return the value once, within its time; audited.

    Raises:
        SecretSealedError: It was shown already, or too late.
        UnknownSecretError: It was never set.
    """
    row = connection.execute(sa.select(secrets).where(_columns.name == name).with_for_update()).one_or_none()
    if row is None:
        _kind(name)
        raise _not_set(name)
    if row.revealable_until is None or row.revealable_until <= now:
        raise SecretSealedError(
            f"The secret {name} was shown already, or the time to show it has passed.",
            hint="Set it again, or rotate it, to see it once.",
        )
    value = keyring.open(Sealed(row.key_id, row.nonce, row.ciphertext), name)
    connection.execute(sa.update(secrets).where(_columns.name == name).values(revealable_until=None))
    record(connection, author, "secret.reveal", f"secret/{name}", after={"fingerprint": row.fingerprint})
    return value


def use_secret(connection: sa.Connection, keyring: Keyring, name: str) -> SecretStr | None:
    """Return a secret for the code that needs it; None where it is not set."""
    row = connection.execute(sa.select(secrets).where(_columns.name == name)).one_or_none()
    if row is None:
        return None
    return SecretStr(keyring.open(Sealed(row.key_id, row.nonce, row.ciphertext), name))


def encrypt_again(connection: sa.Connection, keyring: Keyring, *, author: Actor) -> int:
    """Encrypt with the first key whatever an older key holds; all or nothing.

    Returns:
        How many secrets were encrypted again.
    """
    rows = connection.execute(
        sa.select(secrets).where(_columns.key_id != keyring.primary.id).with_for_update()
    ).all()
    for row in rows:
        value = keyring.open(Sealed(row.key_id, row.nonce, row.ciphertext), row.name)
        sealed = keyring.seal(value, row.name)
        connection.execute(
            sa.update(secrets)
            .where(_columns.name == row.name)
            .values(
                key_id=sealed.key_id,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                fingerprint=keyring.fingerprint(value),
            )
        )
    if rows:
        names = [row.name for row in rows]
        after = {"key_id": keyring.primary.id, "secrets": names}
        record(connection, author, "secret.encrypt_again", "secret", after=after)
    return len(rows)


def verify_keys(connection: sa.Connection, keyring: Keyring | None) -> None:
    """Check at the start that every secret can be opened; changes nothing.

    Raises:
        ConfigurationError: The master key is missing or another one.
    """
    rows = connection.execute(sa.select(secrets)).all()
    if rows and keyring is None:
        raise ConfigurationError(
            f"The database holds {len(rows)} secrets, and there is no master key to open them.",
            hint="Set SYNAPSE_MASTER_KEY or SYNAPSE_MASTER_KEY_FILE to the key used before.",
        )
    for row in rows:
        assert keyring is not None
        keyring.open(Sealed(row.key_id, row.nonce, row.ciphertext), row.name)


def _kind(name: str) -> SecretKind:
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownSecretError(
            f"Synapse uses no secret called {name[:80]!r}.", hint="The secrets are " + ", ".join(KINDS) + "."
        )
    return kind


def _not_set(name: str) -> UnknownSecretError:
    return UnknownSecretError(f"The secret {name} is not set.", hint="Set it in /admin/secrets.")
