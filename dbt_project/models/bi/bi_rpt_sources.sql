{{ config(alias='rpt_sources') }}

select
    source,
    files,
    failed_files,
    rows_loaded,
    rows_rejected,
    rows_rejected_lately,
    last_arrived_at,
    last_event_at,
    longest_silence_hours,
    freshness
from {{ ref('rpt_sources') }}
