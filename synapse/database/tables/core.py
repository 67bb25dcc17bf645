"""Schema ``core``: what Python assets compute."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from synapse.database.tables.base import identity, metadata, moment, now

RECORDING_STATES = ("growing", "ready", "empty", "not_audio", "too_short", "silent", "missing", "stuck")

recordings = sa.Table(
    "recordings",
    metadata,
    identity(),
    sa.Column(
        "key",
        sa.Text(collation="C"),
        nullable=False,
        comment="Object key; of the pair's first half for -in/-out files",
    ),
    sa.Column(
        "pair_key",
        sa.Text(collation="C"),
        index=True,
        comment="Object key of the other direction's file, if split",
    ),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("etag", sa.Text),
    moment("modified_at"),
    sa.Column("uniqueid", sa.Text, index=True),
    sa.Column("direction", sa.Text),
    sa.Column("src", sa.Text),
    sa.Column("dst", sa.Text),
    moment("started_at", comment="From the file name, else the object's time less the duration"),
    sa.Column(
        "started_on", sa.Date, nullable=False, index=True, comment="Partition day in the company's zone"
    ),
    sa.Column("duration_seconds", sa.Float),
    sa.Column("channels", sa.SmallInteger),
    sa.Column("sample_rate", sa.Integer),
    sa.Column("codec", sa.Text),
    now("first_seen_at"),
    moment("probed_at"),
    sa.UniqueConstraint("key"),
    sa.CheckConstraint(f"state in {RECORDING_STATES}", name="state"),
    schema="core",
    comment="Audio objects with what their names and headers say",
)

transcripts = sa.Table(
    "transcripts",
    metadata,
    identity(),
    sa.Column("recording_id", sa.BigInteger, sa.ForeignKey("core.recordings.id"), index=True),
    sa.Column(
        "ready_transcript_id",
        sa.BigInteger,
        sa.ForeignKey("raw.ready_transcripts.id", ondelete="CASCADE"),
        index=True,
    ),
    sa.Column("version", sa.Text, nullable=False, comment="engine/model/settings fingerprint"),
    sa.Column("is_current", sa.Boolean, nullable=False),
    sa.Column("engine", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("settings_version", sa.BigInteger),
    sa.Column("language", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("duration_seconds", sa.Float, nullable=False),
    sa.Column("speech_seconds", sa.Float),
    sa.Column("silence_seconds", sa.Float),
    sa.Column("overlap_seconds", sa.Float),
    sa.Column("agent_talk_ratio", sa.Float),
    sa.Column("client_talk_ratio", sa.Float),
    sa.Column("agent_interruptions", sa.Integer),
    sa.Column("client_interruptions", sa.Integer),
    sa.Column("agent_loudness_db", sa.Float, comment="Mean loudness in dBFS"),
    sa.Column("client_loudness_db", sa.Float),
    sa.Column("mean_confidence", sa.Float),
    sa.Column(
        "dropped", JSONB, nullable=False, server_default="[]", comment="Inventions dropped, with reasons"
    ),
    sa.Column("wall_seconds", sa.Float),
    sa.Column("recording_etag", sa.Text, comment="Of the sound that was heard"),
    sa.Column(
        "windows_retried",
        sa.Integer,
        nullable=False,
        server_default="0",
        comment="Heard again with other settings for lack of confidence",
    ),
    sa.Column("windows_improved", sa.Integer, nullable=False, server_default="0", comment="Better that time"),
    moment("corrected_at", comment="A person changed a word: never overwritten, stays current"),
    now("created_at"),
    sa.CheckConstraint("num_nonnulls(recording_id, ready_transcript_id) = 1", name="origin"),
    sa.Index("uq_transcripts_recording_version", "recording_id", "version", unique=True),
    sa.Index("uq_transcripts_ready_version", "ready_transcript_id", "version", unique=True),
    schema="core",
    comment="One row per recording and model version, or per ready transcript",
)

transcript_segments = sa.Table(
    "transcript_segments",
    metadata,
    sa.Column(
        "transcript_id",
        sa.BigInteger,
        sa.ForeignKey("core.transcripts.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("position", sa.Integer, primary_key=True, comment="0-based order in the conversation"),
    sa.Column("start_seconds", sa.Float, nullable=False),
    sa.Column("end_seconds", sa.Float, nullable=False),
    sa.Column("speaker", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, comment="0 to 1"),
    sa.Column("is_low_confidence", sa.Boolean, nullable=False, server_default="false"),
    sa.Column(
        "words", JSONB, nullable=False, server_default="[]", comment="[{start, end, word, confidence}]"
    ),
    sa.CheckConstraint("speaker in ('agent', 'client', 'unknown')", name="speaker"),
    schema="core",
    comment="Utterances in order of time",
)

insights = sa.Table(
    "insights",
    metadata,
    identity(),
    sa.Column("transcript_id", sa.BigInteger, sa.ForeignKey("core.transcripts.id", ondelete="CASCADE")),
    sa.Column("channel", sa.Text, comment="Of a part of a message thread; null for a transcript"),
    sa.Column("thread_id", sa.Text, comment="raw.messages.thread_id"),
    sa.Column(
        "first_message_id",
        sa.Text,
        comment="raw.messages.message_id of the first message after more than 24 h of silence",
    ),
    sa.Column("version", sa.Text, nullable=False, comment="Fingerprint of rules and prompts"),
    sa.Column(
        "intent",
        sa.Text,
        nullable=False,
        comment="sales, service, complaint, order, wrong_number, spam, other",
    ),
    sa.Column("is_sales_enquiry", sa.Boolean, nullable=False),
    sa.Column("intent_confidence", sa.Float, nullable=False),
    sa.Column("topics", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("is_complaint", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("toxicity", sa.Float, nullable=False, server_default="0"),
    sa.Column("toxicity_phrase", sa.Text),
    sa.Column("quality_score", sa.Float, comment="0 to 100"),
    sa.Column("sentiment", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("objection", sa.Text),
    sa.Column("summary", sa.Text),
    sa.Column("checklist", JSONB, nullable=False, server_default="[]"),
    sa.Column(
        "evidence", JSONB, nullable=False, server_default="[]", comment="[{field, value, segment, phrase}]"
    ),
    sa.Column("origins", JSONB, nullable=False, server_default="{}", comment="{field: rule or model}"),
    now("created_at"),
    sa.UniqueConstraint("transcript_id"),
    sa.UniqueConstraint("channel", "thread_id", "first_message_id"),
    sa.CheckConstraint(
        "num_nonnulls(transcript_id, first_message_id) = 1"
        " and num_nulls(channel, thread_id, first_message_id) in (0, 3)",
        name="subject",
    ),
    schema="core",
    comment="What was said, as labels: one row per transcript or per part of a message thread",
)

next_steps = sa.Table(
    "next_steps",
    metadata,
    identity(),
    sa.Column(
        "insight_id",
        sa.BigInteger,
        sa.ForeignKey("core.insights.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("position", sa.Integer, nullable=False, comment="0-based order in the conversation"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False, comment="call_back, send, visit, other"),
    sa.Column("phrase", sa.Text, nullable=False),
    moment("promised_at", nullable=False),
    moment("due_at"),
    sa.Column(
        "segment",
        sa.Integer,
        comment="Evidence: position in transcript_segments, or 0-based message of the thread's part",
    ),
    sa.UniqueConstraint("insight_id", "position"),
    sa.CheckConstraint("who in ('agent', 'client', 'unknown')", name="who"),
    schema="core",
    comment="Promised next steps with their due time",
)

contacts = sa.Table(
    "contacts",
    metadata,
    identity(),
    sa.Column("display_name", sa.Text),
    moment("first_seen_at", nullable=False),
    moment("last_seen_at", nullable=False),
    schema="core",
    comment="People and companies behind the identifiers; ids are stable",
)

contact_identifiers = sa.Table(
    "contact_identifiers",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=False), nullable=False, unique=True),
    sa.Column(
        "kind",
        sa.Text,
        primary_key=True,
        comment="phone, email, telegram, whatsapp, client, ga, ym, session, code",
    ),
    sa.Column("value", sa.Text, primary_key=True),
    # No foreign key: checking it row by row would double the time of a full build of the graph.
    sa.Column("contact_id", sa.BigInteger, index=True, comment="core.contacts.id"),
    sa.Column("is_shared", sa.Boolean, nullable=False, server_default="false"),
    moment("first_seen_at", nullable=False),
    moment("last_seen_at", nullable=False),
    sa.Column("name", sa.Text, comment="How somebody with this identifier was called"),
    sa.Column("name_rank", sa.SmallInteger, comment="1 from a receipt, 2 from a message, 3 from a call"),
    moment("name_seen_at"),
    schema="core",
    comment="Identifiers and the contact each belongs to; a shared one belongs to none",
)

identity_links = sa.Table(
    "identity_links",
    metadata,
    sa.Column(
        "identifier_id",
        sa.BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="contact_identifiers.id, the lower",
    ),
    sa.Column(
        "other_id", sa.BigInteger, primary_key=True, autoincrement=False, index=True, comment="The higher"
    ),
    sa.Column("source", sa.Text, nullable=False, comment="receipts, messages or web_events"),
    moment("first_seen_at", nullable=False),
    schema="core",
    comment="Two identifiers that were seen in one record: why they are one contact",
)

reading_marks = sa.Table(
    "reading_marks",
    metadata,
    sa.Column("reader", sa.Text, primary_key=True, comment="Who reads: contacts, insights"),
    sa.Column("source", sa.Text, primary_key=True, comment="Table that is read"),
    moment("read_until", nullable=False, comment="All that was landed before is surely read"),
    moment("candidate_at", nullable=False, comment="When the last reading took place"),
    sa.Column(
        "candidate_xmax",
        sa.BigInteger,
        nullable=False,
        comment="Transactions below it that were open at that reading must end before read_until moves",
    ),
    schema="core",
    comment="How far incremental readers have read tables that others append to",
)

contact_aliases = sa.Table(
    "contact_aliases",
    metadata,
    sa.Column("alias_id", sa.BigInteger, primary_key=True, comment="The younger id that was merged away"),
    sa.Column("contact_id", sa.BigInteger, sa.ForeignKey("core.contacts.id"), nullable=False, index=True),
    now("merged_at"),
    schema="core",
    comment="Ids that were merged into another contact",
)

identity_decisions = sa.Table(
    "identity_decisions",
    metadata,
    identity(),
    sa.Column(
        "verdict", sa.Text, nullable=False, comment="merge joins both identifiers, split parts the one"
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("other_kind", sa.Text, comment="Of a merge: the other identifier"),
    sa.Column("other_value", sa.Text),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    now("decided_at"),
    moment("revoked_at", comment="Taken back; null while it holds"),
    sa.Column("revoked_by", sa.Text),
    sa.Column(
        "is_applied", sa.Boolean, nullable=False, server_default="false", comment="The graph follows it"
    ),
    sa.CheckConstraint(
        "verdict = 'merge' and other_kind is not null and other_value is not null"
        " or verdict = 'split' and other_kind is null and other_value is null",
        name="verdict",
    ),
    schema="core",
    comment="What people decided about identifiers, by value, to outlive a rebuild; it beats evidence",
)

refreshes = sa.Table(
    "refreshes",
    metadata,
    identity(),
    moment("started_at", nullable=False),
    now("finished_at"),
    sa.Column("watermark", JSONB, nullable=False, comment="What had been landed when the marts were built"),
    schema="core",
    comment="Every successful build of the marts",
)
