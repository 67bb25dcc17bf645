{#- A name as a key: its words in lower case and in order, so that "Иван Ёлкин" equals "Ёлкин Иван". -#}
{% macro name_key(name) -%}
    (
        select string_agg(word, ' ' order by word)
        from regexp_split_to_table(lower({{ name }}), '\s+') as word
    )
{%- endmacro %}
