select
    kind,
    count(*) filter (where status = 'open') as open,
    coalesce(sum(estimated_amount) filter (where status = 'open'), 0) as open_amount,
    coalesce(
        sum(estimated_amount) filter (where status = 'lost' and occurred_at > now() - interval '30 days'), 0
    ) as lost_amount,
    coalesce(sum(saved_amount) filter (where recovered_at > now() - interval '30 days'), 0) as saved_amount,
    count(*) filter (where status = 'open' and due_at > now()) as can_be_saved
from marts.fct_leakage
group by kind
