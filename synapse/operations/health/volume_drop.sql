with newest as (
    select date_trunc('day', max(started_at)) as this_day
    from raw.call_records
),

days as (
    select
        date_trunc('day', call_records.started_at) as day_at,
        count(*) as calls
    from raw.call_records, newest
    where
        call_records.started_at >= newest.this_day - interval '57 days'
        and call_records.started_at < newest.this_day
    group by 1
),

compared as (
    select
        max(days.calls) filter (where days.day_at = newest.this_day - interval '1 day') as calls,
        percentile_cont(0.5) within group (order by days.calls) filter (
            where
            days.day_at < newest.this_day - interval '1 day'
            and extract(isodow from days.day_at)
            = extract(isodow from newest.this_day - interval '1 day')
        ) as usual_calls
    from days, newest
)

select
    1 - calls / nullif(usual_calls, 0) as figure,
    calls,
    usual_calls
from compared
