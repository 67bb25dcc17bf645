select avg((transcript_id is not null)::int) as "Разобрано звонков"
from bi.fct_calls
where is_answered [[and {{period}}]] [[and {{queue}}]]
