{{ config(indexes=[{'columns': ['grouped_by', 'group_name', 'day'], 'unique': true}]) }}

-- Kaplan and Meier's estimate of the share that has bought by each day since the enquiry. An enquiry whose end
-- is not known yet counts as long as it was watched (right censoring); one that is lost was watched for its window.
with enquiries as (
    select
        outcomes.is_converted,
        conversion.channel,
        conversion.last_source,
        greatest(
            case
                when outcomes.is_converted then conversion.days_to_receipt
                else least({{ local_date(now()) }} - conversion.enquired_on, outcomes.conversion_window_days)
            end,
            0
        ) as days
    from {{ ref('int_enquiry_outcomes') }} as outcomes
    inner join {{ ref('fct_conversion') }} as conversion on outcomes.enquiry_id = conversion.enquiry_id
),

grouped as (
    select
        grouping.grouped_by,
        grouping.group_name,
        enquiries.days,
        enquiries.is_converted
    from enquiries
    cross join
        lateral (
            values
            ('all', ''),
            ('channel', enquiries.channel),
            ('source', coalesce(enquiries.last_source, ''))
        ) as grouping (grouped_by, group_name)
),

ends as (
    select
        grouped_by,
        group_name,
        days,
        count(*) filter (where is_converted) as converted,
        count(*) filter (where not is_converted) as censored
    from grouped
    group by grouped_by, group_name, days
),

sizes as (
    select
        grouped_by,
        group_name,
        sum(converted + censored) as enquiries,
        max(days) as last_day
    from ends
    group by grouped_by, group_name
),

every_day as (
    select
        sizes.grouped_by,
        sizes.group_name,
        sizes.enquiries,
        numbered.day,
        coalesce(ends.converted, 0) as converted,
        coalesce(ends.censored, 0) as censored
    from sizes
    cross join lateral generate_series(0, sizes.last_day) as numbered (day)
    left join ends
        on
            sizes.grouped_by = ends.grouped_by
            and sizes.group_name = ends.group_name
            and numbered.day = ends.days
),

at_risk as (
    select
        *,
        enquiries - coalesce(
            sum(converted + censored) over (
                partition by grouped_by, group_name order by day rows between unbounded preceding and 1 preceding
            ),
            0
        ) as at_risk
    from every_day
),

estimates as (
    select
        *,
        -- A product as a sum of logarithms; where all who were left bought, nobody is left.
        case
            when bool_or(converted = at_risk) over so_far then 0
            else exp(sum(
                    case when converted < at_risk then ln(1 - converted::double precision / at_risk) end
                ) over so_far)
        end as survival,
        -- Greenwood's sum.
        coalesce(sum(
            converted::double precision / nullif(at_risk * (at_risk - converted), 0)
        ) over so_far, 0) as greenwood
    from at_risk
    window so_far as (partition by grouped_by, group_name order by day)
)

select
    grouped_by,
    group_name,
    day::int as day,
    at_risk::bigint as at_risk,
    converted::bigint as converted,
    censored::bigint as censored,
    (survival)::numeric(9, 6) as survival,
    (1 - survival)::numeric(9, 6) as converted_share,
    (greatest(1 - survival - 1.96 * survival * sqrt(greenwood), 0))::numeric(9, 6) as lower_share,
    (least(1 - survival + 1.96 * survival * sqrt(greenwood), 1))::numeric(9, 6) as upper_share
from estimates
