with complaints as (
    select * from {{ ref('int_conversations') }}
    where is_complaint and direction = 'inbound'
),

touches as (
    select * from {{ ref('int_touches') }}
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

followed as (
    select
        complaints.*,
        complaints.ended_at + interval '1 day' as due_at,
        complaints.ended_at + make_interval(days => thresholds.stalled_lead_days) as lost_at,
        (
            select min(touches.touched_at)
            from touches
            where touches.contact_key = complaints.contact_key and touches.touched_at > complaints.ended_at
        ) as touched_at
    from complaints
    inner join thresholds
        on complaints.started_at >= thresholds.valid_from and complaints.started_at < thresholds.valid_to
),

judged as (
    select
        *,
        case
            when touched_at <= lost_at then 'recovered'
            when touched_at is not null then 'lost'
            when {{ now() }} <= lost_at then 'open'
            else 'lost'
        end as status
    from followed
    where touched_at is null or touched_at > due_at
)

select
    'unresolved_complaint' as kind,
    conversation_id as leak_key,
    contact_id,
    contact_key,
    conversation_id,
    client_number,
    ended_at as occurred_at,
    due_at,
    case when status = 'recovered' then touched_at end as recovered_at,
    status,
    agent_id,
    queue,
    channel,
    source,
    0 as attempts,
    is_sales_enquiry as is_sales,
    false as is_guess,
    'Клиент пожаловался '
    || to_char({{ local_time('started_at') }}, 'DD.MM в HH24:MI')
    || '; '
    || case status
        when 'recovered' then 'вернулись к нему только ' || to_char({{ local_time('touched_at') }}, 'DD.MM в HH24:MI')
        when 'open' then 'никто к нему ещё не вернулся'
        else 'никто к нему не вернулся'
    end
    || '.' as explanation
from judged
