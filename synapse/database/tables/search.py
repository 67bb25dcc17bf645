"""Schema ``core``: what the search looks in; :mod:`synapse.conversations.index` fills it."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from synapse.database.tables.base import metadata, moment

search_documents = sa.Table(
    "search_documents",
    metadata,
    sa.Column(
        "insight_id",
        sa.BigInteger,
        sa.ForeignKey("core.insights.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    moment("labelled_at", nullable=False, comment="core.insights.created_at when the words were taken"),
    sa.Column("words", TSVECTOR, nullable=False, comment="Russian stems with their places, ё as е"),
    sa.Index("ix_search_documents_words", "words", postgresql_using="gin"),
    schema="core",
    comment="What was said or written in one conversation, ready to be searched",
)

search_words = sa.Table(
    "search_words",
    metadata,
    sa.Column("word", sa.Text(collation="C"), primary_key=True, comment="A stem"),
    sa.Column(
        "documents", sa.BigInteger, nullable=False, comment="Conversations that had it when first seen"
    ),
    schema="core",
    comment="The company's vocabulary, to understand mistyped words",
)

search_grams = sa.Table(
    "search_grams",
    metadata,
    sa.Column("gram", sa.Text(collation="C"), primary_key=True, comment="Three letters of the framed stem"),
    sa.Column("word", sa.Text(collation="C"), primary_key=True, comment="core.search_words.word"),
    schema="core",
    comment="Own trigram index over the vocabulary: needs no extension",
)
