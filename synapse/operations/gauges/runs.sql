-- In Dagster's own database. A finished run counts for an hour, so that a failure can be seen and passes.
select
    status,
    count(*) as runs
from runs
where
    status not in ('SUCCESS', 'FAILURE', 'CANCELED')
    or end_time > extract(epoch from now() - interval '1 hour')
group by status
