with clicks as (
    select
        events.session_key,
        min(events.occurred_at) as clicked_at,
        (array_agg(events.event_name order by events.occurred_at))[1] as event_name
    from {{ ref('int_web_events_sessionized') }} as events
    where events.event_name in ('phone_click', 'whatsapp_click', 'telegram_click')
    group by events.session_key
),

contacts as (
    select * from {{ ref('stg_core__contacts') }}
),

-- A contact that is no more than a browser is nobody yet.
known_contacts as (
    select * from {{ ref('int_contacts_reachable') }}
),

visitors as (
    select
        sessions.session_key,
        sessions.source,
        known_contacts.contact_id
    from {{ ref('int_web_sessions') }} as sessions
    left join known_contacts on sessions.contact_id = known_contacts.contact_id
),

silent as (
    select
        clicks.session_key,
        clicks.clicked_at,
        clicks.event_name,
        visitors.contact_id,
        visitors.source
    from clicks
    inner join visitors on clicks.session_key = visitors.session_key
    where
        clicks.clicked_at < {{ now() }} - {{ click_window() }}
        -- A later click of the visit was followed by a call.
        and not exists (
            select 1
            from {{ ref('int_guessed_visits') }} as guessed
            where clicks.session_key = guessed.session_key
        )
        -- An unknown visitor may be anyone who has just turned up for the first time.
        and not exists (
            select 1
            from {{ ref('int_conversations') }} as conversations
            left join contacts on conversations.contact_id = contacts.contact_id
            where
                conversations.direction = 'inbound'
                and conversations.started_at >= clicks.clicked_at
                and conversations.started_at <= clicks.clicked_at + {{ click_window() }}
                and (
                    conversations.contact_id = visitors.contact_id
                    or (
                        visitors.contact_id is null
                        and coalesce(contacts.first_seen_at >= clicks.clicked_at, true)
                    )
                )
        )
),

later as (
    select
        silent.*,
        (
            select min(conversations.started_at)
            from {{ ref('int_conversations') }} as conversations
            where
                conversations.direction = 'inbound'
                and conversations.contact_key = 'contact:' || silent.contact_id
                and conversations.contact_id = silent.contact_id
                and conversations.started_at > silent.clicked_at
                and conversations.started_at <= silent.clicked_at + interval '7 days'
        ) as came_at
    from silent
)

select
    'silent_intent' as kind,
    session_key as leak_key,
    contact_id,
    coalesce('contact:' || contact_id, 'session:' || session_key) as contact_key,
    null::text as conversation_id,
    null::text as client_number,
    clicked_at as occurred_at,
    clicked_at + {{ click_window() }} as due_at,
    came_at as recovered_at,
    case when came_at is not null then 'recovered' else 'lost' end as status,
    null::text as agent_id,
    null::text as queue,
    'site' as channel,
    source,
    0 as attempts,
    null::boolean as is_sales,
    contact_id is null as is_guess,
    'Посетитель сайта нажал на '
    || case event_name
        when 'phone_click' then 'телефон'
        when 'whatsapp_click' then 'WhatsApp'
        else 'Telegram'
    end
    || ' '
    || to_char({{ local_time('clicked_at') }}, 'DD.MM в HH24:MI')
    || ', но разговора не было'
    || case
        when came_at is not null then '; обратился он только ' || to_char({{ local_time('came_at') }}, 'DD.MM')
        else ''
    end
    || '.' as explanation
from later
