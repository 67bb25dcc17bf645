select
    date_trunc('week', day)::date as "Неделя",
    sum(transcribed_calls) / nullif(sum(answered_calls), 0) as "Звонки с текстом",
    sum(matched_receipts) / nullif(sum(receipts), 0) as "Чеки с обращением",
    sum(enquiries_with_source) / nullif(sum(enquiries), 0) as "Обращения с источником"
from bi.rpt_coverage_days
where day is not null [[and {{period}}]]
group by 1
order by 1
