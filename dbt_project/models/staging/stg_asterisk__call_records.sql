with call_records as (
    select * from {{ source('raw', 'call_records') }}
),

-- The same row may come twice: in Master.csv and in a custom file, or by the API and from a file.
distinct_records as (
    select distinct on (uniqueid, channel, dstchannel, started_at, ended_at, disposition, lastapp) *
    from call_records
    order by
        uniqueid, channel, dstchannel, started_at, ended_at, disposition, lastapp,
        linkedid nulls last, id
)

select
    id as call_record_id,
    uniqueid,
    nullif(linkedid, '') as linkedid,
    sequence,
    coalesce(nullif(src, ''), nullif(caller_number, '')) as from_number,
    {{ normalize_phone("coalesce(nullif(src, ''), caller_number)") }} as from_phone,
    nullif(dst, '') as to_number,
    {{ normalize_dialled('dst') }} as to_phone,
    nullif(did, '') as did,
    coalesce(nullif(caller_name, ''), nullif(trim(both ' "' from split_part(clid, '<', 1)), '')) as caller_name,
    dcontext as context,
    channel,
    {{ channel_extension('channel') }} as channel_extension,
    nullif(dstchannel, '') as destination_channel,
    {{ channel_extension('dstchannel') }} as destination_extension,
    lastapp as application,
    lastdata as application_data,
    started_at,
    answered_at,
    coalesce(ended_at, started_at + make_interval(secs => coalesce(duration_seconds, 0))) as ended_at,
    coalesce(billable_seconds, 0) as billable_seconds,
    upper(disposition) as disposition,
    nullif(regexp_replace(recording_file, '^.*/', ''), '') as recording_file
from distinct_records
