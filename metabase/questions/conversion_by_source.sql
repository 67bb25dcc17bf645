select
    coalesce(last_source || ' / ' || coalesce(last_medium, '–'), 'неизвестен') as "Источник",
    count(*) as "Обращений",
    count(*) filter (where is_converted) as "Купили",
    avg(is_converted::int) filter (where is_matured) as "Доля созревших",
    coalesce(sum(net_amount), 0) as "Выручка, ₽"
from bi.fct_conversion
where true [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
group by 1
order by 5 desc
