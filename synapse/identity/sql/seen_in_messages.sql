create temporary table message_identifiers on commit drop as
with sets as (
    select
        identifiers,
        min(sent_at) as first_seen_at,
        max(sent_at) as last_seen_at,
        (array_agg(author order by sent_at desc) filter (where author_kind = 'client' and author <> ''))[1] as name,
        max(sent_at) filter (where author_kind = 'client' and author <> '') as name_seen_at
    from raw.messages
    where loaded_at > :since_messages and identifiers <> '{}'
    group by identifiers
)

select
    given.kind,
    given.value,
    sets.identifiers as record,
    sets.first_seen_at,
    sets.last_seen_at,
    sets.name,
    sets.name_seen_at
from sets
cross join lateral jsonb_each_text(sets.identifiers) as given (kind, value)
where given.kind = any(:kinds) and given.value <> ''
