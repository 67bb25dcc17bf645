-- In Dagster's own database; it keeps times in UTC without a zone.
select
    lower(daemon_type) as daemon,
    extract(epoch from max("timestamp")) as heartbeat_at
from daemon_heartbeats
group by 1
