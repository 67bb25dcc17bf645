-- Numbers of the outside parties: who calls in, whom an extension calls. Extensions and own lines are no contacts.
create temporary table call_numbers on commit drop as
with legs as (
    select
        records.started_at,
        -- a PBX may put the queue before the caller's name: "Продажи:Анна"
        nullif(regexp_replace(records.caller_name, '^[^:]{1,40}:[ ]*', ''), '') as caller_name,
        coalesce(nullif(records.src, ''), records.caller_number, '') as src,
        regexp_replace(coalesce(records.dst, ''), '^9([78]\d{10})$', '\1') as dst,
        records.channel ~ '^(PJSIP|SIP|IAX2|SCCP|Agent|Local)/\d+([-@;]|$)'
        and length(substring(records.channel from '/(\d+)')) <= :internal_digits as is_from_extension
    from raw.call_records as records
    where records.loaded_at > :since_call_records
),

outside as (
    select
        started_at,
        case when coalesce(is_from_extension, false) or length(src) <= :internal_digits then dst else src end as number,
        case when not (coalesce(is_from_extension, false) or length(src) <= :internal_digits) then caller_name end as name
    from legs
)

select
    number,
    min(started_at) as first_seen_at,
    max(started_at) as last_seen_at,
    (array_agg(name order by started_at desc) filter (where name ~ '[A-Za-zА-Яа-яЁё]{2}'))[1] as name,
    max(started_at) filter (where name ~ '[A-Za-zА-Яа-яЁё]{2}') as name_seen_at
from outside
where length(number) > :internal_digits
group by number
