"""Schema ``core``: speech recognition in progress."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from synapse.database.tables.base import metadata, moment, now

hearings = sa.Table(
    "hearings",
    metadata,
    sa.Column(
        "recording_id",
        sa.BigInteger,
        sa.ForeignKey("core.recordings.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("worker", sa.Text, nullable=False, comment="Machine and process"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, comment="Begun so often without a step forward"),
    moment("begun_at"),
    schema="core",
    comment="Recordings that are being transcribed; a row that stays was left by a killed process",
)

transcript_parts = sa.Table(
    "transcript_parts",
    metadata,
    sa.Column(
        "recording_id",
        sa.BigInteger,
        sa.ForeignKey("core.recordings.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("position", sa.Integer, primary_key=True, comment="0-based order"),
    sa.Column("version", sa.Text, nullable=False, comment="As in core.transcripts"),
    sa.Column("etag", sa.Text, nullable=False, comment="Of the sound that was heard"),
    sa.Column(
        "content", JSONB, nullable=False, comment="Utterances since the part before, how far it reaches"
    ),
    now("saved_at"),
    schema="core",
    comment="What is heard of a long recording so far; gone once its transcript is written",
)
