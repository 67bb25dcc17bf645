select coalesce(sum(net_amount), 0) as "Выручка, ₽"
from bi.fct_conversion
where true [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
