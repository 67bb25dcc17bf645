with chosen as (
    select * from bi.fct_conversion
    where true [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
)

select 'Обращения' as "Шаг", count(*) as "Людей" from chosen
union all
select 'Разговор о деле', count(qualified_at) from chosen
union all
select 'Встреча или замер', count(appointment_at) from chosen
union all
select 'Чек', count(first_receipt_at) from chosen
