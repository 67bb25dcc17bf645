with threads as (
    select * from {{ ref('int_conversations') }}
    where channel <> 'call' and direction = 'inbound' and asked_at is not null
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

timed as (
    select
        threads.*,
        {{ business_position('threads.asked_at') }} + thresholds.message_reply_within_minutes * 60 as due_position,
        threads.asked_at + make_interval(days => thresholds.stalled_lead_days) as lost_at
    from threads
    inner join thresholds
        on threads.asked_at >= thresholds.valid_from and threads.asked_at < thresholds.valid_to
),

due as (
    select
        *,
        coalesce({{ business_moment('due_position') }}, lost_at) as due_at
    from timed
),

judged as (
    select
        *,
        case
            when answered_at <= greatest(lost_at, due_at) then 'recovered'
            when answered_at is not null then 'lost'
            when {{ now() }} <= greatest(lost_at, due_at) then 'open'
            else 'lost'
        end as status
    from due
    where due_at < {{ now() }} and (answered_at is null or answered_at > due_at)
)

select
    'unanswered_message' as kind,
    conversation_id as leak_key,
    contact_id,
    contact_key,
    conversation_id,
    client_number,
    asked_at as occurred_at,
    due_at,
    case when status = 'recovered' then answered_at end as recovered_at,
    status,
    agent_id,
    queue,
    channel,
    source,
    0 as attempts,
    is_sales_enquiry as is_sales,
    false as is_guess,
    'Клиент написал '
    || to_char({{ local_time('asked_at') }}, 'DD.MM в HH24:MI')
    || '; '
    || case
        when status = 'recovered'
            then 'ответили с опозданием, ' || to_char({{ local_time('answered_at') }}, 'DD.MM в HH24:MI')
        when status = 'lost' then 'вовремя ему так и не ответили'
        else 'срок ответа прошёл, клиент ещё ждёт'
    end
    || '.' as explanation
from judged
