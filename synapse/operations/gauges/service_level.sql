-- As in the summary of `synapse refresh`, over the last 24 hours and 7 days of calls in business hours.
select
    avg((sla_kind = 'answer' and is_within_sla)::int)
    filter (where offered_at > now() - interval '24 hours') as day_ratio,
    avg((sla_kind = 'answer' and is_within_sla)::int) as week_ratio
from marts.fct_sla
where
    channel = 'call' and is_in_business_hours and not is_short_abandon
    and offered_at > now() - interval '7 days'
