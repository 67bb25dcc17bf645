{%- set names = [
    'answer_within_seconds',
    'callback_within_minutes',
    'short_abandon_seconds',
    'message_reply_within_minutes',
    'enquiry_silence_days',
    'conversion_window_days',
    'stalled_lead_days',
    'session_timeout_minutes',
] -%}

with settings as (
    select * from {{ ref('stg_app__settings') }}
),

defaults as (
    select * from {{ ref('default_thresholds') }}
)

select
    settings.version,
    settings.valid_from,
    settings.valid_to,
{%- for name in names %}
    coalesce(
        (settings.document #>> '{thresholds,{{ name }}}')::int, defaults.{{ name }}
    )
        as {{ name }}{{ ',' if not loop.last }}
{%- endfor %}
from settings
cross join defaults
