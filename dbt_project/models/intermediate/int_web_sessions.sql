{{ config(indexes=[{'columns': ['session_key'], 'unique': true}, {'columns': ['contact_id', 'started_at']}]) }}

with events as (
    select * from {{ ref('int_web_events_sessionized') }}
),

identifiers as (
    select * from {{ ref('stg_core__contact_identifiers') }}
),

landings as (
    select distinct on (session_key)
        session_key,
        url,
        lower(substring(referrer from '^https?://(?:www\.)?([^/:?]+)')) as referring_host,
        lower(substring(url from '^https?://(?:www\.)?([^/:?]+)')) as own_host,
        utm_source,
        utm_medium,
        utm_campaign,
        gclid,
        yclid,
        fbclid
    from events
    order by session_key, occurred_at, event_id
),

sessions as (
    select
        session_key,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as events,
        count(*) filter (where event_name = 'page_view') as pages,
        max(session_id) as session_id,
        max(client_id) as client_id,
        max(ga_client_id) as ga_client_id,
        max(ym_uid) as ym_uid,
        max(phone) as phone,
        max(email) as email
    from events
    group by session_key
),

given_identifiers as (
    select
        sessions.session_key,
        given.strength,
        given.kind,
        given.value
    from sessions
    cross join
        lateral (
            values
            (1, 'phone', sessions.phone),
            (2, 'email', sessions.email),
            (3, 'client', sessions.client_id),
            (4, 'session', sessions.session_id),
            (5, 'ym', sessions.ym_uid),
            (6, 'ga', sessions.ga_client_id)
        ) as given (strength, kind, value)
    where given.value is not null
),

contacts as (
    select distinct on (given_identifiers.session_key)
        given_identifiers.session_key,
        identifiers.contact_id
    from given_identifiers
    inner join identifiers
        on given_identifiers.kind = identifiers.kind and given_identifiers.value = identifiers.value
    order by given_identifiers.session_key, given_identifiers.strength
),

hosts as (
    select
        *,
        -- A referrer of the site itself says nothing.
        nullif(referring_host, own_host) as foreign_host
    from landings
)

select
    sessions.session_key,
    sessions.started_at,
    sessions.ended_at,
    sessions.events,
    sessions.pages,
    contacts.contact_id,
    hosts.url as landing_url,
    case
        when hosts.utm_source is not null then lower(hosts.utm_source)
        when hosts.yclid is not null then 'yandex'
        when hosts.gclid is not null then 'google'
        when hosts.fbclid is not null then 'facebook'
        when hosts.foreign_host ~ '(^|\.)(yandex|ya)\.' then 'yandex'
        when hosts.foreign_host ~ '(^|\.)google\.' then 'google'
        else coalesce(hosts.foreign_host, '(direct)')
    end as source,
    case
        when hosts.utm_source is not null then coalesce(lower(hosts.utm_medium), '(not set)')
        when coalesce(hosts.yclid, hosts.gclid, hosts.fbclid) is not null then 'cpc'
        when hosts.foreign_host ~ '(^|\.)(yandex|ya|google|bing|duckduckgo|rambler)\.' then 'organic'
        when hosts.foreign_host ~ '(^|\.)(mail\.ru|go\.mail\.ru)$' then 'organic'
        when hosts.foreign_host is not null then 'referral'
        else '(none)'
    end as medium,
    hosts.utm_campaign as campaign
from sessions
inner join hosts on sessions.session_key = hosts.session_key
left join contacts on sessions.session_key = contacts.session_key
