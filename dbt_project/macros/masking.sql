{#- +7 *** ***-12-34 -#}
{% macro mask_phone(phone) -%}
    left({{ phone }}, 2) || ' *** ***-' || left(right({{ phone }}, 4), 2) || '-' || right({{ phone }}, 2)
{%- endmacro %}

{#- A number as the PBX wrote it: extensions stay, the rest keeps its last four digits. -#}
{% macro mask_number(number) -%}
    case
        when length({{ number }}) <= 5 then {{ number }}
        else '***' || right(regexp_replace({{ number }}, '\D', '', 'g'), 4)
    end
{%- endmacro %}

{#- a***@mail.ru -#}
{% macro mask_email(email) -%}
    left({{ email }}, 1) || '***@' || split_part({{ email }}, '@', 2)
{%- endmacro %}

{#- И. П. -#}
{% macro mask_name(name) -%}
    nullif(trim(regexp_replace({{ name }}, '(\S)\S*', '\1.', 'g')), '')
{%- endmacro %}

{#- Messenger threads are named by a person's id there: show a digest, equal in all views. -#}
{% macro mask_reference(reference) -%}
    case
        when {{ reference }} ~ '(^|:)(telegram|whatsapp|mail|form):'
            then split_part({{ reference }}, ':', 1) || ':' || left(md5({{ reference }}), 12)
        else {{ reference }}
    end
{%- endmacro %}
