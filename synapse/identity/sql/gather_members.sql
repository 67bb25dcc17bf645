-- Identifiers that are new or newly linked, with everybody of the contacts they belong to.
create temporary table members on commit drop as
with touched as (
    select seen.contact_id
    from new_links
    inner join seen on seen.id = new_links.identifier_id
    where seen.contact_id > 0
    union
    select seen.contact_id
    from new_links
    inner join seen on seen.id = new_links.other_id
    where seen.contact_id > 0
)

select
    known.id,
    known.kind,
    known.contact_id
from touched
inner join core.contact_identifiers as known on touched.contact_id = known.contact_id
union all
select
    id,
    kind,
    0 as contact_id
from seen
where is_new
