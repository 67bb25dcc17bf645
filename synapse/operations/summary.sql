with calls as (
    select
        count(*) filter (where direction = 'inbound') as inbound_calls,
        count(*) filter (where is_missed) as missed_calls,
        count(*) filter (where is_missed and is_called_back) as called_back_calls,
        count(*) as calls,
        min(started_on) as first_day,
        max(started_on) as last_day
    from marts.fct_calls
),

leaks as (
    select
        count(*) filter (where status = 'open') as open_leaks,
        coalesce(sum(estimated_amount) filter (where status = 'open'), 0) as open_amount,
        count(*) filter (where status = 'lost') as lost_leaks,
        coalesce(sum(estimated_amount) filter (where status = 'lost'), 0) as lost_amount,
        coalesce(sum(saved_amount), 0) as saved_amount
    from marts.fct_leakage
),

service as (
    -- Of the callers in business hours who did not hang up at once, how many a person answered in time.
    select avg((sla_kind = 'answer' and is_within_sla)::int)::float as service_level
    from marts.fct_sla
    where channel = 'call' and is_in_business_hours and not is_short_abandon
),

enquiries as (
    select
        count(*) as enquiries,
        avg(is_converted::int)::float as conversion_ratio,
        coalesce(sum(net_amount), 0) as enquiries_amount
    from marts.fct_conversion
),

sales as (
    select
        count(*) as receipts,
        count(*) filter (where match_status = 'matched') as matched_receipts
    from marts.fct_receipts
),

speech as (
    select coalesce(sum(duration_seconds) filter (where recording_id is not null), 0) / 60 as transcribed_minutes
    from core.transcripts
    where is_current
),

rejects as (select count(*) as rejected_rows from raw.rejected_rows)

select *
from calls, leaks, service, enquiries, sales, speech, rejects
