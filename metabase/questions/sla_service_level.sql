select
    avg(is_within_sla::int) filter (where is_in_business_hours and not is_short_abandon) as "Отвечено в срок"
from bi.fct_sla
where channel = 'call' and sla_kind in ('answer', 'callback')
    [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]]
