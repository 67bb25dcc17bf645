{{ config(indexes=[{'columns': ['source'], 'unique': true}]) }}

-- What each source brought, what of it was refused, and whether it has fallen silent.
with files as (
    select
        source,
        count(*) as files,
        count(*) filter (where state = 'failed') as failed_files,
        sum(rows_loaded) as rows_loaded,
        sum(rows_rejected) as rows_rejected,
        max(coalesce(loaded_at, first_seen_at)) as last_arrived_at
    from {{ ref('stg_landing__files') }}
    group by source
),

-- Rows that came by HTTP have no file; their refusals are counted here too.
rejects as (
    select
        source,
        count(*) as rows_rejected,
        count(*) filter (where rejected_at >= {{ now() }} - interval '7 days') as rejected_lately
    from {{ ref('stg_landing__rejected_rows') }}
    group by source
),

moments as (
    select
        limits.source,
        limits.longest_silence_hours,
        coalesce(newest.last_event_at, files.last_arrived_at) as last_event_at
    from {{ ref('source_silence_limits') }} as limits
    left join {{ ref('int_source_moments') }} as newest on limits.source = newest.source
    left join files on limits.source = files.source
)

select
    moments.source,
    coalesce(files.files, 0)::bigint as files,
    coalesce(files.failed_files, 0)::bigint as failed_files,
    coalesce(files.rows_loaded, 0)::bigint as rows_loaded,
    greatest(coalesce(files.rows_rejected, 0), coalesce(rejects.rows_rejected, 0))::bigint as rows_rejected,
    coalesce(rejects.rejected_lately, 0)::bigint as rows_rejected_lately,
    files.last_arrived_at,
    moments.last_event_at,
    moments.longest_silence_hours,
    case
        when moments.last_event_at is null then 'absent'
        when {{ now() }} - moments.last_event_at > make_interval(hours => moments.longest_silence_hours) then 'stale'
        else 'fresh'
    end as freshness
from moments
left join files on moments.source = files.source
left join rejects on moments.source = rejects.source
