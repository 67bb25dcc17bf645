-- Pairs of one record: personal identifiers with all others, a browser's own ids with its first.
create temporary table new_links on commit drop as
with pairs as (
    select
        'receipts' as source,
        one.kind,
        one.value,
        other.kind as other_kind,
        other.value as other_value,
        one.seen_at
    from receipt_identifiers as one
    inner join receipt_identifiers as other
        on one.record = other.record and (one.kind, one.value) < (other.kind, other.value)
    union all
    select
        'messages',
        one.kind,
        one.value,
        other.kind,
        other.value,
        one.first_seen_at
    from message_identifiers as one
    inner join message_identifiers as other
        on one.record = other.record and (one.kind, one.value) < (other.kind, other.value)
    union all
    select
        'web_events',
        ends.kind,
        ends.value,
        ends.other_kind,
        ends.other_value,
        web.first_seen_at
    from web_identifiers as web
    cross join lateral (
        values
        ('client', web.client, 'ga', web.ga),
        ('client', web.client, 'ym', web.ym),
        ('client', web.client, 'session', web.session),
        ('ga', case when web.client is null then web.ga end, 'ym', web.ym),
        ('ga', case when web.client is null then web.ga end, 'session', web.session),
        ('ym', case when web.client is null and web.ga is null then web.ym end, 'session', web.session),
        ('phone', web.phone, 'client', web.client),
        ('phone', web.phone, 'ga', web.ga),
        ('phone', web.phone, 'ym', web.ym),
        ('phone', web.phone, 'session', web.session),
        ('phone', web.phone, 'email', web.email),
        ('email', web.email, 'client', web.client),
        ('email', web.email, 'ga', web.ga),
        ('email', web.email, 'ym', web.ym),
        ('email', web.email, 'session', web.session)
    ) as ends (kind, value, other_kind, other_value)
    where ends.value is not null and ends.other_value is not null
),

numbered as (
    select
        least(one.id, other.id) as identifier_id,
        greatest(one.id, other.id) as other_id,
        min(pairs.source) as source,
        min(pairs.seen_at) as first_seen_at
    from pairs
    inner join seen as one on pairs.kind = one.kind and pairs.value = one.value
    inner join seen as other on pairs.other_kind = other.kind and pairs.other_value = other.value
    group by least(one.id, other.id), greatest(one.id, other.id)
)

select numbered.*
from numbered
left join core.identity_links as known
    on numbered.identifier_id = known.identifier_id and numbered.other_id = known.other_id
where known.identifier_id is null
