select avg(is_converted::int) filter (where is_matured) as "Купили из созревших"
from bi.fct_conversion
where true [[and {{period}}]] [[and {{agent}}]] [[and {{channel}}]] [[and {{source}}]]
