with gone as (
    delete from core.contact_aliases
    where contact_id = any(cast(:emptied as bigint []))
)

delete from core.contacts
where id = any(cast(:merged as bigint []) || cast(:emptied as bigint []))
