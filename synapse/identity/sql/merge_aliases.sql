with merged as (
    select
        merges.younger,
        merges.older
    from unnest(cast(:younger as bigint []), cast(:older as bigint [])) as merges (younger, older)
),

moved as (
    update core.contact_aliases as aliases
    set contact_id = merged.older
    from merged
    where aliases.contact_id = merged.younger
)

insert into core.contact_aliases (alias_id, contact_id)
select
    younger,
    older
from merged
on conflict (alias_id) do update set contact_id = excluded.contact_id
