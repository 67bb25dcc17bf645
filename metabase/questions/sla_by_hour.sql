select
    offered_hour as "Час",
    count(*) as "Звонков",
    avg(is_within_sla::int) filter (where not is_short_abandon) as "Отвечено в срок"
from bi.fct_sla
where channel = 'call' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]]
group by 1
order by 1
