select sum(matched_receipts) / nullif(sum(receipts), 0) as "С обращением"
from bi.rpt_coverage_days
where receipts > 0 [[and {{period}}]]
