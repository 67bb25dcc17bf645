{{ config(alias='rpt_coverage_days') }}

select
    day,
    answered_calls,
    recorded_calls,
    transcribed_calls,
    conversations,
    known_contacts,
    labelled_conversations,
    enquiries,
    enquiries_with_source,
    receipts,
    matched_receipts,
    receipts_to_review
from {{ ref('rpt_coverage_days') }}
