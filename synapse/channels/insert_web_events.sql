-- One JSON array of events → raw.web_events; a repeat of (occurred_at, event_id) changes nothing.
insert into raw.web_events (
    occurred_at, event_id, site, event_name, session_id, client_id, ga_client_id, ym_uid, url, referrer,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, gclid, yclid, fbclid, scroll_depth,
    phone_shown, phone, email, user_agent, is_bot, consent, properties
)
select
    occurred_at, event_id, site, event_name, session_id, client_id, ga_client_id, ym_uid, url, referrer,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content, gclid, yclid, fbclid, scroll_depth,
    phone_shown, phone, email, user_agent, is_bot, consent, properties
from json_to_recordset(%s) as event (
    occurred_at timestamptz, event_id uuid, site text, event_name text, session_id text, client_id text,
    ga_client_id text, ym_uid text, url text, referrer text, utm_source text, utm_medium text,
    utm_campaign text, utm_term text, utm_content text, gclid text, yclid text, fbclid text,
    scroll_depth smallint, phone_shown text, phone text, email text, user_agent text, is_bot boolean,
    consent jsonb, properties jsonb
)
on conflict (occurred_at, event_id) do nothing
