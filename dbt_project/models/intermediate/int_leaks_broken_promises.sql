with promises as (
    select * from {{ ref('int_promises') }}
    where due_at <= {{ now() }} and not is_kept
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

late as (
    select
        promises.*,
        promises.due_at + make_interval(days => thresholds.stalled_lead_days) as lost_at
    from promises
    inner join thresholds
        on promises.due_at >= thresholds.valid_from and promises.due_at < thresholds.valid_to
),

judged as (
    select
        *,
        case
            when contacted_at is not null then 'recovered'
            when {{ now() }} <= lost_at then 'open'
            else 'lost'
        end as status
    from late
)

select
    'broken_promise' as kind,
    conversation_id || ':' || next_step_id as leak_key,
    contact_id,
    contact_key,
    conversation_id,
    client_number,
    due_at as occurred_at,
    due_at,
    case when status = 'recovered' then contacted_at end as recovered_at,
    status,
    agent_id,
    queue,
    channel,
    source,
    0 as attempts,
    is_sales_enquiry as is_sales,
    false as is_guess,
    'Клиенту обещали '
    || case action
        when 'call_back' then 'перезвонить'
        when 'send' then 'прислать ответ'
        when 'visit' then 'приехать'
        else 'связаться с ним'
    end
    || ' до '
    || to_char({{ local_time('due_at') }}, 'DD.MM HH24:MI')
    || '; '
    || case status
        when 'recovered' then 'связались только ' || to_char({{ local_time('contacted_at') }}, 'DD.MM в HH24:MI')
        when 'open' then 'срок прошёл, он ещё ждёт'
        else 'и больше с ним не связывались'
    end
    || '.' as explanation
from judged
