-- Contacts whose members or whose members' times have changed.
create temporary table changed_contacts on commit drop as
select contact_id
from assigned
where contact_id > 0
union
select known.contact_id
from seen
inner join core.contact_identifiers as known on seen.id = known.id
where not seen.is_new and known.contact_id is not null
