{#- The present moment, unless the variable `now` fixes another one. -#}
{% macro now() -%}
    {% if var('now', '') %}timestamptz '{{ var("now") }}'{% else %}current_timestamp{% endif %}
{%- endmacro %}

{#- Wall-clock time of a moment in the company's zone. -#}
{% macro local_time(moment) -%}
    ({{ moment }} at time zone (select company.zone from {{ ref('stg_app__company') }} as company))
{%- endmacro %}

{% macro local_date(moment) -%}
    {{ local_time(moment) }}::date
{%- endmacro %}

{% macro local_hour(moment) -%}
    extract(hour from {{ local_time(moment) }})::int
{%- endmacro %}

{#- Whole seconds between two moments; a started second is not counted. -#}
{% macro seconds_between(first, second) -%}
    floor(extract(epoch from {{ second }} - {{ first }}))::int
{%- endmacro %}

{#- Was the company open at this moment? -#}
{% macro is_in_business_hours(moment) -%}
    coalesce((
        select {{ moment }} < shift.closes_at
        from {{ ref('int_calendar') }} as shift
        where shift.opens_at <= {{ moment }}
        order by shift.opens_at desc
        limit 1
    ), false)
{%- endmacro %}

{#- Business seconds since the calendar's first day; the difference of two is business time between them. -#}
{% macro business_position(moment) -%}
    coalesce((
        select
            shift.business_seconds_before
            + extract(epoch from least({{ moment }}, shift.closes_at) - shift.opens_at)
        from {{ ref('int_calendar') }} as shift
        where shift.opens_at <= {{ moment }}
        order by shift.opens_at desc
        limit 1
    ), 0)
{%- endmacro %}

{% macro business_seconds_between(first, second) -%}
    floor({{ business_position(second) }} - {{ business_position(first) }})::int
{%- endmacro %}

{#- The moment at a business position: the inverse of `business_position`. -#}
{% macro business_moment(position) -%}
    (
        select shift.opens_at + make_interval(secs => {{ position }} - shift.business_seconds_before)
        from {{ ref('int_calendar') }} as shift
        where shift.opens_at is not null and shift.business_seconds_before < {{ position }}
        order by shift.business_seconds_before desc
        limit 1
    )
{%- endmacro %}

{#-
    How long after a click on a telephone number or a messenger the visitor may still be the one who calls.
    A constant, no setting: a later call is somebody else's as often as not. Used both to give a caller the
    visit's source and to say that nobody came after a click.
-#}
{% macro click_window() -%}
    interval '15 minutes'
{%- endmacro %}

{#- Number of the slot of time, as long as the click window, in which a moment lies. -#}
{% macro click_slot(moment) -%}
    floor(extract(epoch from {{ moment }}) / extract(epoch from {{ click_window() }}))::bigint
{%- endmacro %}
