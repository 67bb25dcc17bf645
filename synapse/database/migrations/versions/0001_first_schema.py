"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_first_schema"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="What it is about: a run, a file, a source"),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("resolved_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        schema="app",
        comment="What went wrong and is not mended yet",
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["kind", "subject"],
        unique=True,
        schema="app",
        postgresql_where=sa.text("resolved_at is null"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False, comment="SHA-256 of the key"),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
        schema="app",
        comment="Keys of machines; only hashes are kept",
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("copy_id", sa.Text(), nullable=False, comment="Its name at the place"),
        sa.Column("place", sa.Text(), nullable=False, comment="Address without secrets"),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True, comment="Dumps as stored and objects in plain"),
        sa.Column("objects", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "checked_at", sa.TIMESTAMP(timezone=True), nullable=True, comment="When a drill last restored it"
        ),
        sa.Column(
            "check_error", sa.Text(), nullable=True, comment="How that drill failed; null: it went well"
        ),
        sa.CheckConstraint("state in ('running', 'good', 'failed')", name=op.f("ck_backups_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backups")),
        sa.UniqueConstraint("copy_id", name=op.f("uq_backups_copy_id")),
        schema="app",
        comment="Every attempt to make a copy, and whether it could be restored",
    )
    op.create_table(
        "settings_versions",
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "profile", sa.Text(), server_default="default", nullable=False, comment="Profile then active"
        ),
        sa.Column(
            "document",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="All sections in full, no secrets",
        ),
        sa.Column(
            "changed_sections",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Sections that differ from the version before",
        ),
        sa.Column(
            "effective_from", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_settings_versions")),
        schema="app",
        comment="Every version of the settings; the newest is in force",
    )
    op.create_table(
        "settings_profiles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "document",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="All sections in full, no secrets",
        ),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings_profiles")),
        schema="app",
        comment="Named sets of settings; the active one follows every saved version",
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False, comment="Which master key encrypted it"),
        sa.Column("nonce", postgresql.BYTEA(), nullable=False),
        sa.Column(
            "ciphertext",
            postgresql.BYTEA(),
            nullable=False,
            comment="AES-256-GCM; the name is authenticated too",
        ),
        sa.Column(
            "fingerprint", sa.Text(), nullable=False, comment="Keyed hash, for the audit log and pages"
        ),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "revealable_until",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Until then it may be shown once; null: never (again)",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        schema="app",
        comment="Passwords and tokens of integrations, encrypted with the master key",
    )
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=False, comment="Login name at the identity provider"),
        sa.Column("display_name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "role", sa.Text(), nullable=True, comment="Overrides the role of the groups; null: by groups"
        ),
        sa.Column("is_blocked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "groups", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False, comment="As last seen"
        ),
        sa.Column(
            "first_seen_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("last_seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('observer', 'reviewer', 'expert', 'admin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_users")),
        schema="app",
        comment="People who signed in or were given a role",
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "occurred_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, comment="observer … admin, machine, system"),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("request_id", sa.Text(), server_default="", nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="settings.save, secret.reveal, user.block …"),
        sa.Column("subject", sa.Text(), server_default="", nullable=False, comment="What was changed"),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        schema="app",
        comment="Who changed what; append-only",
    )
    for columns in (["occurred_at"], ["actor", "id"], ["subject", "id"]):
        op.create_index(op.f("ix_audit_log_" + "_".join(columns)), "audit_log", columns, schema="app")
    op.execute(
        "create function app.refuse_change() returns trigger language plpgsql as $$ begin"
        " raise exception 'app.audit_log is append-only'; end $$"
    )
    op.execute(
        "create trigger audit_log_is_append_only before update or delete or truncate on app.audit_log"
        " for each statement execute function app.refuse_change()"
    )
    op.create_table(
        "work_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="refresh, transcribe, load"),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column(
            "request_id", sa.Text(), server_default="", nullable=False, comment="Of the first who asked"
        ),
        sa.Column(
            "requested_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('new', 'taken', 'done', 'failed')", name=op.f("ck_work_requests_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_requests")),
        schema="app",
        comment="Work that a page or an endpoint wants done; a sensor turns it into runs",
    )
    op.create_index(
        "ix_work_requests_new",
        "work_requests",
        ["id"],
        unique=False,
        schema="app",
        postgresql_where=sa.text("state = 'new'"),
    )
    op.create_table(
        "match_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="Of the receipt, as in raw.receipts"),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="Numbers start anew every year"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.Text(), nullable=False, comment="The conversation that was the enquiry"),
        sa.Column("is_match", sa.Boolean(), nullable=False, comment="Yes pins the pair, no forbids it"),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decisions")),
        schema="app",
        comment="What reviewers said about receipt and enquiry; of two on one pair the later counts",
    )
    op.create_index(
        op.f("ix_match_decisions_source_receipt_number"),
        "match_decisions",
        ["source", "receipt_number"],
        unique=False,
        schema="app",
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("first_seen_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        schema="core",
        comment="People and companies behind the identifiers; ids are stable",
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "key",
            sa.Text(collation="C"),
            nullable=False,
            comment="Object key; of the pair's first half for -in/-out files",
        ),
        sa.Column(
            "pair_key",
            sa.Text(collation="C"),
            nullable=True,
            comment="Object key of the other direction's file, if split",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("modified_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("uniqueid", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("src", sa.Text(), nullable=True),
        sa.Column("dst", sa.Text(), nullable=True),
        sa.Column(
            "started_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="From the file name, else the object's time less the duration",
        ),
        sa.Column("started_on", sa.Date(), nullable=False, comment="Partition day in the company's zone"),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column("channels", sa.SmallInteger(), nullable=True),
        sa.Column("sample_rate", sa.Integer(), nullable=True),
        sa.Column("codec", sa.Text(), nullable=True),
        sa.Column(
            "first_seen_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("probed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('growing', 'ready', 'empty', 'not_audio', 'too_short', 'silent', 'missing', 'stuck')",
            name=op.f("ck_recordings_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("key", name=op.f("uq_recordings_key")),
        schema="core",
        comment="Audio objects with what their names and headers say",
    )
    op.create_index(op.f("ix_recordings_pair_key"), "recordings", ["pair_key"], unique=False, schema="core")
    op.create_index(
        op.f("ix_recordings_started_on"), "recordings", ["started_on"], unique=False, schema="core"
    )
    op.create_index(op.f("ix_recordings_uniqueid"), "recordings", ["uniqueid"], unique=False, schema="core")
    op.create_table(
        "files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("modified_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("loaded_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "fingerprint", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("rows_loaded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "first_seen_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('loading', 'loaded', 'duplicate', 'failed')", name=op.f("ck_files_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_files_source_key")),
        schema="raw",
        comment="The landing ledger: one row per file that was ever seen",
    )
    op.create_index("ix_files_sha256", "files", ["sha256"], unique=False, schema="raw")
    op.create_table(
        "web_events",
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column(
            "received_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("event_name", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("ga_client_id", sa.Text(), nullable=True),
        sa.Column("ym_uid", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("referrer", sa.Text(), nullable=True),
        sa.Column("utm_source", sa.Text(), nullable=True),
        sa.Column("utm_medium", sa.Text(), nullable=True),
        sa.Column("utm_campaign", sa.Text(), nullable=True),
        sa.Column("utm_term", sa.Text(), nullable=True),
        sa.Column("utm_content", sa.Text(), nullable=True),
        sa.Column("gclid", sa.Text(), nullable=True),
        sa.Column("yclid", sa.Text(), nullable=True),
        sa.Column("fbclid", sa.Text(), nullable=True),
        sa.Column("scroll_depth", sa.SmallInteger(), nullable=True, comment="Percent of the page"),
        sa.Column("phone_shown", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True, comment="E.164, given by the visitor in a form"),
        sa.Column("email", sa.Text(), nullable=True, comment="Lower-cased, given by the visitor in a form"),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("consent", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("occurred_at", "event_id", name=op.f("pk_web_events")),
        schema="raw",
        comment="Web events, partitioned by the day on which they occurred (UTC)",
        postgresql_partition_by="RANGE (occurred_at)",
    )
    op.create_index("ix_web_events_received_at", "web_events", ["received_at"], unique=False, schema="raw")
    op.create_index("ix_web_events_session_id", "web_events", ["session_id"], unique=False, schema="raw")
    op.create_table(
        "contact_aliases",
        sa.Column("alias_id", sa.BigInteger(), nullable=False, comment="The younger id that was merged away"),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["core.contacts.id"], name=op.f("fk_contact_aliases_contact_id")
        ),
        sa.PrimaryKeyConstraint("alias_id", name=op.f("pk_contact_aliases")),
        schema="core",
        comment="Ids that were merged into another contact",
    )
    op.create_index(
        op.f("ix_contact_aliases_contact_id"), "contact_aliases", ["contact_id"], unique=False, schema="core"
    )
    op.create_table(
        "contact_identifiers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="phone, email, telegram, whatsapp, client, ga, ym, session, code",
        ),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=True, comment="core.contacts.id"),
        sa.Column("is_shared", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("first_seen_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True, comment="How somebody with this identifier was called"),
        sa.Column(
            "name_rank",
            sa.SmallInteger(),
            nullable=True,
            comment="1 from a receipt, 2 from a message, 3 from a call",
        ),
        sa.Column("name_seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "value", name=op.f("pk_contact_identifiers")),
        sa.UniqueConstraint("id", name=op.f("uq_contact_identifiers_id")),
        schema="core",
        comment="Identifiers and the contact each belongs to; a shared one belongs to none",
    )
    op.create_index(
        op.f("ix_contact_identifiers_contact_id"),
        "contact_identifiers",
        ["contact_id"],
        unique=False,
        schema="core",
    )
    op.create_table(
        "identity_decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "verdict",
            sa.Text(),
            nullable=False,
            comment="merge joins both identifiers, split parts the one",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("other_kind", sa.Text(), nullable=True, comment="Of a merge: the other identifier"),
        sa.Column("other_value", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "revoked_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="Taken back; null while it holds",
        ),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column(
            "is_applied",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="The graph follows it",
        ),
        sa.CheckConstraint(
            "verdict = 'merge' and other_kind is not null and other_value is not null"
            " or verdict = 'split' and other_kind is null and other_value is null",
            name=op.f("ck_identity_decisions_verdict"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_decisions")),
        schema="core",
        comment="What people decided about identifiers, by value, to outlive a rebuild; it beats evidence",
    )
    op.create_table(
        "identity_links",
        sa.Column(
            "identifier_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="contact_identifiers.id, the lower",
        ),
        sa.Column(
            "other_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="The higher",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="receipts, messages or web_events"),
        sa.Column("first_seen_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identifier_id", "other_id", name=op.f("pk_identity_links")),
        schema="core",
        comment="Two identifiers that were seen in one record: why they are one contact",
    )
    op.create_index(
        op.f("ix_identity_links_other_id"), "identity_links", ["other_id"], unique=False, schema="core"
    )
    op.create_table(
        "reading_marks",
        sa.Column("reader", sa.Text(), nullable=False, comment="Who reads: contacts, insights"),
        sa.Column("source", sa.Text(), nullable=False, comment="Table that is read"),
        sa.Column(
            "read_until",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="All that was landed before is surely read",
        ),
        sa.Column(
            "candidate_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="When the last reading took place",
        ),
        sa.Column(
            "candidate_xmax",
            sa.BigInteger(),
            nullable=False,
            comment="Transactions below it that were open at that reading must end before read_until moves",
        ),
        sa.PrimaryKeyConstraint("reader", "source", name=op.f("pk_reading_marks")),
        schema="core",
        comment="How far incremental readers have read tables that others append to",
    )
    op.create_table(
        "call_records",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("row_hash", sa.UUID(), nullable=False, comment="md5 of the original row"),
        sa.Column("accountcode", sa.Text(), nullable=True),
        sa.Column("src", sa.Text(), nullable=True),
        sa.Column("dst", sa.Text(), nullable=True),
        sa.Column("dcontext", sa.Text(), nullable=True),
        sa.Column("clid", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("dstchannel", sa.Text(), nullable=True),
        sa.Column("lastapp", sa.Text(), nullable=True),
        sa.Column("lastdata", sa.Text(), nullable=True),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("billable_seconds", sa.Integer(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("amaflags", sa.Text(), nullable=True),
        sa.Column("uniqueid", sa.Text(), nullable=False),
        sa.Column("userfield", sa.Text(), nullable=True),
        sa.Column("linkedid", sa.Text(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("peeraccount", sa.Text(), nullable=True),
        sa.Column("did", sa.Text(), nullable=True),
        sa.Column("recording_file", sa.Text(), nullable=True),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_call_records_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_records")),
        sa.UniqueConstraint("row_hash", name=op.f("uq_call_records_row_hash")),
        schema="raw",
        comment="Asterisk CDR: one row per channel pair as the PBX wrote it",
    )
    op.create_index(op.f("ix_call_records_file_id"), "call_records", ["file_id"], unique=False, schema="raw")
    op.create_index(
        op.f("ix_call_records_linkedid"), "call_records", ["linkedid"], unique=False, schema="raw"
    )
    op.create_index("ix_call_records_started_at", "call_records", ["started_at"], unique=False, schema="raw")
    op.create_index(
        "ix_call_records_loaded_at",
        "call_records",
        ["loaded_at"],
        unique=False,
        schema="raw",
        postgresql_using="brin",
    )
    op.create_index(
        op.f("ix_call_records_uniqueid"), "call_records", ["uniqueid"], unique=False, schema="raw"
    )
    op.create_table(
        "channel_costs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="As in utm_source, lower-cased"),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("spent_until", sa.Date(), nullable=False, comment="Last day that the row covers"),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_channel_costs_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_costs")),
        sa.UniqueConstraint(
            "source",
            "medium",
            "campaign",
            "spent_on",
            "spent_until",
            "currency",
            name="uq_channel_costs_key",
        ),
        schema="raw",
        comment="Advertising costs: the newest state of each campaign and period",
    )
    op.create_index(
        op.f("ix_channel_costs_file_id"), "channel_costs", ["file_id"], unique=False, schema="raw"
    )
    op.create_table(
        "channel_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("row_hash", sa.UUID(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("ani", sa.Text(), nullable=True),
        sa.Column("rdnis", sa.Text(), nullable=True),
        sa.Column("dnid", sa.Text(), nullable=True),
        sa.Column("exten", sa.Text(), nullable=True),
        sa.Column("context", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("app", sa.Text(), nullable=True),
        sa.Column("appdata", sa.Text(), nullable=True),
        sa.Column("amaflags", sa.Text(), nullable=True),
        sa.Column("accountcode", sa.Text(), nullable=True),
        sa.Column("uniqueid", sa.Text(), nullable=False),
        sa.Column("linkedid", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=True),
        sa.Column("userfield", sa.Text(), nullable=True),
        sa.Column("userdeftype", sa.Text(), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_channel_events_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_events")),
        sa.UniqueConstraint("row_hash", name=op.f("uq_channel_events_row_hash")),
        schema="raw",
        comment="Asterisk CEL: one row per channel event",
    )
    op.create_index(
        op.f("ix_channel_events_file_id"), "channel_events", ["file_id"], unique=False, schema="raw"
    )
    op.create_index(
        op.f("ix_channel_events_linkedid"), "channel_events", ["linkedid"], unique=False, schema="raw"
    )
    op.create_index(
        "ix_channel_events_occurred_at", "channel_events", ["occurred_at"], unique=False, schema="raw"
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False, comment="telegram, whatsapp, mail, form"),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column(
            "identifiers",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="{kind: value}",
        ),
        sa.Column(
            "attachments", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.CheckConstraint("author_kind in ('client', 'agent', 'bot')", name=op.f("ck_messages_author_kind")),
        sa.CheckConstraint("direction in ('inbound', 'outbound')", name=op.f("ck_messages_direction")),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_messages_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "channel", "thread_id", "message_id", name=op.f("uq_messages_channel_thread_id_message_id")
        ),
        schema="raw",
        comment="One row per message of a messenger, mail or form thread",
    )
    op.create_index(op.f("ix_messages_file_id"), "messages", ["file_id"], unique=False, schema="raw")
    op.create_index("ix_messages_sent_at", "messages", ["sent_at"], unique=False, schema="raw")
    op.create_index(
        "ix_messages_loaded_at",
        "messages",
        ["loaded_at"],
        unique=False,
        schema="raw",
        postgresql_using="brin",
    )
    op.create_table(
        "queue_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("row_hash", sa.UUID(), nullable=False),
        sa.Column("occurred_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("callid", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("data", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_queue_events_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_events")),
        sa.UniqueConstraint("row_hash", name=op.f("uq_queue_events_row_hash")),
        schema="raw",
        comment="Asterisk queue_log: one row per queue event",
    )
    op.create_index(op.f("ix_queue_events_callid"), "queue_events", ["callid"], unique=False, schema="raw")
    op.create_index(op.f("ix_queue_events_file_id"), "queue_events", ["file_id"], unique=False, schema="raw")
    op.create_index(
        "ix_queue_events_occurred_at", "queue_events", ["occurred_at"], unique=False, schema="raw"
    )
    op.create_table(
        "ready_transcripts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column(
            "uniqueid",
            sa.Text(),
            nullable=True,
            comment="Asterisk uniqueid or linkedid, from fields or file name",
        ),
        sa.Column("caller_number", sa.Text(), nullable=True),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=True),
        sa.Column(
            "segments",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[{start, end, speaker, text, confidence, words}]",
        ),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_ready_transcripts_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_transcripts")),
        sa.UniqueConstraint("file_id", name=op.f("uq_ready_transcripts_file_id")),
        schema="raw",
        comment="Transcripts made elsewhere (Whisper JSON, WebVTT, SRT); they skip speech recognition",
    )
    op.create_index(
        op.f("ix_ready_transcripts_uniqueid"), "ready_transcripts", ["uniqueid"], unique=False, schema="raw"
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="Day in the company's zone"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "amount", sa.Numeric(precision=14, scale=2), nullable=False, comment="Negative for a return"
        ),
        sa.Column("currency", sa.Text(), server_default="RUB", nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_code", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True, comment="E.164"),
        sa.Column("phones_in_comment", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("email", sa.Text(), nullable=True, comment="Lower-cased"),
        sa.Column("shop", sa.Text(), nullable=True),
        sa.Column("manager", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("returned_receipt_number", sa.Text(), nullable=True),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint("kind in ('sale', 'return', 'advance')", name=op.f("ck_receipts_kind")),
        sa.ForeignKeyConstraint(["file_id"], ["raw.files.id"], name=op.f("fk_receipts_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "source",
            "receipt_number",
            "issued_on",
            "kind",
            name=op.f("uq_receipts_source_receipt_number_issued_on_kind"),
        ),
        schema="raw",
        comment="1C receipts: the newest state of each receipt",
    )
    op.create_index(op.f("ix_receipts_file_id"), "receipts", ["file_id"], unique=False, schema="raw")
    op.create_index("ix_receipts_issued_at", "receipts", ["issued_at"], unique=False, schema="raw")
    op.create_index(
        "ix_receipts_loaded_at",
        "receipts",
        ["loaded_at"],
        unique=False,
        schema="raw",
        postgresql_using="brin",
    )
    op.create_table(
        "rejected_rows",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("line_number", sa.BigInteger(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column(
            "rejected_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["raw.files.id"], name=op.f("fk_rejected_rows_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejected_rows")),
        schema="raw",
        comment="Rows that could not be parsed, with the reason and the original text",
    )
    op.create_index(
        op.f("ix_rejected_rows_file_id"), "rejected_rows", ["file_id"], unique=False, schema="raw"
    )
    op.create_index(op.f("ix_rejected_rows_source"), "rejected_rows", ["source"], unique=False, schema="raw")
    op.create_table(
        "transcripts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recording_id", sa.BigInteger(), nullable=True),
        sa.Column("ready_transcript_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False, comment="engine/model/settings fingerprint"),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("settings_version", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.Column("speech_seconds", sa.Float(), nullable=True),
        sa.Column("silence_seconds", sa.Float(), nullable=True),
        sa.Column("overlap_seconds", sa.Float(), nullable=True),
        sa.Column("agent_talk_ratio", sa.Float(), nullable=True),
        sa.Column("client_talk_ratio", sa.Float(), nullable=True),
        sa.Column("agent_interruptions", sa.Integer(), nullable=True),
        sa.Column("client_interruptions", sa.Integer(), nullable=True),
        sa.Column("agent_loudness_db", sa.Float(), nullable=True, comment="Mean loudness in dBFS"),
        sa.Column("client_loudness_db", sa.Float(), nullable=True),
        sa.Column("mean_confidence", sa.Float(), nullable=True),
        sa.Column(
            "dropped",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="Inventions dropped, with reasons",
        ),
        sa.Column("wall_seconds", sa.Float(), nullable=True),
        sa.Column("recording_etag", sa.Text(), nullable=True, comment="Of the sound that was heard"),
        sa.Column(
            "windows_retried",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Heard again with other settings for lack of confidence",
        ),
        sa.Column(
            "windows_improved", sa.Integer(), server_default="0", nullable=False, comment="Better that time"
        ),
        sa.Column(
            "corrected_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="A person changed a word: never overwritten, stays current",
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(recording_id, ready_transcript_id) = 1", name=op.f("ck_transcripts_origin")
        ),
        sa.ForeignKeyConstraint(
            ["ready_transcript_id"],
            ["raw.ready_transcripts.id"],
            name=op.f("fk_transcripts_ready_transcript_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["core.recordings.id"], name=op.f("fk_transcripts_recording_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcripts")),
        schema="core",
        comment="One row per recording and model version, or per ready transcript",
    )
    op.create_index(
        op.f("ix_transcripts_ready_transcript_id"),
        "transcripts",
        ["ready_transcript_id"],
        unique=False,
        schema="core",
    )
    op.create_index(
        op.f("ix_transcripts_recording_id"), "transcripts", ["recording_id"], unique=False, schema="core"
    )
    op.create_index(
        "uq_transcripts_ready_version",
        "transcripts",
        ["ready_transcript_id", "version"],
        unique=True,
        schema="core",
    )
    op.create_index(
        "uq_transcripts_recording_version",
        "transcripts",
        ["recording_id", "version"],
        unique=True,
        schema="core",
    )
    op.create_table(
        "insights",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("transcript_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "channel",
            sa.Text(),
            nullable=True,
            comment="Of a part of a message thread; null for a transcript",
        ),
        sa.Column("thread_id", sa.Text(), nullable=True, comment="raw.messages.thread_id"),
        sa.Column(
            "first_message_id",
            sa.Text(),
            nullable=True,
            comment="raw.messages.message_id of the first message after more than 24 h of silence",
        ),
        sa.Column("version", sa.Text(), nullable=False, comment="Fingerprint of rules and prompts"),
        sa.Column(
            "intent",
            sa.Text(),
            nullable=False,
            comment="sales, service, complaint, order, wrong_number, spam, other",
        ),
        sa.Column("is_sales_enquiry", sa.Boolean(), nullable=False),
        sa.Column("intent_confidence", sa.Float(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_complaint", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("toxicity", sa.Float(), server_default="0", nullable=False),
        sa.Column("toxicity_phrase", sa.Text(), nullable=True),
        sa.Column("quality_score", sa.Float(), nullable=True, comment="0 to 100"),
        sa.Column("sentiment", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("checklist", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="[{field, value, segment, phrase}]",
        ),
        sa.Column(
            "origins",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="{field: rule or model}",
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["core.transcripts.id"],
            name=op.f("fk_insights_transcript_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insights")),
        sa.UniqueConstraint("transcript_id", name=op.f("uq_insights_transcript_id")),
        sa.UniqueConstraint(
            "channel",
            "thread_id",
            "first_message_id",
            name=op.f("uq_insights_channel_thread_id_first_message_id"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(transcript_id, first_message_id) = 1"
            " and num_nulls(channel, thread_id, first_message_id) in (0, 3)",
            name=op.f("ck_insights_subject"),
        ),
        schema="core",
        comment="What was said, as labels: one row per transcript or per part of a message thread",
    )
    op.create_table(
        "transcript_segments",
        sa.Column("transcript_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="0-based order in the conversation"),
        sa.Column("start_seconds", sa.Float(), nullable=False),
        sa.Column("end_seconds", sa.Float(), nullable=False),
        sa.Column("speaker", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True, comment="0 to 1"),
        sa.Column("is_low_confidence", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "words",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="[{start, end, word, confidence}]",
        ),
        sa.CheckConstraint(
            "speaker in ('agent', 'client', 'unknown')", name=op.f("ck_transcript_segments_speaker")
        ),
        sa.ForeignKeyConstraint(
            ["transcript_id"],
            ["core.transcripts.id"],
            name=op.f("fk_transcript_segments_transcript_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transcript_id", "position", name=op.f("pk_transcript_segments")),
        schema="core",
        comment="Utterances in order of time",
    )
    op.create_table(
        "hearings",
        sa.Column("recording_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.Text(), nullable=False, comment="Machine and process"),
        sa.Column(
            "attempts", sa.SmallInteger(), nullable=False, comment="Begun so often without a step forward"
        ),
        sa.Column("begun_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["core.recordings.id"],
            name=op.f("fk_hearings_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_hearings")),
        schema="core",
        comment="Recordings that are being transcribed; a row that stays was left by a killed process",
    )
    op.create_table(
        "transcript_parts",
        sa.Column("recording_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="0-based order"),
        sa.Column("version", sa.Text(), nullable=False, comment="As in core.transcripts"),
        sa.Column("etag", sa.Text(), nullable=False, comment="Of the sound that was heard"),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="Utterances since the part before, how far it reaches",
        ),
        sa.Column("saved_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"],
            ["core.recordings.id"],
            name=op.f("fk_transcript_parts_recording_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recording_id", "position", name=op.f("pk_transcript_parts")),
        schema="core",
        comment="What is heard of a long recording so far; gone once its transcript is written",
    )
    op.create_table(
        "search_documents",
        sa.Column("insight_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "labelled_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="core.insights.created_at when the words were taken",
        ),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            nullable=False,
            comment="Russian stems with their places, ё as е",
        ),
        sa.ForeignKeyConstraint(
            ["insight_id"],
            ["core.insights.id"],
            name=op.f("fk_search_documents_insight_id_insights"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("insight_id", name=op.f("pk_search_documents")),
        schema="core",
        comment="What was said or written in one conversation, ready to be searched",
    )
    op.create_index(
        "ix_search_documents_words",
        "search_documents",
        ["words"],
        unique=False,
        schema="core",
        postgresql_using="gin",
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(collation="C"), nullable=False, comment="A stem"),
        sa.Column(
            "documents",
            sa.BigInteger(),
            nullable=False,
            comment="Conversations that had it when first seen",
        ),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
        schema="core",
        comment="The company's vocabulary, to understand mistyped words",
    )
    op.create_table(
        "search_grams",
        sa.Column("gram", sa.Text(collation="C"), nullable=False, comment="Three letters of the framed stem"),
        sa.Column("word", sa.Text(collation="C"), nullable=False, comment="core.search_words.word"),
        sa.PrimaryKeyConstraint("gram", "word", name=op.f("pk_search_grams")),
        schema="core",
        comment="Own trigram index over the vocabulary: needs no extension",
    )
    op.create_table(
        "next_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("insight_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="0-based order in the conversation"),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="call_back, send, visit, other"),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("promised_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "segment",
            sa.Integer(),
            nullable=True,
            comment="Evidence: position in transcript_segments, or 0-based message of the thread's part",
        ),
        sa.CheckConstraint("who in ('agent', 'client', 'unknown')", name=op.f("ck_next_steps_who")),
        sa.ForeignKeyConstraint(
            ["insight_id"], ["core.insights.id"], name=op.f("fk_next_steps_insight_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_steps")),
        sa.UniqueConstraint("insight_id", "position", name=op.f("uq_next_steps_insight_id_position")),
        schema="core",
        comment="Promised next steps with their due time",
    )
    op.create_index(
        op.f("ix_next_steps_insight_id"), "next_steps", ["insight_id"], unique=False, schema="core"
    )
    op.create_table(
        "refreshes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "finished_at", sa.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "watermark",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What had been landed when the marts were built",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refreshes")),
        schema="core",
        comment="Every successful build of the marts",
    )
    # dbt builds the schema `bi`; its readers may see nothing else.
    op.execute("create schema if not exists bi")
    op.execute(
        "do $$ begin create role synapse_bi nologin;"
        " exception when duplicate_object or insufficient_privilege then null; end $$"
    )
    op.execute(
        "do $$ begin grant usage on schema bi to synapse_bi;"
        " exception when undefined_object then null; end $$"
    )
    op.execute("create table raw.web_events_default partition of raw.web_events default")


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("refreshes", schema="core")
    op.drop_index(op.f("ix_next_steps_insight_id"), table_name="next_steps", schema="core")
    op.drop_table("next_steps", schema="core")
    op.drop_table("transcript_parts", schema="core")
    op.drop_table("hearings", schema="core")
    op.drop_table("transcript_segments", schema="core")
    op.drop_table("search_grams", schema="core")
    op.drop_table("search_words", schema="core")
    op.drop_index(
        "ix_search_documents_words", table_name="search_documents", schema="core", postgresql_using="gin"
    )
    op.drop_table("search_documents", schema="core")
    op.drop_table("insights", schema="core")
    op.drop_index("uq_transcripts_recording_version", table_name="transcripts", schema="core")
    op.drop_index("uq_transcripts_ready_version", table_name="transcripts", schema="core")
    op.drop_index(op.f("ix_transcripts_recording_id"), table_name="transcripts", schema="core")
    op.drop_index(op.f("ix_transcripts_ready_transcript_id"), table_name="transcripts", schema="core")
    op.drop_table("transcripts", schema="core")
    op.drop_index(op.f("ix_rejected_rows_source"), table_name="rejected_rows", schema="raw")
    op.drop_index(op.f("ix_rejected_rows_file_id"), table_name="rejected_rows", schema="raw")
    op.drop_table("rejected_rows", schema="raw")
    op.drop_index(op.f("ix_channel_costs_file_id"), table_name="channel_costs", schema="raw")
    op.drop_table("channel_costs", schema="raw")
    op.drop_index("ix_receipts_issued_at", table_name="receipts", schema="raw")
    op.drop_index(op.f("ix_receipts_file_id"), table_name="receipts", schema="raw")
    op.drop_table("receipts", schema="raw")
    op.drop_index(op.f("ix_ready_transcripts_uniqueid"), table_name="ready_transcripts", schema="raw")
    op.drop_table("ready_transcripts", schema="raw")
    op.drop_index("ix_queue_events_occurred_at", table_name="queue_events", schema="raw")
    op.drop_index(op.f("ix_queue_events_file_id"), table_name="queue_events", schema="raw")
    op.drop_index(op.f("ix_queue_events_callid"), table_name="queue_events", schema="raw")
    op.drop_table("queue_events", schema="raw")
    op.drop_index("ix_messages_sent_at", table_name="messages", schema="raw")
    op.drop_index(op.f("ix_messages_file_id"), table_name="messages", schema="raw")
    op.drop_table("messages", schema="raw")
    op.drop_index("ix_channel_events_occurred_at", table_name="channel_events", schema="raw")
    op.drop_index(op.f("ix_channel_events_linkedid"), table_name="channel_events", schema="raw")
    op.drop_index(op.f("ix_channel_events_file_id"), table_name="channel_events", schema="raw")
    op.drop_table("channel_events", schema="raw")
    op.drop_index(op.f("ix_call_records_uniqueid"), table_name="call_records", schema="raw")
    op.drop_index("ix_call_records_started_at", table_name="call_records", schema="raw")
    op.drop_index(op.f("ix_call_records_linkedid"), table_name="call_records", schema="raw")
    op.drop_index(op.f("ix_call_records_file_id"), table_name="call_records", schema="raw")
    op.drop_table("call_records", schema="raw")
    op.drop_index(op.f("ix_contact_identifiers_contact_id"), table_name="contact_identifiers", schema="core")
    op.drop_table("contact_identifiers", schema="core")
    op.drop_index(op.f("ix_contact_aliases_contact_id"), table_name="contact_aliases", schema="core")
    op.drop_table("contact_aliases", schema="core")
    op.drop_table("identity_decisions", schema="core")
    op.drop_index("ix_web_events_session_id", table_name="web_events", schema="raw")
    op.drop_index("ix_web_events_received_at", table_name="web_events", schema="raw")
    op.drop_table("web_events", schema="raw")
    op.drop_index("ix_files_sha256", table_name="files", schema="raw")
    op.drop_table("files", schema="raw")
    op.drop_index(op.f("ix_recordings_uniqueid"), table_name="recordings", schema="core")
    op.drop_index(op.f("ix_recordings_pair_key"), table_name="recordings", schema="core")
    op.drop_index(op.f("ix_recordings_started_on"), table_name="recordings", schema="core")
    op.drop_table("recordings", schema="core")
    op.drop_table("contacts", schema="core")
    op.drop_index(
        "ix_work_requests_new",
        table_name="work_requests",
        schema="app",
        postgresql_where=sa.text("state = 'new'"),
    )
    op.drop_table("work_requests", schema="app")
    op.drop_index(
        op.f("ix_match_decisions_source_receipt_number"), table_name="match_decisions", schema="app"
    )
    op.drop_table("match_decisions", schema="app")
    op.drop_table("settings_versions", schema="app")
    op.drop_table("audit_log", schema="app")
    op.execute("drop function app.refuse_change()")
    for name in ("users", "secrets", "settings_profiles"):
        op.drop_table(name, schema="app")
    op.drop_table("api_keys", schema="app")
    op.drop_index(
        "uq_alerts_open", table_name="alerts", schema="app", postgresql_where=sa.text("resolved_at is null")
    )
    op.drop_table("alerts", schema="app")
