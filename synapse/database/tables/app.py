"""Schema ``app``: settings, keys, work that people ask for."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from synapse.database.tables.base import identity, metadata, moment, now

settings_versions = sa.Table(
    "settings_versions",
    metadata,
    sa.Column("version", sa.BigInteger, sa.Identity(always=False), primary_key=True),
    sa.Column("document", JSONB, nullable=False, comment="All sections in full, no secrets"),
    moment("effective_from", nullable=False, server_default=sa.func.now()),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    now("created_at"),
    schema="app",
    comment="Every version of the settings; the newest is in force",
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
