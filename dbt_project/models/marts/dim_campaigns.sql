select
    md5(source || chr(31) || medium || chr(31) || coalesce(campaign, '')) as campaign_id,
    source,
    medium,
    campaign
from {{ ref('int_web_sessions') }}
group by source, medium, campaign
