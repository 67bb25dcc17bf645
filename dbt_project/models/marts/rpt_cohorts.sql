{{ config(indexes=[{'columns': ['cohort_kind', 'cohort_on', 'day'], 'unique': true}]) }}

with enquiries as (
    select
        enquired_on,
        is_converted,
        greatest(days_to_receipt, 0) as days
    from {{ ref('fct_conversion') }}
),

cohorts as (
    select
        kinds.cohort_kind,
        kinds.cohort_on,
        kinds.ends_on,
        enquiries.is_converted,
        enquiries.days
    from enquiries
    cross join
        lateral (
            values
            (
                'week',
                date_trunc('week', enquiries.enquired_on)::date,
                (date_trunc('week', enquiries.enquired_on) + interval '6 days')::date
            ),
            (
                'month',
                date_trunc('month', enquiries.enquired_on)::date,
                (date_trunc('month', enquiries.enquired_on) + interval '1 month - 1 day')::date
            )
        ) as kinds (cohort_kind, cohort_on, ends_on)
),

marks as (
    select day from (values (0), (1), (3), (7), (14), (30)) as listed (day)
)

select
    cohorts.cohort_kind,
    cohorts.cohort_on,
    cohorts.ends_on,
    marks.day::int as day,
    count(*) as enquiries,
    count(*) filter (where cohorts.is_converted and cohorts.days <= marks.day) as converted,
    round(
        count(*) filter (where cohorts.is_converted and cohorts.days <= marks.day)::numeric / count(*), 6
    ) as converted_share,
    cohorts.ends_on + marks.day < {{ local_date(now()) }} as is_complete
from cohorts
cross join marks
group by cohorts.cohort_kind, cohorts.cohort_on, cohorts.ends_on, marks.day
