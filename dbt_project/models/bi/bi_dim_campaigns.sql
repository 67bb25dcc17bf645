{{ config(alias='dim_campaigns') }}

select
    campaign_id,
    source,
    medium,
    campaign
from {{ ref('dim_campaigns') }}
