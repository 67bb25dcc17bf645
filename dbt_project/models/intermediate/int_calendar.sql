{{ config(indexes=[{'columns': ['opens_at']}, {'columns': ['calendar_on'], 'unique': true}]) }}

with working_weeks as (
    select * from {{ ref('stg_app__calendar') }}
),

company as (
    select * from {{ ref('stg_app__company') }}
),

first_moments as (
    select min(started_at) as first_at from {{ source('raw', 'call_records') }}
    union all
    select min(sent_at) from {{ source('raw', 'messages') }}
    union all
    select min(occurred_at) from {{ source('raw', 'web_events') }}
    union all
    select min(issued_at) from {{ source('raw', 'receipts') }}
    union all
    select min(started_at) from {{ source('core', 'recordings') }}
),

-- A stray date of the distant past must not make the calendar endless.
bounds as (
    select
        greatest(
            coalesce({{ local_date('min(first_at)') }}, {{ local_date(now()) }}),
            {{ local_date(now()) }} - 3650
        ) - 7 as first_on,
        {{ local_date(now()) }} + 60 as last_on
    from first_moments
),

days as (
    select generate_series(first_on, last_on, interval '1 day')::date as calendar_on
    from bounds
),

-- The rule of a day is the one in force when the day began.
ruled_days as (
    select
        days.calendar_on,
        company.zone,
        working_weeks.weekday,
        working_weeks.opens,
        working_weeks.closes,
        days.calendar_on = any(working_weeks.holidays) as is_holiday
    from days
    cross join company
    inner join working_weeks
        on
            extract(isodow from days.calendar_on)::int = working_weeks.weekday
            and days.calendar_on::timestamp at time zone company.zone >= working_weeks.valid_from
            and days.calendar_on::timestamp at time zone company.zone < working_weeks.valid_to
),

-- A shift that closes before it opens ends on the next day.
shifts as (
    select
        calendar_on,
        weekday,
        is_holiday,
        opens is not null and not is_holiday as is_working_day,
        case when not is_holiday then (calendar_on + opens) at time zone zone end as opens_at,
        case
            when not is_holiday
                then
                    (calendar_on + closes + case when closes <= opens then interval '1 day' else interval '0' end)
                    at time zone zone
        end as closes_at
    from ruled_days
)

select
    calendar_on,
    is_working_day,
    opens_at,
    closes_at,
    weekday,
    is_holiday,
    date_trunc('week', calendar_on)::date as week_on,
    date_trunc('month', calendar_on)::date as month_on,
    coalesce(
        sum(extract(epoch from closes_at - opens_at)) over (
            order by calendar_on rows between unbounded preceding and 1 preceding
        ),
        0
    ) as business_seconds_before
from shifts
