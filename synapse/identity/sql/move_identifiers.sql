update core.contact_identifiers as known
set contact_id = nullif(assigned.contact_id, 0), is_shared = assigned.is_shared = 1
from assigned
inner join members on assigned.id = members.id
where
    members.contact_id > 0
    and known.id = assigned.id
    and known.contact_id is distinct from nullif(assigned.contact_id, 0)
