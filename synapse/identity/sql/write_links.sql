insert into core.identity_links (identifier_id, other_id, source, first_seen_at)
select
    identifier_id,
    other_id,
    source,
    first_seen_at
from new_links
