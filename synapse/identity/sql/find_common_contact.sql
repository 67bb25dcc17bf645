select one.contact_id
from core.contact_identifiers as one
inner join core.contact_identifiers as other using (contact_id)
where
    one.kind = :kind
    and one.value = :value
    and other.kind = :other_kind
    and other.value = :other_value
