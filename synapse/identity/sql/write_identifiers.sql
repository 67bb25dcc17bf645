insert into core.contact_identifiers (
    id, kind, value, contact_id, is_shared, first_seen_at, last_seen_at, name, name_rank, name_seen_at
)
select
    seen.id,
    seen.kind,
    seen.value,
    nullif(assigned.contact_id, 0),
    assigned.is_shared = 1,
    seen.first_seen_at,
    seen.last_seen_at,
    seen.name,
    seen.name_rank,
    seen.name_seen_at
from seen
inner join assigned on seen.id = assigned.id
where seen.is_new
