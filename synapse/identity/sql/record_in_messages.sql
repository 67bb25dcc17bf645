select channel || ' ' || message_id
from raw.messages
where
    sent_at = :seen_at
    and array(select value from jsonb_each_text(identifiers)) @> cast(:values as text [])
order by message_id
limit 1
