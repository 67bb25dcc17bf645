"""Schema ``app``: settings, secrets, keys, people, audit, work that people ask for."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

from synapse.database.tables.base import identity, metadata, moment, now

settings_versions = sa.Table(
    "settings_versions",
    metadata,
    # No sequence: a rolled-back transaction would leave a gap; writers take a lock and count on.
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("profile", sa.Text, nullable=False, server_default="default", comment="Profile then active"),
    sa.Column("document", JSONB, nullable=False, comment="All sections in full, no secrets"),
    sa.Column(
        "changed_sections",
        ARRAY(sa.Text),
        nullable=False,
        server_default="{}",
        comment="Sections that differ from the version before",
    ),
    moment("effective_from", nullable=False, server_default=sa.func.now()),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    now("created_at"),
    schema="app",
    comment="Every version of the settings; the newest is in force",
)

settings_profiles = sa.Table(
    "settings_profiles",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("document", JSONB, nullable=False, comment="All sections in full, no secrets"),
    sa.Column("updated_by", sa.Text, nullable=False),
    now("created_at"),
    now("updated_at"),
    schema="app",
    comment="Named sets of settings; the active one follows every saved version",
)

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("key_id", sa.Text, nullable=False, comment="Which master key encrypted it"),
    sa.Column("nonce", BYTEA, nullable=False),
    sa.Column("ciphertext", BYTEA, nullable=False, comment="AES-256-GCM; the name is authenticated too"),
    sa.Column("fingerprint", sa.Text, nullable=False, comment="Keyed hash, for the audit log and pages"),
    sa.Column("updated_by", sa.Text, nullable=False),
    now("updated_at"),
    moment("revealable_until", comment="Until then it may be shown once; null: never (again)"),
    schema="app",
    comment="Passwords and tokens of integrations, encrypted with the master key",
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="Login name at the identity provider"),
    sa.Column("display_name", sa.Text, nullable=False, server_default=""),
    sa.Column("role", sa.Text, comment="Overrides the role of the groups; null: by groups"),
    sa.Column("is_blocked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("groups", ARRAY(sa.Text), nullable=False, server_default="{}", comment="As last seen"),
    now("first_seen_at"),
    moment("last_seen_at"),
    sa.CheckConstraint("role in ('observer', 'reviewer', 'expert', 'admin')", name="role"),
    schema="app",
    comment="People who signed in or were given a role",
)

# Migration 0001 makes a trigger that refuses update, delete and truncate.
audit_log = sa.Table(
    "audit_log",
    metadata,
    identity(),
    now("occurred_at"),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False, comment="observer … admin, machine, system"),
    sa.Column("address", sa.Text, nullable=False, server_default=""),
    sa.Column("request_id", sa.Text, nullable=False, server_default=""),
    sa.Column("action", sa.Text, nullable=False, comment="settings.save, secret.reveal, user.block …"),
    sa.Column("subject", sa.Text, nullable=False, server_default="", comment="What was changed"),
    sa.Column("before", JSONB(none_as_null=True)),
    sa.Column("after", JSONB(none_as_null=True)),
    sa.Index(None, "occurred_at"),
    sa.Index(None, "actor", "id"),
    sa.Index(None, "subject", "id"),
    schema="app",
    comment="Who changed what; append-only",
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    identity(),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True, comment="SHA-256 of the key"),
    sa.Column("scopes", ARRAY(sa.Text), nullable=False),
    now("created_at"),
    moment("expires_at"),
    moment("last_used_at"),
    schema="app",
    comment="Keys of machines; only hashes are kept",
)

work_requests = sa.Table(
    "work_requests",
    metadata,
    identity(),
    sa.Column("kind", sa.Text, nullable=False, comment="refresh, transcribe, load"),
    sa.Column("payload", JSONB, nullable=False, server_default="{}"),
    sa.Column("state", sa.Text, nullable=False, server_default="new"),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False, server_default="", comment="Of the first who asked"),
    now("requested_at"),
    sa.Column("run_id", sa.Text),
    moment("taken_at"),
    moment("finished_at"),
    sa.Column("error", sa.Text),
    sa.CheckConstraint("state in ('new', 'taken', 'done', 'failed')", name="state"),
    sa.Index("ix_work_requests_new", "id", postgresql_where=sa.text("state = 'new'")),
    schema="app",
    comment="Work that a page or an endpoint wants done; a sensor turns it into runs",
)

alerts = sa.Table(
    "alerts",
    metadata,
    identity(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, comment="What it is about: a run, a file, a source"),
    sa.Column("message", sa.Text, nullable=False),
    now("raised_at"),
    moment("resolved_at"),
    sa.Index(
        "uq_alerts_open", "kind", "subject", unique=True, postgresql_where=sa.text("resolved_at is null")
    ),
    schema="app",
    comment="What went wrong and is not mended yet",
)

BACKUP_STATES = ("running", "good", "failed")

backups = sa.Table(
    "backups",
    metadata,
    identity(),
    sa.Column("copy_id", sa.Text, nullable=False, comment="Its name at the place"),
    sa.Column("place", sa.Text, nullable=False, comment="Address without secrets"),
    sa.Column("state", sa.Text, nullable=False, server_default="running"),
    moment("started_at", nullable=False),
    moment("finished_at"),
    sa.Column("bytes", sa.BigInteger, comment="Dumps as stored and objects in plain"),
    sa.Column("objects", sa.BigInteger),
    sa.Column("error", sa.Text),
    moment("checked_at", comment="When a drill last restored it"),
    sa.Column("check_error", sa.Text, comment="How that drill failed; null: it went well"),
    sa.UniqueConstraint("copy_id"),
    sa.CheckConstraint(f"state in {BACKUP_STATES}", name="state"),
    schema="app",
    comment="Every attempt to make a copy, and whether it could be restored",
)

match_decisions = sa.Table(
    "match_decisions",
    metadata,
    identity(),
    sa.Column("source", sa.Text, nullable=False, comment="Of the receipt, as in raw.receipts"),
    sa.Column("receipt_number", sa.Text, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False, comment="Numbers start anew every year"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("enquiry_id", sa.Text, nullable=False, comment="The conversation that was the enquiry"),
    sa.Column("is_match", sa.Boolean, nullable=False, comment="Yes pins the pair, no forbids it"),
    sa.Column("decided_by", sa.Text, nullable=False),
    now("decided_at"),
    sa.Index(None, "source", "receipt_number"),
    schema="app",
    comment="What reviewers said about receipt and enquiry; of two on one pair the later counts",
)
