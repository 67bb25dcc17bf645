select
    channel as "Канал",
    count(*) as "Обращений",
    percentile_cont(0.5) within group (order by response_business_seconds) / 60 as "Медиана ответа, мин",
    avg(is_within_sla::int) as "Ответ в срок"
from bi.fct_sla
where sla_kind = 'reply' [[and {{period}}]] [[and {{agent}}]]
group by 1
order by 2 desc
