select
    source,
    count(*) filter (where state = 'failed') as failed,
    extract(epoch from max(coalesce(modified_at, loaded_at))) as last_file_at,
    coalesce(sum(rows_rejected) filter (where loaded_at > now() - interval '24 hours'), 0) as rejected,
    coalesce(sum(rows_loaded) filter (where loaded_at > now() - interval '24 hours'), 0) as loaded
from raw.files
group by source
