-- Identifiers that are new, newly linked or decided upon, with everybody of the contacts they belong to.
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
    union
    select contact_id
    from decided
    where (not is_applied or is_first_seen) and contact_id is not null
    union
    select other_contact_id
    from decided
    where (not is_applied or is_first_seen) and other_contact_id is not null
    union
    -- a split that was taken back lets the identifier return to those it was seen with
    select neighbours.contact_id
    from decided
    inner join core.identity_links as links on decided.id in (links.identifier_id, links.other_id)
    inner join core.contact_identifiers as neighbours
        on neighbours.id in (links.identifier_id, links.other_id)
    where not decided.is_applied and decided.verdict = 'split' and neighbours.contact_id is not null
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
