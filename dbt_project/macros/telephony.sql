{#-
    E.164 of a telephone number as PBXs write Russian ones; null for inner extensions, hidden and odd
    numbers. Python's `parse_phone` is the authority for foreign files; a PBX's numbers are plain digits.
-#}
{% macro normalize_phone(number) -%}
    (
        select
            case
                when {{ number }} like '+%' and dialled.digits ~ '^\d{11,15}$' then '+' || dialled.digits
                when dialled.digits ~ '^[78]\d{10}$' then '+7' || right(dialled.digits, 10)
                when dialled.digits ~ '^810\d{10,14}$' then '+' || substr(dialled.digits, 4)
                when dialled.digits ~ '^\d{10}$' then '+7' || dialled.digits
                when dialled.digits ~ '^\d{11,15}$' then '+' || dialled.digits
            end
        from (select regexp_replace(split_part({{ number }}, '@', 1), '\D', '', 'g') as digits) as dialled
    )
{%- endmacro %}

{#- What an agent dialled: as above, and a leading 9 that asks for an outside line is no part of the number. -#}
{% macro normalize_dialled(number) -%}
    {{ normalize_phone("regexp_replace(" ~ number ~ ", '^9([78]\\d{10})$', '\\1')") }}
{%- endmacro %}

{#- Whether a number is an extension, a queue or another number inside the PBX. -#}
{% macro is_internal_number(number) -%}
    coalesce(
        {{ number }} ~ '^\d+$'
        and length({{ number }}) <= (
            select company.internal_number_max_digits from {{ ref('stg_app__company') }} as company
        ),
        false
    )
{%- endmacro %}

{#- Whether a caller hides the number, by the words that operators and PBXs use. -#}
{% macro is_hidden_number(number) -%}
    (
        coalesce(lower({{ number }}), '') in ('', 's', 'anonymous', 'unknown', 'restricted', 'private', 'unavailable', 'withheld', 'asterisk')
    )
{%- endmacro %}

{#- Extension that a channel's name stands for: 101 of PJSIP/101-0000001a and of Local/101@from-queue-…;1. -#}
{% macro channel_extension(channel) -%}
    substring({{ channel }} from '^(?:PJSIP|SIP|IAX2|SCCP|Agent|Local)/(\d{2,7})(?:[-@;]|$)')
{%- endmacro %}
