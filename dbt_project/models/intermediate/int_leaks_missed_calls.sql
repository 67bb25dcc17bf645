with recursive misses as (
    select * from {{ ref('int_callbacks') }}
),

-- Misses until the due time of the first are one leak.
anchors as (
    (
        select distinct on (contact_key) *
        from misses
        order by contact_key, ended_at, call_id
    )
    union all
    select following.*
    from anchors
    cross join lateral (
        select later.*
        from {{ ref('int_callbacks') }} as later
        where
            later.contact_key = anchors.contact_key
            and later.ended_at > anchors.due_at
        order by later.ended_at, later.call_id
        limit 1
    ) as following
),

calls as (
    select * from {{ ref('int_calls') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

thresholds as (
    select * from {{ ref('stg_app__thresholds') }}
),

late as (
    select
        anchors.*,
        anchors.ended_at + make_interval(days => thresholds.stalled_lead_days) as lost_at
    from anchors
    inner join thresholds
        on anchors.ended_at >= thresholds.valid_from and anchors.ended_at < thresholds.valid_to
    where not anchors.is_called_back
),

judged as (
    select
        *,
        case when reached_at <= lost_at then reached_at end as recovered_at,
        case
            when reached_at <= lost_at then 'recovered'
            when reached_at is not null then 'lost'
            when {{ now() }} < due_at then 'open'
            when {{ now() }} <= lost_at then 'open'
            else 'lost'
        end as status
    from late
)

select
    'missed_call' as kind,
    judged.call_id as leak_key,
    judged.contact_id,
    judged.contact_key,
    'call:' || judged.call_id as conversation_id,
    judged.client_number,
    judged.ended_at as occurred_at,
    judged.due_at,
    judged.recovered_at,
    judged.status,
    calls.first_agent_id as agent_id,
    calls.queue,
    'call' as channel,
    conversations.source,
    judged.attempts,
    null::boolean as is_sales,
    false as is_guess,
    'Клиент'
    || case when judged.client_number is null then ' со скрытым номером' else '' end
    || ' не дозвонился '
    || to_char({{ local_time('calls.started_at') }}, 'DD.MM в HH24:MI')
    || ' и ждал '
    || calls.wait_seconds
    || ' с; '
    || case
        when judged.status = 'recovered'
            then 'поговорили с ним только ' || to_char({{ local_time('judged.reached_at') }}, 'DD.MM в HH24:MI')
        when judged.client_number is null then 'перезвонить ему некуда'
        when judged.status = 'lost' then 'вовремя до него так и не дозвонились'
        when {{ now() }} < judged.due_at
            then 'перезвонить нужно до ' || to_char({{ local_time('judged.due_at') }}, 'HH24:MI')
        when judged.attempts > 0 then 'попыток перезвонить: ' || judged.attempts || ', клиент ещё ждёт'
        else 'никто ещё не перезвонил'
    end
    || '.' as explanation
from judged
inner join calls on judged.call_id = calls.call_id
inner join conversations on 'call:' || judged.call_id = conversations.conversation_id
