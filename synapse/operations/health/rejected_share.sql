select
    sum(rows_rejected)::float / nullif(sum(rows_loaded + rows_rejected), 0) as figure,
    sum(rows_loaded) as loaded,
    sum(rows_rejected) as rejected
from raw.files
where loaded_at > now() - interval '7 days'
