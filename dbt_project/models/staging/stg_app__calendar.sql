with settings as (
    select
        version,
        valid_from,
        valid_to,
        document #> '{calendar,weekdays}' as weekdays,
        coalesce(document #> '{calendar,holidays}', '[]') as holidays
    from {{ ref('stg_app__settings') }}
),

defaults as (
    select * from {{ ref('default_calendar') }}
)

select
    settings.version,
    settings.valid_from,
    settings.valid_to,
    defaults.weekday,
    case
        when settings.weekdays is null then defaults.opens
        else (settings.weekdays #>> array[defaults.weekday_name, 'opens'])::time
    end as opens,
    case
        when settings.weekdays is null then defaults.closes
        else (settings.weekdays #>> array[defaults.weekday_name, 'closes'])::time
    end as closes,
    array(select jsonb_array_elements_text(settings.holidays)::date) as holidays
from settings
cross join defaults
