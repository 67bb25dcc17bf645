select coalesce(sum(saved_amount), 0) as "Спасено, ₽"
from bi.fct_leakage
where status = 'recovered' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
