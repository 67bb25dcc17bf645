"""Receipts: matched to an enquiry, waiting for a look, or unmatched with the reason."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from synapse.database.tables.app import match_decisions
from synapse.reports.keyset import Page, decode_cursor, encode_cursor
from synapse.reports.marts import receipts
from synapse.reports.period import Period
from synapse.security.masking import Masking

MATCH_STATUSES = ("matched", "review", "unmatched")

_T = receipts.c
_D = match_decisions.c
# What a person last said about the receipt and the enquiry that it is shown with.
_DECISION = (
    sa.select(_D.is_match)
    .where(
        _D.source == _T.source,
        _D.receipt_number == _T.receipt_number,
        _D.issued_on == _T.issued_on,
        _D.kind == _T.kind,
        _D.enquiry_id == _T.enquiry_id,
    )
    .order_by(_D.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("decision")
)


@dataclass(frozen=True)
class ReceiptFilter:
    """Which receipts; an empty field does not restrict."""

    period: Period | None = None
    status: str | None = None
    kind: str | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filter as SQL conditions on ``fct_receipts``."""
        found: list[sa.ColumnElement[bool]] = []
        if self.period is not None:
            found.append(_T.issued_on.between(self.period.first, self.period.last))
        if self.status:
            found.append(_T.match_status == self.status)
        if self.kind:
            found.append(_T.kind == self.kind)
        return found


@dataclass(frozen=True)
class ReceiptTally:
    """How many receipts and their money, returns deducted."""

    count: int
    amount: Decimal


@dataclass(frozen=True)
class MatchReason:
    """One comparison of a receipt and its enquiry: what came out, and how many bits it weighs."""

    comparison: str
    level: str
    bits: float


@dataclass(frozen=True)
class ReceiptRow:
    """One receipt as a reader may see it."""

    receipt_id: int
    number: str
    issued_at: datetime
    kind: str
    amount: Decimal
    customer: str | None
    phone: str | None
    shop: str | None
    manager: str | None
    items: str | None
    enquiry_id: str | None
    method: str | None
    confidence: float | None
    status: str
    reason: str | None
    decision: bool | None
    reasons: tuple[MatchReason, ...] = ()
    other_enquiries: tuple[str, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether a person has decided about this pair and the marts do not know it yet."""
        return self.decision is False or (self.decision is True and self.method != "decision")


def tally_receipts(connection: sa.Connection, chosen: ReceiptFilter) -> ReceiptTally:
    """Count and money of the receipts under a filter."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_T.amount), 0)).where(*chosen.conditions())
    ).one()
    return ReceiptTally(row[0], Decimal(row[1]))


def receipts_by_day(connection: sa.Connection, chosen: ReceiptFilter) -> dict[date, Decimal]:
    """Money of the receipts under a filter by day; days without any are absent."""
    rows = connection.execute(
        sa.select(_T.issued_on, sa.func.sum(_T.amount).label("amount"))
        .where(*chosen.conditions())
        .group_by(_T.issued_on)
    ).all()
    return {row.issued_on: Decimal(row.amount) for row in rows}


def list_receipts(
    connection: sa.Connection,
    chosen: ReceiptFilter,
    *,
    masking: Masking,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[ReceiptRow]:
    """One page of receipts under a filter, newest first."""
    query = sa.select(receipts, _DECISION).where(*chosen.conditions())
    after = _position(cursor)
    if after is not None:
        query = query.where(sa.tuple_(_T.issued_at, _T.receipt_id) < after)
    query = query.order_by(_T.issued_at.desc(), _T.receipt_id.desc()).limit(limit + 1)
    rows = connection.execute(query).all()
    shown = [_row(row, masking) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(
        shown, encode_cursor(shown[-1].issued_at.isoformat(), str(shown[-1].receipt_id)) if more else None
    )


def _position(cursor: str | None) -> sa.ColumnElement[Any] | None:
    values = decode_cursor(cursor, 2)
    if values is None:
        return None
    try:
        moment, key = datetime.fromisoformat(values[0]), int(values[1])
    except ValueError:
        return None
    return sa.tuple_(sa.literal(moment, sa.TIMESTAMP(timezone=True)), sa.literal(key, sa.BigInteger))


def receipts_of_contact(
    connection: sa.Connection, contact_id: int, *, masking: Masking, limit: int = 20
) -> list[ReceiptRow]:
    """The newest receipts of one contact."""
    query = (
        sa.select(receipts, _DECISION)
        .where(_T.contact_id == contact_id)
        .order_by(_T.issued_at.desc())
        .limit(limit)
    )
    return [_row(row, masking) for row in connection.execute(query).all()]


def _row(row: sa.Row[tuple[object, ...]], masking: Masking) -> ReceiptRow:
    v = row._mapping
    return ReceiptRow(
        receipt_id=v["receipt_id"],
        number=v["receipt_number"],
        issued_at=v["issued_at"],
        kind=v["kind"],
        amount=Decimal(v["amount"]),
        customer=masking.name(v["customer_name"]),
        phone=masking.phone(v["phone"]),
        shop=v["shop"],
        manager=v["manager"],
        items=masking.note(v["items"]),
        enquiry_id=v["enquiry_id"],
        method=v["match_method"],
        confidence=v["match_confidence"],
        status=v["match_status"],
        reason=masking.note(v["unmatched_reason"]),
        decision=v["decision"],
        reasons=_reasons(v["match_reasons"]),
        other_enquiries=tuple(v["other_enquiries"] or ()),
    )


def _reasons(found: dict[str, str] | None) -> tuple[MatchReason, ...]:
    """Read "within_3_days 1.4" of each comparison; the weightiest first."""
    reasons = []
    for comparison, text in (found or {}).items():
        level, _, bits = text.rpartition(" ")
        reasons.append(MatchReason(comparison, level, float(bits)))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.bits)))
