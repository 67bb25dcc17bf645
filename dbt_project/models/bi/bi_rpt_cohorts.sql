{{ config(alias='rpt_cohorts') }}

select
    cohort_kind,
    cohort_on,
    ends_on,
    day,
    enquiries,
    converted,
    converted_share,
    is_complete
from {{ ref('rpt_cohorts') }}
