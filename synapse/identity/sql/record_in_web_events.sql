select cast(event_id as text)
from raw.web_events
where
    occurred_at = :seen_at
    and array[client_id, ga_client_id, ym_uid, session_id, phone, email] @> cast(:values as text [])
order by event_id
limit 1
