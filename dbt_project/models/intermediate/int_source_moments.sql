-- The newest moment that each source's own rows tell.
select
    'asterisk_cdr' as source,
    max(started_at) as last_event_at
from {{ ref('stg_asterisk__call_records') }}

union all

select
    'asterisk_cel' as source,
    max(occurred_at) as last_event_at
from {{ ref('stg_asterisk__channel_events') }}

union all

select
    'asterisk_queue_log' as source,
    max(occurred_at) as last_event_at
from {{ ref('stg_asterisk__queue_events') }}

union all

select
    'recordings' as source,
    max(started_at) as last_event_at
from {{ ref('stg_core__recordings') }}

union all

select
    'onec_receipts' as source,
    max(issued_at) as last_event_at
from {{ ref('stg_onec__receipts') }}

union all

select
    'web_events' as source,
    max(received_at) as last_event_at
from {{ ref('stg_web__events') }}

union all

select
    channel || '_messages' as source,
    max(sent_at) as last_event_at
from {{ ref('stg_messages__messages') }}
group by channel
