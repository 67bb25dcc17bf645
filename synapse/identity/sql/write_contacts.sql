insert into core.contacts (id, display_name, first_seen_at, last_seen_at)
with summed as (
    select
        known.contact_id,
        min(known.first_seen_at) as first_seen_at,
        max(known.last_seen_at) as last_seen_at
    from core.contact_identifiers as known
    inner join changed_contacts using (contact_id)
    group by known.contact_id
),

names as (
    select distinct on (known.contact_id)
        known.contact_id,
        known.name
    from core.contact_identifiers as known
    inner join changed_contacts using (contact_id)
    where known.name is not null
    order by known.contact_id asc, known.name_rank asc, known.name_seen_at desc, known.name asc
)

select
    summed.contact_id,
    names.name,
    summed.first_seen_at,
    summed.last_seen_at
from summed
left join names on summed.contact_id = names.contact_id
order by summed.contact_id
on conflict (id) do update
set
    display_name = excluded.display_name,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at
where
    contacts.display_name is distinct from excluded.display_name
    or contacts.first_seen_at <> excluded.first_seen_at
    or contacts.last_seen_at <> excluded.last_seen_at
