{{ config(alias='rpt_survival') }}

select
    grouped_by,
    group_name,
    day,
    at_risk,
    converted,
    censored,
    survival,
    converted_share,
    lower_share,
    upper_share
from {{ ref('rpt_survival') }}
