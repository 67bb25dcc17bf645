select
    kind,
    count(*) filter (where state = 'new') as waiting,
    coalesce(extract(epoch from now() - min(requested_at) filter (where state = 'new')), 0) as oldest_seconds,
    count(*) filter (where state = 'failed' and finished_at > now() - interval '1 hour') as failed
from app.work_requests
group by kind
