"""Write labels: upserts by subject, next steps replaced with them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from synapse.database.tables.core import insights, next_steps
from synapse.language.insight import Insight

_ORIGIN = "rule"
_LABELS = (
    "intent", "intent_confidence", "is_sales_enquiry", "topics", "is_complaint", "toxicity",
    "toxicity_phrase", "quality_score", "sentiment", "outcome", "objection", "summary",
)  # fmt: skip
_MADE_BY_RULES = (*_LABELS, "checklist", "next_steps")


@dataclass(frozen=True)
class TranscriptSubject:
    """A labelled transcript."""

    transcript_id: int


@dataclass(frozen=True)
class ThreadPart:
    """A labelled part of a message thread, named by its first message."""

    channel: str
    thread_id: str
    first_message_id: str


Subject = TranscriptSubject | ThreadPart


def write_insights(
    connection: sa.Connection, labelled: Sequence[tuple[Subject, Insight]], version: str
) -> None:
    """Insert or replace the labels of subjects of one kind, in the caller's transaction."""
    if not labelled:
        return
    key = list(asdict(labelled[0][0]))
    rows = [asdict(subject) | _row(insight, version) for subject, insight in labelled]
    statement = insert(insights)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    upsert = statement.on_conflict_do_update(
        index_elements=key, set_=changed | {"created_at": sa.func.now()}
    ).returning(insights.c.id, *(insights.c[name] for name in key))
    ids = {tuple(row[1:]): row[0] for row in connection.execute(upsert, rows)}
    connection.execute(sa.delete(next_steps).where(next_steps.c.insight_id.in_(ids.values())))
    steps = [
        row
        for subject, insight in labelled
        for row in _step_rows(insight, ids[tuple(asdict(subject).values())])
    ]
    if steps:
        connection.execute(sa.insert(next_steps), steps)


def _row(insight: Insight, version: str) -> dict[str, Any]:
    return {
        "version": version,
        **{name: getattr(insight, name) for name in _LABELS},
        "checklist": [_known(asdict(item)) for item in insight.checklist],
        "evidence": [_known(asdict(one)) for one in insight.evidence],
        "origins": dict.fromkeys(_MADE_BY_RULES, _ORIGIN),
    }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _step_rows(insight: Insight, insight_id: int) -> list[dict[str, Any]]:
    return [
        asdict(step) | {"insight_id": insight_id, "position": position}
        for position, step in enumerate(insight.next_steps)
    ]
