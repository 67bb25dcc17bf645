-- One row per source that ever brought a file, plus the newest moment inside each source's own rows.
with files as (
    select
        source,
        count(*) as files,
        count(*) filter (where state = 'failed') as failed_files,
        coalesce(sum(rows_loaded), 0)::bigint as rows_loaded,
        coalesce(sum(rows_rejected), 0)::bigint as rows_rejected,
        max(loaded_at) as last_loaded_at,
        max(modified_at) as last_modified_at
    from raw.files
    group by source
),

last_files as (
    select distinct on (source)
        source,
        key
    from raw.files
    order by source asc, coalesce(loaded_at, first_seen_at) desc, id desc
),

newest as (
    select 'asterisk_cdr' as source, (select max(started_at) from raw.call_records) as last_event_at
    union all
    select 'asterisk_cel' as source, (select max(occurred_at) from raw.channel_events) as last_event_at
    union all
    select 'asterisk_queue_log' as source, (select max(occurred_at) from raw.queue_events) as last_event_at
    union all
    select 'onec_receipts' as source, (select max(issued_at) from raw.receipts) as last_event_at
    union all
    select 'channel_costs' as source, (select max(loaded_at) from raw.channel_costs) as last_event_at
    union all
    select 'ready_transcripts' as source, (select max(loaded_at) from raw.ready_transcripts) as last_event_at
    union all
    select 'web_events' as source, (select max(received_at) from raw.web_events) as last_event_at
    union all
    select
        'telegram_messages' as source,
        (select max(sent_at) from raw.messages where channel = 'telegram') as last_event_at
),

rejects as (
    select
        source,
        count(*) as rejected
    from raw.rejected_rows
    group by source
)

select
    newest.source,
    coalesce(files.files, 0) as files,
    coalesce(files.failed_files, 0) as failed_files,
    coalesce(files.rows_loaded, 0) as rows_loaded,
    greatest(coalesce(files.rows_rejected, 0), coalesce(rejects.rejected, 0)) as rows_rejected,
    files.last_loaded_at,
    last_files.key as last_key,
    newest.last_event_at
from newest
left join files on newest.source = files.source
left join last_files on newest.source = last_files.source
left join rejects on newest.source = rejects.source
