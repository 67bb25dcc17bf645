{{
    config(indexes=[
        {'columns': ['session_key'], 'unique': true},
        {'columns': ['contact_key'], 'unique': true},
    ])
}}

-- Whose an anonymous visit was, by time alone: somebody new called or wrote just after its click.
with recursive sessions as (
    select * from {{ ref('int_web_sessions') }}
),

-- A contact that is no more than a browser is nobody yet.
known_contacts as (
    select * from {{ ref('int_contacts_reachable') }}
),

clicks as (
    select
        sessions.session_key,
        events.occurred_at as clicked_at,
        slots.slot,
        case events.event_name
            when 'phone_click' then 'call'
            when 'telegram_click' then 'telegram'
            when 'whatsapp_click' then 'whatsapp'
        end as channel
    from {{ ref('int_web_events_sessionized') }} as events
    inner join sessions on events.session_key = sessions.session_key
    left join known_contacts on sessions.contact_id = known_contacts.contact_id
    -- Time in slots as long as the window, so that years of calls are joined by equality: a conversation lies
    -- in its click's slot or in the next.
    cross join
        lateral (
            values
            ({{ click_slot('events.occurred_at') }}),
            ({{ click_slot('events.occurred_at') }} + 1)
        ) as slots (slot)
    where
        events.event_name in ('phone_click', 'telegram_click', 'whatsapp_click')
        and known_contacts.contact_id is null
),

conversations as (
    select
        'call:' || call_id as conversation_id,
        'call' as channel,
        contact_id,
        contact_key,
        started_at
    from {{ ref('int_calls') }}
    where direction = 'inbound'

    union all

    select
        conversation_id,
        channel,
        contact_id,
        coalesce('contact:' || contact_id, channel || ':' || thread_id) as contact_key,
        started_at
    from {{ ref('int_message_threads') }}
    where direction = 'inbound'
),

-- Who has a visit of his own needs no guess.
strangers as (
    select
        conversations.*,
        contacts.first_seen_at,
        {{ click_slot('conversations.started_at') }} as slot
    from conversations
    left join {{ ref('stg_core__contacts') }} as contacts on conversations.contact_id = contacts.contact_id
    where
        not exists (
            select 1 from sessions
            where conversations.contact_id = sessions.contact_id
        )
),

-- One pair for each visit and person: the click and the conversation that are nearest.
pairs as (
    select distinct on (clicks.session_key, strangers.contact_key)
        clicks.session_key,
        strangers.contact_key,
        strangers.contact_id,
        strangers.conversation_id,
        clicks.clicked_at,
        strangers.started_at - clicks.clicked_at as gap
    from clicks
    inner join strangers
        on
            clicks.channel = strangers.channel
            and clicks.slot = strangers.slot
            and strangers.started_at >= clicks.clicked_at
            and strangers.started_at <= clicks.clicked_at + {{ click_window() }}
            and coalesce(strangers.first_seen_at >= clicks.clicked_at, true)
    order by
        clicks.session_key,
        strangers.contact_key,
        strangers.started_at - clicks.clicked_at,
        strangers.conversation_id
),

-- Pairs nearest to each other on both sides are taken, then the same among those that are left.
rounds as (
    select
        *,
        false as is_taken
    from pairs

    union all

    select
        judged.session_key,
        judged.contact_key,
        judged.contact_id,
        judged.conversation_id,
        judged.clicked_at,
        judged.gap,
        judged.is_nearest as is_taken
    from (
        select
            ranked.*,
            bool_or(ranked.is_nearest) over (partition by ranked.session_key) as is_visit_taken,
            bool_or(ranked.is_nearest) over (partition by ranked.contact_key) as is_person_taken
        from (
            select
                rounds.*,
                row_number() over (partition by rounds.session_key order by rounds.gap, rounds.contact_key) = 1
                and row_number() over (partition by rounds.contact_key order by rounds.gap, rounds.session_key) = 1
                    as is_nearest
            from rounds
            where not rounds.is_taken
        ) as ranked
    ) as judged
    where judged.is_nearest or not (judged.is_visit_taken or judged.is_person_taken)
),

taken as (
    select * from rounds
    where is_taken
)

select
    sessions.session_key,
    sessions.started_at,
    sessions.source,
    sessions.medium,
    sessions.campaign,
    taken.clicked_at,
    taken.contact_key,
    taken.contact_id,
    taken.conversation_id,
    {{ seconds_between('taken.clicked_at', 'taken.clicked_at + taken.gap') }} as gap_seconds
from taken
inner join sessions on taken.session_key = sessions.session_key
