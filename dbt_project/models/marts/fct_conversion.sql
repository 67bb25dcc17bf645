{{
    config(indexes=[
        {'columns': ['enquiry_id'], 'unique': true},
        {'columns': ['enquired_on']},
        {'columns': ['contact_id']},
    ])
}}

with enquiries as (
    select * from {{ ref('int_enquiry_outcomes') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

next_steps as (
    select * from {{ ref('stg_core__next_steps') }}
),

sessions as (
    select * from {{ ref('int_web_sessions') }}
),

clicks as (
    select
        sessions.contact_id,
        events.occurred_at
    from {{ ref('int_web_events_sessionized') }} as events
    inner join sessions on events.session_key = sessions.session_key
    where
        events.event_name in ('phone_click', 'whatsapp_click', 'telegram_click', 'email_click', 'form_submit')
        and sessions.contact_id is not null
),

first_visits as (
    select distinct on (enquiries.enquiry_id)
        enquiries.enquiry_id,
        sessions.started_at,
        sessions.source,
        sessions.medium,
        sessions.campaign
    from enquiries
    inner join sessions
        on enquiries.contact_id = sessions.contact_id and enquiries.enquired_at >= sessions.started_at
    order by enquiries.enquiry_id, sessions.started_at, sessions.session_key
),

last_visits as (
    select distinct on (enquiries.enquiry_id)
        enquiries.enquiry_id,
        sessions.source,
        sessions.medium,
        sessions.campaign
    from enquiries
    inner join sessions
        on enquiries.contact_id = sessions.contact_id and enquiries.enquired_at >= sessions.started_at
    order by enquiries.enquiry_id, sessions.started_at desc, sessions.session_key
),

-- Who has a visit of his own has no guessed one.
guessed_visits as (
    select
        enquiries.enquiry_id,
        guessed.started_at,
        guessed.clicked_at,
        guessed.source,
        guessed.medium,
        guessed.campaign
    from enquiries
    inner join {{ ref('int_guessed_visits') }} as guessed
        on enquiries.contact_key = guessed.contact_key and enquiries.enquired_at >= guessed.clicked_at
),

intent_clicks as (
    select
        enquiries.enquiry_id,
        max(clicks.occurred_at) as intent_click_at
    from enquiries
    inner join clicks
        on
            enquiries.contact_id = clicks.contact_id
            and enquiries.enquired_at >= clicks.occurred_at
            and enquiries.enquired_at - clicks.occurred_at < make_interval(days => enquiries.conversion_window_days)
    group by enquiries.enquiry_id
),

-- Later stages are looked for in all talks of the same window.
qualified as (
    select
        enquiries.enquiry_id,
        min(conversations.answered_at) as qualified_at
    from enquiries
    inner join conversations
        on
            enquiries.contact_key = conversations.contact_key
            and conversations.started_at between enquiries.enquired_at and enquiries.window_ends_at
    where conversations.is_sales_enquiry and conversations.is_answered
    group by enquiries.enquiry_id
),

appointments as (
    select
        enquiries.enquiry_id,
        min(next_steps.promised_at) as appointment_at
    from enquiries
    inner join conversations
        on
            enquiries.contact_key = conversations.contact_key
            and conversations.started_at between enquiries.enquired_at and enquiries.window_ends_at
    inner join next_steps on conversations.insight_id = next_steps.insight_id
    where next_steps.action = 'visit'
    group by enquiries.enquiry_id
)

select
    enquiries.enquiry_id,
    enquiries.contact_id,
    enquiries.enquired_at,
    {{ local_date('enquiries.enquired_at') }} as enquired_on,
    enquiries.channel,
    enquiries.agent_id,
    enquiries.response_seconds,
    coalesce(first_visits.started_at, guessed_visits.started_at) as first_visit_at,
    coalesce(intent_clicks.intent_click_at, guessed_visits.clicked_at) as intent_click_at,
    qualified.qualified_at,
    appointments.appointment_at,
    enquiries.first_receipt_at,
    coalesce(first_visits.source, guessed_visits.source) as first_source,
    coalesce(first_visits.medium, guessed_visits.medium) as first_medium,
    coalesce(first_visits.campaign, guessed_visits.campaign) as first_campaign,
    coalesce(last_visits.source, guessed_visits.source) as last_source,
    coalesce(last_visits.medium, guessed_visits.medium) as last_medium,
    coalesce(last_visits.campaign, guessed_visits.campaign) as last_campaign,
    guessed_visits.source is not null as is_source_guessed,
    enquiries.is_converted,
    enquiries.is_matured,
    enquiries.is_lost,
    {{ local_date('enquiries.first_receipt_at') }} - {{ local_date('enquiries.enquired_at') }} as days_to_receipt,
    enquiries.net_amount,
    enquiries.match_confidence
from enquiries
left join first_visits on enquiries.enquiry_id = first_visits.enquiry_id
left join last_visits on enquiries.enquiry_id = last_visits.enquiry_id
left join guessed_visits on enquiries.enquiry_id = guessed_visits.enquiry_id
left join intent_clicks on enquiries.enquiry_id = intent_clicks.enquiry_id
left join qualified on enquiries.enquiry_id = qualified.enquiry_id
left join appointments on enquiries.enquiry_id = appointments.enquiry_id
