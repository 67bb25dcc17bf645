{{ config(indexes=[{'columns': ['contact_key', 'occurred_at', 'leak_id']}]) }}

{%- set parts = [
    'int_leaks_missed_calls',
    'int_leaks_unanswered_messages',
    'int_leaks_broken_promises',
    'int_leaks_leads',
    'int_leaks_silent_intents',
    'int_leaks_complaints',
] %}

with leaks as (
    {%- for part in parts %}
        select * from {{ ref(part) }}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    kind || ':' || leak_key as leak_id,
    *
from leaks
