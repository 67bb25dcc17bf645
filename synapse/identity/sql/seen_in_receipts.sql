create temporary table receipt_identifiers on commit drop as
select distinct
    receipts.id as record,
    given.kind,
    given.value,
    receipts.issued_at as seen_at,
    nullif(trim(receipts.customer_name), '') as name
from raw.receipts as receipts
cross join lateral (
    select
        'phone' as kind,
        receipts.phone as value
    union all
    select
        'phone' as kind,
        unnest(receipts.phones_in_comment) as value
    union all
    select
        'email' as kind,
        receipts.email as value
    union all
    select
        'code' as kind,
        trim(receipts.customer_code) as value
) as given
where receipts.loaded_at > :since_receipts and given.value <> ''
