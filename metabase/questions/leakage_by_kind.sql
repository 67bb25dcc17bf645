select
    case kind
        when 'missed_call' then 'Пропущенный звонок'
        when 'unanswered_message' then 'Сообщение без ответа'
        when 'broken_promise' then 'Невыполненное обещание'
        when 'stalled_lead' then 'Остановившееся обращение'
        when 'lost_lead' then 'Обращение без покупки'
        when 'silent_intent' then 'Клик без разговора'
        when 'unresolved_complaint' then 'Нерешённая жалоба'
        else kind
    end as "Вид потери",
    count(*) as "Случаев",
    coalesce(sum(estimated_amount) filter (where is_counted), 0) as "Сумма, ₽"
from bi.fct_leakage
where status <> 'recovered' [[and {{period}}]] [[and {{agent}}]] [[and {{queue}}]] [[and {{channel}}]]
group by kind
order by 3 desc
