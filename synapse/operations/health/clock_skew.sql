-- Only recordings that arrived as they were made: an import of old files says nothing about clocks.
select
    abs(
        percentile_cont(0.5) within group (
            order by extract(epoch from modified_at - started_at) - duration_seconds
        )
    ) as figure,
    count(*) as recordings
from core.recordings
where
    state = 'ready'
    and started_at > now() - interval '7 days'
    and modified_at - started_at < interval '12 hours'
    and modified_at - started_at > interval '-12 hours'
