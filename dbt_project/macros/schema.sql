{#- A model's schema is exactly the one its folder names, whoever builds it. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{#- Let the role of BI tools read a view, where that role exists; the migration opens the schema to it. -#}
{% macro grant_to_bi() -%}
    do $$ begin
        if exists (select from pg_roles where rolname = 'synapse_bi') then
            grant select on {{ this }} to synapse_bi;
        end if;
    end $$
{%- endmacro %}
