{{ config(alias='dim_calendar') }}

select
    calendar_on,
    is_working_day,
    opens_at,
    closes_at,
    weekday,
    is_holiday,
    week_on,
    month_on
from {{ ref('dim_calendar') }}
