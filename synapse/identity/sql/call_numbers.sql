select
    number,
    first_seen_at,
    last_seen_at,
    name,
    name_seen_at
from call_numbers
order by number
