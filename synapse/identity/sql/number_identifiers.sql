-- What was seen, with the numbers it has or gets.
create temporary table seen on commit drop as
select
    gathered.kind,
    gathered.value,
    gathered.first_seen_at,
    gathered.last_seen_at,
    names.name,
    names.name_rank,
    names.name_seen_at,
    coalesce(known.id, nextval(pg_get_serial_sequence('core.contact_identifiers', 'id'))) as id,
    coalesce(known.contact_id, 0) as contact_id,
    coalesce(known.is_shared, false) as is_shared,
    known.id is null as is_new,
    names.name is not null and (
        known.name is null
        or (names.name_rank, known.name_seen_at, names.name) < (known.name_rank, names.name_seen_at, known.name)
    ) as has_better_name
from (select * from gathered order by kind, value) as gathered
left join gathered_names as names on gathered.kind = names.kind and gathered.value = names.value
left join core.contact_identifiers as known on gathered.kind = known.kind and gathered.value = known.value
