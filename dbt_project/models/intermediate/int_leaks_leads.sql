with enquiries as (
    select * from {{ ref('int_enquiry_outcomes') }}
    where not is_converted
),

touches as (
    select * from {{ ref('int_touches') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

silent as (
    select
        enquiries.*,
        conversations.source,
        conversations.ended_at,
        coalesce(
            (
                select max(touches.touched_at)
                from touches
                where
                    touches.contact_key = enquiries.contact_key
                    and touches.touched_at >= enquiries.enquired_at
            ),
            enquiries.enquired_at
        ) as last_touch_at
    from enquiries
    inner join conversations on enquiries.enquiry_id = conversations.conversation_id
)

select
    'lost_lead' as kind,
    enquiry_id as leak_key,
    contact_id,
    contact_key,
    enquiry_id as conversation_id,
    client_number,
    enquired_at as occurred_at,
    window_ends_at as due_at,
    null::timestamptz as recovered_at,
    'lost' as status,
    agent_id,
    queue,
    channel,
    source,
    0 as attempts,
    true as is_sales,
    false as is_guess,
    'Клиент хотел купить '
    || to_char({{ local_time('enquired_at') }}, 'DD.MM')
    || ', но за '
    || conversion_window_days
    || ' дн. так ничего и не купил.' as explanation
from silent
where is_lost

union all

select
    'stalled_lead' as kind,
    enquiry_id as leak_key,
    contact_id,
    contact_key,
    enquiry_id as conversation_id,
    client_number,
    last_touch_at + make_interval(days => stalled_lead_days) as occurred_at,
    window_ends_at as due_at,
    null::timestamptz as recovered_at,
    'open' as status,
    agent_id,
    queue,
    channel,
    source,
    0 as attempts,
    true as is_sales,
    false as is_guess,
    'Клиент хотел купить '
    || to_char({{ local_time('enquired_at') }}, 'DD.MM')
    || ', не купил, и с '
    || to_char({{ local_time('last_touch_at') }}, 'DD.MM')
    || ' с ним никто не связывался.' as explanation
from silent
where
    not is_lost
    and last_touch_at + make_interval(days => stalled_lead_days) < {{ now() }}
