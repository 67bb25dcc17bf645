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
),

numbered as (
    select
        least(one.id, other.id) as identifier_id,
        greatest(one.id, other.id) as other_id,
        pairs.source,
        pairs.seen_at
    from pairs
    inner join seen as one on pairs.kind = one.kind and pairs.value = one.value
    inner join seen as other on pairs.other_kind = other.kind and pairs.other_value = other.value
    union all
    select
        least(ends.id, ends.other_id) as identifier_id,
        greatest(ends.id, ends.other_id) as other_id,
        'web_events' as source,
        web.first_seen_at as seen_at
    from web_numbered as web
    cross join lateral (
        values
        (web.client, web.ga),
        (web.client, web.ym),
        (web.client, web.session),
        (case when web.client is null then web.ga end, web.ym),
        (case when web.client is null then web.ga end, web.session),
        (case when web.client is null and web.ga is null then web.ym end, web.session),
        (web.phone, web.client),
        (web.phone, web.ga),
        (web.phone, web.ym),
        (web.phone, web.session),
        (web.phone, web.email),
        (web.email, web.client),
        (web.email, web.ga),
        (web.email, web.ym),
        (web.email, web.session)
    ) as ends (id, other_id)
    where ends.id is not null and ends.other_id is not null
),

distinct_pairs as (
    select
        identifier_id,
        other_id,
        min(source) as source,
        min(seen_at) as first_seen_at
    from numbered
    group by identifier_id, other_id
)

select distinct_pairs.*
from distinct_pairs
left join core.identity_links as known
    on distinct_pairs.identifier_id = known.identifier_id and distinct_pairs.other_id = known.other_id
where known.identifier_id is null
