{{ config(indexes=[{'columns': ['enquiry_id', 'touch_number'], 'unique': true}]) }}

-- The visits before an enquiry, in order. One without any has a single touch of unknown source, so that sums
-- over sources are sums over enquiries.
with enquiries as (
    select * from {{ ref('int_enquiry_outcomes') }}
),

visits as (
    select
        enquiries.enquiry_id,
        sessions.session_key,
        sessions.started_at,
        sessions.source,
        sessions.medium,
        sessions.campaign
    from enquiries
    inner join {{ ref('int_web_sessions') }} as sessions
        on enquiries.contact_id = sessions.contact_id and enquiries.enquired_at >= sessions.started_at

    union all

    -- Who has a visit of his own has no guessed one.
    select
        enquiries.enquiry_id,
        guessed.session_key,
        guessed.started_at,
        guessed.source,
        guessed.medium,
        guessed.campaign
    from enquiries
    inner join {{ ref('int_guessed_visits') }} as guessed
        on enquiries.contact_key = guessed.contact_key and enquiries.enquired_at >= guessed.clicked_at
)

select
    enquiries.enquiry_id,
    visits.session_key,
    coalesce(visits.started_at, enquiries.enquired_at) as touched_at,
    visits.source,
    visits.medium,
    visits.campaign,
    coalesce(visits.source || ' / ' || visits.medium, '(unknown)') as touch_channel,
    row_number() over (
        partition by enquiries.enquiry_id order by visits.started_at, visits.session_key
    )::int as touch_number,
    count(*) over (partition by enquiries.enquiry_id)::int as touches,
    enquiries.enquired_at,
    enquiries.is_converted,
    enquiries.is_matured,
    enquiries.net_amount
from enquiries
left join visits on enquiries.enquiry_id = visits.enquiry_id
