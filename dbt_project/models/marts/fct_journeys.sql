{{ config(indexes=[{'columns': ['contact_id', 'occurred_at']}]) }}

with conversations as (
    select * from {{ ref('int_conversations') }}
    where contact_id is not null
),

sessions as (
    select * from {{ ref('int_web_sessions') }}
    where contact_id is not null
),

events as (
    select * from {{ ref('int_web_events_sessionized') }}
),

receipts as (
    select * from {{ ref('int_receipts_matched') }}
    where contact_id is not null
),

steps as (
    select
        contact_id,
        started_at as occurred_at,
        'visit' as kind,
        'Визит на сайт, страниц: ' || pages as title,
        session_key as reference,
        source,
        medium,
        campaign
    from sessions

    union all

    select
        sessions.contact_id,
        events.occurred_at,
        case when events.event_name = 'form_submit' then 'form' else 'click' end as kind,
        case events.event_name
            when 'form_submit' then 'Заявка на сайте'
            when 'phone_click' then 'Нажал на телефон'
            when 'whatsapp_click' then 'Нажал на WhatsApp'
            when 'telegram_click' then 'Нажал на Telegram'
            else 'Нажал на почту'
        end as title,
        events.session_key as reference,
        sessions.source,
        sessions.medium,
        sessions.campaign
    from events
    inner join sessions on events.session_key = sessions.session_key
    where events.event_name in ('form_submit', 'phone_click', 'whatsapp_click', 'telegram_click', 'email_click')

    union all

    select
        contact_id,
        started_at as occurred_at,
        case when channel = 'call' then 'call' else 'message' end as kind,
        case
            when channel <> 'call' and direction = 'inbound' then 'Написал, сообщений: ' || messages
            when channel <> 'call' then 'Написали ему, сообщений: ' || messages
            when direction = 'inbound' and is_answered then 'Позвонил, с ним поговорили'
            when direction = 'inbound' then 'Позвонил, не дозвонился'
            when is_answered then 'Ему позвонили, поговорили'
            else 'Ему звонили, не ответил'
        end as title,
        conversation_id as reference,
        source,
        medium,
        campaign
    from conversations

    union all

    select
        contact_id,
        issued_at as occurred_at,
        'receipt' as kind,
        case kind
            when 'sale' then 'Покупка на '
            when 'advance' then 'Предоплата '
            else 'Возврат '
        end || abs(amount) || ' ₽' as title,
        receipt_id::text as reference,
        null::text as source,
        null::text as medium,
        null::text as campaign
    from receipts
)

select
    contact_id,
    occurred_at,
    kind,
    title,
    reference,
    source,
    medium,
    campaign
from steps
