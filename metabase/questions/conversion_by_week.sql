select
    date_trunc('week', enquired_on)::date as "Неделя обращения",
    count(*) as "Обращений",
    avg(is_converted::int) filter (where is_matured) as "Купили из созревших"
from bi.fct_conversion
where true [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
group by 1
order by 1
