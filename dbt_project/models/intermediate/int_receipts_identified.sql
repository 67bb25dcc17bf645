{{ config(indexes=[{'columns': ['receipt_id'], 'unique': true}, {'columns': ['contact_key', 'issued_at']}]) }}

with receipts as (
    select * from {{ ref('stg_onec__receipts') }}
),

identifiers as (
    select * from {{ ref('stg_core__contact_identifiers') }}
),

given_identifiers as (
    select
        receipts.receipt_id,
        given.strength,
        given.method,
        given.kind,
        given.value
    from receipts
    cross join
        lateral (
            select
                1 as strength,
                'phone' as method,
                'phone' as kind,
                receipts.phone as value
            union all
            select
                2,
                'email',
                'email',
                receipts.email
            union all
            select
                3,
                'code',
                'code',
                receipts.customer_code
            union all
            select
                4,
                'comment_phone',
                'phone',
                mentioned.phone
            from unnest(receipts.phones_in_comment) as mentioned (phone)
        ) as given
    where given.value is not null
),

found as (
    select distinct on (given_identifiers.receipt_id)
        given_identifiers.receipt_id,
        given_identifiers.method,
        identifiers.contact_id
    from given_identifiers
    inner join identifiers
        on given_identifiers.kind = identifiers.kind and given_identifiers.value = identifiers.value
    order by given_identifiers.receipt_id, given_identifiers.strength
),

-- The document that a receipt names; without a name the buyer's last sale of at least the returned sum.
bases as (
    select distinct on (receipts.receipt_id)
        receipts.receipt_id,
        base.receipt_id as base_receipt_id
    from receipts
    inner join receipts as base
        on
            receipts.source = base.source
            and receipts.returned_receipt_number = base.receipt_number
            and receipts.receipt_id <> base.receipt_id
            and receipts.issued_at >= base.issued_at
    where base.kind <> 'return'
    order by receipts.receipt_id, base.issued_at desc, base.receipt_id desc
),

likely_bases as (
    select distinct on (returned.receipt_id)
        returned.receipt_id,
        sold.receipt_id as base_receipt_id
    from receipts as returned
    inner join found as returner on returned.receipt_id = returner.receipt_id
    inner join found as buyer on returner.contact_id = buyer.contact_id
    inner join receipts as sold on buyer.receipt_id = sold.receipt_id
    where
        returned.kind = 'return'
        and returned.returned_receipt_number is null
        and sold.kind = 'sale'
        and sold.issued_at <= returned.issued_at
        and sold.amount >= -returned.amount
    order by returned.receipt_id, sold.issued_at desc, sold.receipt_id desc
)

select
    receipts.receipt_id,
    receipts.source,
    receipts.receipt_number,
    receipts.issued_at,
    receipts.issued_on,
    receipts.kind,
    receipts.amount,
    receipts.phone,
    receipts.phones_in_comment,
    receipts.email,
    receipts.customer_code,
    receipts.customer_name,
    receipts.manager,
    coalesce(bases.base_receipt_id, likely_bases.base_receipt_id) as base_receipt_id,
    found.contact_id,
    found.method as contact_method,
    coalesce('contact:' || found.contact_id, receipts.phone, receipts.phones_in_comment[1]) as contact_key
from receipts
left join found on receipts.receipt_id = found.receipt_id
left join bases on receipts.receipt_id = bases.receipt_id
left join likely_bases on receipts.receipt_id = likely_bases.receipt_id
