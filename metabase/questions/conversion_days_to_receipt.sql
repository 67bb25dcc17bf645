select
    days_to_receipt as "Дней до чека",
    count(*) as "Обращений"
from bi.fct_conversion
where is_converted [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
group by 1
order by 1
