"""The register of inputs: where each kind of file lies and how it is read."""

import re

from synapse.database.tables import raw
from synapse.errors import ConfigurationError
from synapse.landing import (
    asterisk_cdr,
    asterisk_cel,
    channel_costs,
    conflicts,
    json_lines,
    onec_receipts,
    queue_log,
    ready_transcripts,
    telegram_messages,
    web_events,
)
from synapse.landing.source import LineFiles, SmallFiles, Source, Target, WholeFiles

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="asterisk_cdr",
            prefix="landing/asterisk/",
            pattern=re.compile(r"(?:cdr[^/]*|Master)\.csv", re.IGNORECASE),
            files=LineFiles(
                Target(raw.call_records, asterisk_cdr.COLUMNS, conflicts.keep_first("row_hash")),
                asterisk_cdr.CdrParser,
                when_rewritten="rotated",
            ),
        ),
        Source(
            name="asterisk_cel",
            prefix="landing/asterisk/",
            pattern=re.compile(r"cel[^/]*\.csv", re.IGNORECASE),
            files=LineFiles(
                Target(raw.channel_events, asterisk_cel.COLUMNS, conflicts.keep_first("row_hash")),
                asterisk_cel.CelParser,
                when_rewritten="rotated",
            ),
        ),
        Source(
            name="asterisk_queue_log",
            prefix="landing/asterisk/",
            pattern=re.compile(r"queue_log[^/]*"),
            files=LineFiles(
                Target(raw.queue_events, queue_log.COLUMNS, conflicts.keep_first("row_hash")),
                queue_log.QueueLogParser,
                when_rewritten="rotated",
            ),
        ),
        Source(
            name="onec_receipts",
            prefix="landing/1c/",
            pattern=re.compile(r"(?:[^/]+/)?[^/]+\.(?:csv|txt|tsv|xlsx)", re.IGNORECASE),
            files=WholeFiles(
                Target(
                    raw.receipts,
                    onec_receipts.COLUMNS,
                    conflicts.newer_file_wins(
                        onec_receipts.KEY, onec_receipts.COLUMNS, conflicts.lines_add_up
                    ),
                    key=onec_receipts.KEY,
                ),
                onec_receipts.read_receipts,
            ),
        ),
        Source(
            name="channel_costs",
            prefix="landing/costs/",
            pattern=re.compile(r"[^/]+\.(?:csv|txt|tsv|xlsx)", re.IGNORECASE),
            files=WholeFiles(
                Target(
                    raw.channel_costs,
                    channel_costs.COLUMNS,
                    conflicts.newer_file_wins(channel_costs.KEY, channel_costs.COLUMNS),
                    key=channel_costs.KEY,
                ),
                channel_costs.read_costs,
            ),
        ),
        Source(
            name="ready_transcripts",
            prefix="landing/transcripts/",
            pattern=re.compile(r".+\.(?:json|vtt|srt)", re.IGNORECASE),
            files=SmallFiles(
                Target(raw.ready_transcripts, ready_transcripts.COLUMNS, conflicts.keep_first("file_id")),
                ready_transcripts.parse_transcript,
                identity="uniqueid",
                largest=ready_transcripts.LARGEST_FILE,
            ),
        ),
        Source(
            name="web_events",
            prefix="landing/web/",
            pattern=re.compile(r"[^/]+\.(?:jsonl|ndjson)", re.IGNORECASE),
            files=LineFiles(
                Target(raw.web_events, web_events.COLUMNS, conflicts.keep_first("occurred_at", "event_id")),
                json_lines.parser_of(web_events.converter),
                when_rewritten="replaced",
                days=web_events.days,
            ),
        ),
        Source(
            name="telegram_messages",
            prefix="landing/telegram/",
            pattern=re.compile(r"[^/]+\.(?:jsonl|ndjson)", re.IGNORECASE),
            files=LineFiles(
                Target(
                    raw.messages,
                    telegram_messages.COLUMNS,
                    conflicts.newer_file_wins(telegram_messages.KEY, telegram_messages.COLUMNS),
                    key=telegram_messages.KEY,
                ),
                json_lines.parser_of(telegram_messages.converter),
                when_rewritten="replaced",
            ),
        ),
    )
}


def source_named(name: str) -> Source:
    """Return a source.

    Raises:
        ConfigurationError: There is none of this name.
    """
    if name not in SOURCES:
        raise ConfigurationError(f"There is no input named {name}.", hint=f"Use one of {', '.join(SOURCES)}.")
    return SOURCES[name]


def source_of(key: str) -> Source | None:
    """The source that an object belongs to, or None."""
    return next((source for source in SOURCES.values() if source.owns(key)), None)
