select sum(transcribed_calls) / nullif(sum(answered_calls), 0) as "Расшифровано"
from bi.rpt_coverage_days
where answered_calls > 0 [[and {{period}}]]
