"""The marts as the pages read them; dbt makes the tables and holds their contracts.

Only columns that a page uses are named here.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

marts = sa.MetaData(schema="marts")

_MONEY = sa.Numeric(14, 2)


def _moments(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.TIMESTAMP(timezone=True)) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text) for name in names]


def _flags(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean) for name in names]


def _whole(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger) for name in names]


agents = sa.Table("dim_agents", marts, *_texts("agent_id", "agent_name"))

contacts = sa.Table(
    "dim_contacts",
    marts,
    *_whole("contact_id"),
    *_texts("display_name", "phone", "email", "first_source", "first_medium", "first_campaign"),
    *_moments("first_seen_at", "last_seen_at"),
    *_whole("calls", "messages", "visits", "receipts"),
    sa.Column("net_amount", _MONEY),
)

calls = sa.Table(
    "fct_calls",
    marts,
    *_texts("call_id", "conversation_id", "direction", "from_number", "to_number", "client_number"),
    *_flags("is_hidden_number"),
    *_whole("contact_id"),
    *_texts("first_agent_id"),
    sa.Column("agent_ids", ARRAY(sa.Text)),
    *_texts("queue"),
    *_moments("started_at", "answered_at", "ended_at"),
    sa.Column("started_on", sa.Date),
    *_whole("started_hour", "wait_seconds", "talk_seconds", "hold_seconds"),
    *_flags("is_answered", "is_missed", "is_short_abandon", "is_in_business_hours"),
    *_whole("transfers", "legs"),
    *_flags("is_called_back"),
    *_moments("reached_at"),
    *_whole("callback_attempts", "recording_id", "transcript_id"),
)

conversations = sa.Table(
    "fct_conversations",
    marts,
    *_texts("conversation_id", "channel", "direction"),
    *_whole("contact_id"),
    *_texts("client_number", "agent_id", "queue"),
    *_moments("started_at", "ended_at"),
    sa.Column("started_on", sa.Date),
    *_flags("is_in_business_hours"),
    *_whole("messages"),
    *_flags("is_answered", "is_missed"),
    *_whole("response_seconds"),
    *_texts("intent"),
    *_flags("is_sales_enquiry"),
    sa.Column("topics", ARRAY(sa.Text)),
    *_flags("is_complaint"),
    sa.Column("toxicity", sa.Float),
    sa.Column("quality_score", sa.Float),
    *_texts("summary", "call_id"),
    *_whole("recording_id", "transcript_id", "insight_id"),
    *_texts("source", "medium", "campaign"),
)

service_levels = sa.Table(
    "fct_sla",
    marts,
    *_texts("conversation_id", "channel", "sla_kind"),
    *_whole("contact_id"),
    *_texts("agent_id", "queue"),
    *_moments("offered_at"),
    sa.Column("offered_on", sa.Date),
    *_whole("offered_hour"),
    *_moments("responded_at"),
    *_whole("response_seconds", "response_business_seconds", "threshold_seconds"),
    *_flags("is_within_sla", "is_answered", "is_short_abandon", "is_in_business_hours"),
)

leakage = sa.Table(
    "fct_leakage",
    marts,
    *_texts("leak_id", "kind"),
    *_whole("contact_id"),
    *_texts("conversation_id", "client_number"),
    *_moments("occurred_at"),
    sa.Column("occurred_on", sa.Date),
    *_moments("due_at", "recovered_at"),
    *_texts("status", "agent_id", "queue", "channel", "source"),
    *_flags("is_in_business_hours"),
    *_whole("attempts"),
    sa.Column("estimated_amount", _MONEY),
    sa.Column("saved_amount", _MONEY),
    *_texts("explanation"),
)

receipts = sa.Table(
    "fct_receipts",
    marts,
    *_whole("receipt_id"),
    *_texts("source", "receipt_number"),
    *_moments("issued_at"),
    sa.Column("issued_on", sa.Date),
    *_texts("kind"),
    sa.Column("amount", _MONEY),
    *_texts("currency"),
    *_whole("contact_id"),
    *_texts("customer_name", "phone", "shop", "manager", "items", "enquiry_id", "match_method"),
    sa.Column("match_reasons", JSONB),
    sa.Column("other_enquiries", ARRAY(sa.Text)),
    sa.Column("match_confidence", sa.Float),
    *_texts("match_status", "unmatched_reason"),
)

conversions = sa.Table(
    "fct_conversion",
    marts,
    *_texts("enquiry_id"),
    *_whole("contact_id"),
    *_moments("enquired_at"),
    sa.Column("enquired_on", sa.Date),
    *_texts("channel", "agent_id"),
    *_whole("response_seconds"),
    *_moments("first_visit_at", "intent_click_at", "qualified_at", "appointment_at", "first_receipt_at"),
    *_texts("first_source", "first_medium", "first_campaign", "last_source", "last_medium", "last_campaign"),
    *_flags("is_converted", "is_matured", "is_lost"),
    *_whole("days_to_receipt"),
    sa.Column("net_amount", _MONEY),
    sa.Column("match_confidence", sa.Float),
)

attribution = sa.Table(
    "fct_attribution",
    marts,
    *_texts("enquiry_id", "attribution_model", "source", "medium", "campaign"),
    *_whole("touch_number", "touches"),
    sa.Column("credit", sa.Numeric(9, 6)),
    sa.Column("credited_amount", sa.Numeric(20, 8)),
    sa.Column("enquired_on", sa.Date),
    *_flags("is_converted", "is_matured"),
)

channel_returns = sa.Table(
    "rpt_channel_returns",
    marts,
    *_texts("attribution_model", "source", "medium", "campaign"),
    sa.Column("return_on", sa.Date),
    sa.Column("cost", _MONEY),
    sa.Column("enquiries", sa.Numeric(14, 6)),
    sa.Column("converted", sa.Numeric(14, 6)),
    sa.Column("revenue", sa.Numeric(20, 8)),
)

survival = sa.Table(
    "rpt_survival",
    marts,
    *_texts("grouped_by", "group_name"),
    *_whole("day", "at_risk", "converted", "censored"),
    *(sa.Column(name, sa.Numeric(9, 6)) for name in ("converted_share", "lower_share", "upper_share")),
)

cohorts = sa.Table(
    "rpt_cohorts",
    marts,
    *_texts("cohort_kind"),
    sa.Column("cohort_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    *_whole("day", "enquiries", "converted"),
    *_flags("is_complete"),
)

coverage_days = sa.Table(
    "rpt_coverage_days",
    marts,
    sa.Column("day", sa.Date),
    *_whole("answered_calls", "recorded_calls", "transcribed_calls"),
    *_whole("conversations", "known_contacts", "labelled_conversations"),
    *_whole("enquiries", "enquiries_with_source"),
    *_whole("receipts", "matched_receipts", "receipts_to_review"),
)
