{{ config(indexes=[{'columns': ['enquiry_id'], 'unique': true}, {'columns': ['contact_key', 'enquired_at']}]) }}

with sales_conversations as (
    select
        *,
        lag(started_at) over (partition by contact_key order by started_at, conversation_id) as previous_sales_at
    from {{ ref('int_conversations') }}
    where is_sales_enquiry and direction = 'inbound'
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
)

select
    sales.conversation_id as enquiry_id,
    sales.contact_id,
    sales.contact_key,
    sales.client_number,
    sales.started_at as enquired_at,
    sales.channel,
    sales.queue,
    sales.agent_id,
    sales.response_seconds,
    sales.started_at + make_interval(days => thresholds.conversion_window_days) as window_ends_at,
    thresholds.conversion_window_days,
    thresholds.stalled_lead_days
from sales_conversations as sales
inner join thresholds
    on sales.started_at >= thresholds.valid_from and sales.started_at < thresholds.valid_to
where
    sales.previous_sales_at is null
    or sales.previous_sales_at < sales.started_at - make_interval(days => thresholds.enquiry_silence_days)
