with channel_events as (
    select * from {{ source('raw', 'channel_events') }}
)

select
    id as channel_event_id,
    upper(event) as event,
    occurred_at,
    uniqueid,
    linkedid,
    nullif(caller_number, '') as caller_number,
    nullif(caller_name, '') as caller_name,
    nullif(dnid, '') as dialled_number,
    exten as extension,
    context,
    channel,
    {{ channel_extension('channel') }} as channel_extension,
    channel like 'Local/%' as is_local_channel,
    app as application,
    peer
from channel_events
