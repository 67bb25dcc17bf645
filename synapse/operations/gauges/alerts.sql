select
    kind,
    count(*) as open
from app.alerts
where resolved_at is null
group by kind
