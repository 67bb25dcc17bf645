{#- A name as a key: its words in lower case and in order, so that "Иван Ёлкин" equals "Ёлкин Иван". -#}
{% macro name_key(name) -%}
    (
        select string_agg(word, ' ' order by word)
        from regexp_split_to_table(lower({{ name }}), '\s+') as word
    )
{%- endmacro %}

{#- The words of a name, folded as the language rules fold them; null without any. -#}
{% macro name_words(name) -%}
    nullif(regexp_split_to_array(replace(lower(trim({{ name }})), 'ё', 'е'), '\s+'), '{""}')
{%- endmacro %}
