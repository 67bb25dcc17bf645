-- What holds a contact together: records that still count and people's merges.
with split as (
    select
        kind,
        value
    from core.identity_decisions
    where verdict = 'split' and revoked_at is null
)

select
    one.kind,
    one.value,
    other.kind as other_kind,
    other.value as other_value,
    links.source,
    links.first_seen_at as seen_at,
    null as author,
    null as reason
from core.contact_identifiers as one
inner join core.identity_links as links on one.id = links.identifier_id
inner join core.contact_identifiers as other on links.other_id = other.id
where
    one.contact_id = :contact_id
    and other.contact_id = :contact_id
    and (one.kind, one.value) not in (select * from split)
    and (other.kind, other.value) not in (select * from split)
union all
select
    decisions.kind,
    decisions.value,
    decisions.other_kind,
    decisions.other_value,
    'decision',
    decisions.decided_at,
    decisions.author,
    decisions.reason
from core.identity_decisions as decisions
where
    decisions.verdict = 'merge'
    and decisions.revoked_at is null
    and exists (
        select 1
        from core.contact_identifiers as known
        where
            known.contact_id = :contact_id
            and (known.kind, known.value) in (
                (decisions.kind, decisions.value), (decisions.other_kind, decisions.other_value)
            )
    )
order by seen_at, 1, 2, 3, 4
