select
    source as "Источник",
    freshness as "Состояние",
    last_event_at as "Последнее событие",
    files as "Файлов",
    failed_files as "Не прочитано",
    rows_loaded as "Строк",
    rows_rejected as "Отклонено"
from bi.rpt_sources
order by freshness = 'stale' desc, source
